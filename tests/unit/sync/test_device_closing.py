"""A departure that was assumed is closed from the console, by a command to a kiosk (ADR 100)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from sync.device.closing import closing_acts
from sync.device.errors import StorageError
from sync.device.muster_roll import MusterRoll
from sync.protocol import exact_json
from sync.protocol.chain import Act
from sync.protocol.kinds import AssumedFull, DepartedFull, Kind, RevokedFull
from tests.fakes.obeying_kiosk import ObeyingKiosk, commanding_cloud
from tests.fakes.sync_faulty_disk import failing
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig
from tests.fakes.sync_records import arrival, departure

ADA, HEDY, ELSEWHERE = (UUID(int=number, version=4) for number in (1, 2, 3))
BY = "console:9f0c1b52-8d0e-4a6b-9d53-2f6d3a1c7e10"


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[DeviceRig]:
    made = enrol_rig(tmp_path, commanding_cloud())
    made.log.append(arrival("Ada Sample", ADA))
    made.log.append([Act(Kind.DEPARTURE_ASSUMED, ADA, full=AssumedFull(method="automatic"))])
    yield made
    made.close()


def _said(found: str, stay: UUID = ADA) -> dict[str, str]:
    return {"stay": str(stay), "found": found, "by": BY}


def test_f13_one_order_closes_a_departure_that_was_assumed_and_says_by_whom(rig: DeviceRig) -> None:
    """F13: closed once, although the page is read again and a second receptionist said so, too."""
    kiosk = ObeyingKiosk(rig)
    orders = [kiosk.command(number, "close_stay", arguments=_said("left")) for number in (2, 1)]
    kiosk.hear(*orders)
    ObeyingKiosk(rig).hear(*orders[1:], orders[0])
    assert kiosk.answers() == [(2, "close_stay", "obeyed"), (1, "close_stay", "obeyed")]
    assert MusterRoll(rig.log).on_site() == ()
    (left,) = rig.log.of_kinds([Kind.VISITOR_DEPARTED])
    assert left.full is not None
    assert exact_json.read(left.full.bytes(), DepartedFull, what="it") == DepartedFull(method="desk", by=BY)
    rig.drain()


def test_whoever_is_still_here_is_listed_without_a_doubt_again(rig: DeviceRig) -> None:
    kiosk = ObeyingKiosk(rig)
    kiosk.hear(kiosk.command(1, "close_stay", arguments=_said("here")))
    (stay,) = MusterRoll(rig.log).on_site()
    assert (stay.present, stay.verified) == (True, True)
    (taken_back,) = rig.log.of_kinds([Kind.DEPARTURE_REVOKED])
    assert taken_back.full is not None
    told = exact_json.read(taken_back.full.bytes(), RevokedFull, what="it")
    assert told == RevokedFull(reason="still here", by=BY)


def test_whoever_has_left_by_then_is_not_brought_back_and_nothing_is_recorded_twice(rig: DeviceRig) -> None:
    """A badge that was shown in between counts for more than what the console still showed."""
    roll = MusterRoll(rig.log)
    rig.log.append(departure(ADA))
    assert (closing_acts(_said("here"), roll), closing_acts(_said("left"), roll)) == ((), ())


def test_who_holds_the_command_key_signs_out_nobody_of_whom_no_departure_was_assumed(rig: DeviceRig) -> None:
    """Nor does the order bear out a visit that this kiosk never heard of."""
    rig.log.append(arrival("Hedy Sample", HEDY))
    kiosk = ObeyingKiosk(rig)
    kiosk.hear(
        kiosk.command(2, "close_stay", arguments=_said("left", HEDY)),
        kiosk.command(1, "close_stay", arguments=_said("left", ELSEWHERE)),
    )
    assert kiosk.answers() == [(2, "close_stay", "obeyed"), (1, "close_stay", "unknown")]
    assert {stay.id for stay in MusterRoll(rig.log).on_site()} == {ADA, HEDY}
    assert rig.log.of_kinds([Kind.VISITOR_DEPARTED]) == []


@pytest.mark.parametrize("wrong", [{"stay": "ada"}, {"found": "lost"}, {"by": "x" * 401}, {"stay": ""}])
def test_what_it_does_not_understand_is_answered_unknown(rig: DeviceRig, wrong: dict[str, str]) -> None:
    assert closing_acts({**_said("left"), **wrong}, MusterRoll(rig.log)) is None


def test_c03_answer_and_record_are_one_transaction(rig: DeviceRig) -> None:
    """C03: a full disk leaves the order to be obeyed, and the person on the list."""
    kiosk = ObeyingKiosk(rig)
    kiosk.fetch(kiosk.command(1, "close_stay", arguments=_said("left")), kiosk.command(2, "close_stay"))
    with failing(rig.log.database, "commit"), pytest.raises(StorageError):
        kiosk.obeying.step()
    assert (kiosk.answers(), len(MusterRoll(rig.log).on_site())) == ([], 1)
    kiosk.obeying.step()
    assert kiosk.answers() == [(2, "close_stay", "unknown"), (1, "close_stay", "obeyed")]
    assert MusterRoll(rig.log).on_site() == ()
