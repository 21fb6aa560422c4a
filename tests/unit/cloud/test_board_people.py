"""Several check-ins of one person are one row, which says so (ADR 107)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from cloud_api.services.board_people import as_one, persons
from cloud_api.services.board_rows import CheckIn, Row
from cloud_api.services.presence import ASSUMED

INVITED, NOON = UUID(int=700), datetime(2026, 11, 30, 12, tzinfo=UTC)


def _row(number: int, minutes: int | None, name: str | None = "Ada Sample", **changes: object) -> Row:
    facts: dict[str, object] = {
        "id": UUID(int=number),
        "name": name,
        "company": "",
        "host": "",
        "type": "Visitor",
        "zone": "Front lobby",
        "kiosk": "Lobby kiosk",
        "since": None if minutes is None else NOON + timedelta(minutes=minutes),
        "left": None,
        "assistance": False,
        "told": "told",
        "flags": (),
        "invitation": INVITED,
        **changes,
    }
    return Row(**facts)  # type: ignore[arg-type]  # fields by name


def test_arrivals_by_one_invitation_under_one_name_are_one_person() -> None:
    first, again, other = _row(1, 0), _row(2, 9, "SAMPLE, Áda"), _row(3, 9, "Bram Oakentide")
    walk_in, unnamed = _row(4, 10, invitation=None), _row(5, 11, None)
    assert persons([first, walk_in, other, again, unnamed]) == ((first, again), (walk_in,), (other,), (unnamed,))


def test_their_row_is_the_latest_since_the_first_and_leads_to_all() -> None:
    first = _row(1, 0, assistance=True, flags=("clock-unsure",), told="not told")
    second = _row(2, 9, zone="", kiosk="Dock kiosk", flags=("unconfirmed",))
    latest = _row(3, 20, zone="Workshop", flags=("unconfirmed", "departed-again"))
    one = as_one([second, latest, first])
    assert (one.id, one.zone, one.told, one.since, one.arrived) == (
        latest.id, "Workshop", "told", first.since, latest.since,
    )  # fmt: skip
    assert (one.assistance, one.flags) == (True, ("clock-unsure", "unconfirmed", "departed-again"))
    assert one.check_ins == tuple(CheckIn(row.id, row.zone, row.kiosk, row.since) for row in (first, second, latest))
    assert ([other.id for other in one.other_check_ins], one.elsewhere) == (
        [first.id, second.id], ("Dock kiosk", "Front lobby"),
    )  # fmt: skip


def test_who_checked_in_once_bears_no_mark_and_in_one_zone_is_nowhere_else() -> None:
    alone = _row(1, 0)
    assert as_one([alone]) is alone
    assert (alone.check_ins, alone.other_check_ins, alone.elsewhere, alone.arrived) == ((), (), (), alone.since)
    assert as_one([alone, _row(2, 9, kiosk="Second kiosk")]).elsewhere == ()


def test_they_have_probably_left_only_if_that_holds_of_every_visit() -> None:
    gone, here = _row(1, 0, flags=(ASSUMED, "unconfirmed")), _row(2, 9)
    one, both = as_one([gone, here]), as_one([gone, _row(2, 9, flags=(ASSUMED,))])
    assert (one.presumed_left, one.flags) == (False, ("unconfirmed",))
    assert (both.presumed_left, both.flags) == (True, (ASSUMED, "unconfirmed"))


def test_an_arrival_of_unknown_time_is_the_first_of_them() -> None:
    one = as_one([_row(9, 5), _row(1, None)])
    assert (one.id, one.since, [each.since for each in one.check_ins]) == (
        UUID(int=9), NOON + timedelta(minutes=5), [None, NOON + timedelta(minutes=5)],
    )  # fmt: skip
