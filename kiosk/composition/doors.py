"""Who decides about those who come: invitations, rules, whoever is let in by hand, and the bell."""

import secrets

from kiosk.composition.station import Station, trusted_ms
from kiosk.flows.admitting import Door
from kiosk.flows.calling import CallDesk
from kiosk.flows.invitations import InvitationDesk
from kiosk.flows.network import Network
from kiosk.flows.overriding import SCOPE, OverrideDesk
from kiosk.flows.pin_lock import PinLock
from sync.device.used_invitations import UsedInvitations


def build_door(station: Station) -> Door:
    """Judges who may go in. A clock that fell back makes no list young again: the log's own stamps never fall."""
    return Door(
        feed=station.feed,
        directory=station.directory,
        photos_stopped=lambda: station.photo_stop.stands,
        now_ms=lambda: max(station.clock.wall_ms(), station.log.hlc.wall_ms),
    )


def build_invitations(station: Station) -> InvitationDesk:
    """Knows who was invited."""
    return InvitationDesk(
        feed=station.feed,
        directory=station.directory,
        used=UsedInvitations(station.log),
        roll=station.roll,
        enrolment=station.enrolment,
        keys=station.settings.keys_page,
        clock=station.clock,
        time=station.time,
    )


def build_overrides(station: Station) -> OverrideDesk:
    """The PIN that lets in somebody who was held."""
    directory, clock = station.directory, station.clock
    lock = PinLock(station.settings, hashes=lambda: directory.staff_pins(SCOPE, trusted_ms(clock)), clock=clock)
    return OverrideDesk(log=station.log, directory=directory, lock=lock, time=station.time)


def build_bell(station: Station, network: Network) -> CallDesk:
    """Calls reception."""
    return CallDesk(
        log=station.log,
        outbox=station.outbox,
        directory=station.directory,
        clock=station.clock,
        recorded=network.hurry,
        entropy=secrets.token_bytes,
    )
