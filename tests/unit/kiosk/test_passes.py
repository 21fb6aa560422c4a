"""An invitation with any number of uses in a long window is the pass of somebody who comes again (F04)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.admission_values import Invited
from kiosk.composition.desks import build_desks
from kiosk.composition.station import Station
from sync.device.clock import SystemClock
from sync.protocol.codes import readable_code
from sync.protocol.hlc import ClockQuality
from sync.protocol.kinds import Kind
from tests.fakes.lone_station import draft, lone_station
from tests.unit.kiosk.test_invitation_flow import MINE, code, invite
from workbench.lone_kiosk import LoneKiosk


@pytest.fixture(autouse=True)
def vouched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SystemClock, "quality", lambda _self: ClockQuality.NTP)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[tuple[LoneKiosk, Station]]:
    with lone_station(tmp_path) as opened:
        yield opened


def test_f04_a_pass_serves_again_here_and_at_other_kiosks_and_knows_who_was_here(
    station: tuple[LoneKiosk, Station],
) -> None:
    """F04: any number of uses in a long window; an arrival heard of another kiosk makes it no less good."""
    lone, kiosk = station
    invite(lone, kiosk, uses=0)
    desks = build_desks(kiosk)
    first = desks.invitations.by_code(code(lone))
    assert isinstance(first, Invited)
    assert not first.returning
    desks.check_in.arrive(replace(draft(kiosk), invitation=first.invitation))
    assert desks.invitations.by_code(code(lone)) == replace(first, returning=True)
    with kiosk.database.transaction() as tables:  # as if it had been heard of another kiosk alone
        tables.execute(
            "insert into heard_event (place, epoch, seq, kind, header, muster, doubt, kept) "
            "select 1, 'other', 1, kind, header, muster, 0, 0 from event where kind = ?",
            (Kind.VISITOR_ARRIVED.value,),
        )
        tables.execute("update event set muster = null")
    assert desks.invitations.by_code(readable_code(MINE)) == replace(first, returning=True)
    invite(lone, kiosk, uses=5, again=True)
    assert desks.invitations.by_code(code(lone)) == first
