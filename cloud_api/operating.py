"""Joins for the composition what a server's operator does: to organisations from outside of them, and to their keys."""

from dataclasses import dataclass

from cloud_api.clock import Clock
from cloud_api.services.closing import Closing, ClosingPorts
from cloud_api.services.erasing import Erasing
from cloud_api.services.erasure_replay import ErasureReplay
from cloud_api.services.kek_rotation import KekRotation
from cloud_api.services.operator_log import OperatorLog
from cloud_api.services.quotas import Quotas
from cloud_api.services.retention import Retention
from cloud_api.services.root_custody import RootCustody
from cloud_api.services.security_log import SecurityLog
from cloud_api.services.server_keys import ServerKeys
from cloud_api.services.standings import Standings
from cloud_api.services.system_log_reading import SystemLogReading
from cloud_api.services.system_log_retention import SystemLogRetention
from cloud_api.store.db import Database


@dataclass(frozen=True, slots=True)
class Operating:
    """The operator's services."""

    log: OperatorLog
    system_log: SystemLogReading
    system_log_retention: SystemLogRetention
    retention: Retention
    standings: Standings
    quotas: Quotas
    kek_rotation: KekRotation
    root_custody: RootCustody
    closing: Closing
    erasure_replay: ErasureReplay


def join_operating(db: Database, ports: ClosingPorts, erasing: Erasing, clock: Clock) -> Operating:
    """Join them."""
    keys = ServerKeys(db, ports.ring)
    log = OperatorLog(db, keys, clock)
    return Operating(
        log=log,
        system_log=SystemLogReading(SecurityLog(db, keys, clock), log),
        system_log_retention=SystemLogRetention(db, clock),
        retention=Retention(db, ports.ring, clock),
        standings=Standings(db, ports.trail, log, ports.journal, clock),
        quotas=Quotas(db, ports.trail, log),
        kek_rotation=KekRotation(db, ports.ring, ports.trail, log, ports.journal, clock),
        root_custody=RootCustody(db, ports.ring, ports.trail, log, clock),
        closing=Closing(db, ports, log, clock),
        erasure_replay=ErasureReplay(db, erasing, ports.journal, clock),
    )
