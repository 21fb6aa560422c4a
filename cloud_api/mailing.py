"""Joins what goes out by mail: messages to hosts, letters to staff, and the links in both."""

from dataclasses import dataclass

from cloud_api.notify.mailer import Mailer
from cloud_api.services.arrival_alerts import AlertFoot, AlertTerms, ArrivalAlerts
from cloud_api.services.audit_trail import AuditTrail
from cloud_api.services.deliveries import Deliveries
from cloud_api.services.letters import LetterPorts, Letters
from cloud_api.services.rate_limits import SharedRateLimit
from cloud_api.services.reception import Reception
from cloud_api.services.server_keys import ServerKeys
from cloud_api.services.signed_links import SignedLinks


@dataclass(frozen=True, slots=True)
class Mailing:
    """What the worker sends, and what those who have something sent stand on."""

    alerts: ArrivalAlerts
    links: SignedLinks
    ports: LetterPorts
    letters: Letters
    deliveries: Deliveries
    reception: Reception


def join_mailing(ports: LetterPorts, trail: AuditTrail, mailer: Mailer | None) -> Mailing:
    """Join it; without a ``mailer`` nothing is sent from here."""
    links, terms = SignedLinks(ports.db, ports.ring, trail, ports.clock), AlertTerms()
    foot = AlertFoot(links, ports.origin)
    return Mailing(
        alerts=ArrivalAlerts(ports.db, ports.ring, mailer, ports.jobs, ports.clock, terms, foot=foot),
        links=links,
        ports=ports,
        letters=Letters(ports, mailer, terms, links, _limit(ports)),
        deliveries=Deliveries(ports, trail),
        reception=Reception(ports, trail),
    )


class _Uncounted:
    """Judges while the database is out of reach: nothing is sent then anyway, for a mail is claimed there first."""

    async def check(self, _name: str, _who: str) -> int | None:
        return None

    async def give_back(self, _name: str, _who: str) -> None:
        return


def _limit(ports: LetterPorts) -> SharedRateLimit:
    return SharedRateLimit(ports.db, ServerKeys(ports.db, ports.ring), ports.clock, _Uncounted())
