"""Each badge once, whatever the printer does (C41)."""

import dataclasses
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from kiosk.composition.desks import build_desks, build_photo_keeper
from kiosk.composition.doors import build_door
from kiosk.composition.station import Station, open_station
from kiosk.flows.check_in import CheckInDesk
from kiosk.flows.printing.badge_job import BadgeJob
from kiosk.flows.printing.badge_marks import BadgeMarks
from kiosk.flows.printing.badge_queue import BadgeQueue
from kiosk.ports import Arrived, BadgePromise, BadgeState, BadgeTrouble, PrinterState
from printers.driver import Printed, SentUnconfirmed
from printers.driver import PrinterState as Seen
from sync.protocol.codes import check_code, read_code
from sync.protocol.identifiers import stay_id
from sync.protocol.kinds import Kind
from tests.fakes.badge_room import artist, make_queue, printer, recover
from tests.fakes.lone_station import draft, lone_station
from tests.fakes.scripted_printer import ScriptedPrinter, failed


def _queue(station: Station, driver: ScriptedPrinter) -> BadgeQueue:
    return make_queue(station, printer(driver, "scripted"), draw=artist(station).draw)


def _desk(station: Station, queue: BadgeQueue) -> CheckInDesk:
    return CheckInDesk(
        log=station.log,
        badges=queue,
        photos=build_photo_keeper(station),
        door=build_door(station),
        time=station.time,
        is_online=build_desks(station).status.is_online,
        recorded=lambda: None,
        entropy=secrets.token_bytes,
    )


@contextmanager
def _arrived(folder: Path, driver: ScriptedPrinter) -> Iterator[tuple[Station, BadgeQueue, Arrived]]:
    with lone_station(folder) as (_, station):
        queue = _queue(station, driver)
        arrived = _desk(station, queue).arrive(draft(station))
        assert isinstance(arrived, Arrived)
        yield station, queue, arrived


def _kinds(station: Station, arrived: Arrived) -> list[str]:
    return [event.header.kind for event in station.log.of_stay(arrived.stay_id) if "badge" in event.header.kind]


def test_a_badge_is_printed_once_and_recorded(tmp_path: Path) -> None:
    driver = ScriptedPrinter()
    with _arrived(tmp_path, driver) as (station, queue, arrived):
        assert arrived.badge is BadgePromise.PRINTING
        assert [queue.lanes[0].step() for _ in range(3)] == [0.0, 2.0, 2.0]
        progress = queue.progress(arrived.stay_id)
        assert _kinds(station, arrived) == [Kind.BADGE_REQUESTED, Kind.BADGE_PRINTED]
    assert progress is not None
    assert progress.state is BadgeState.PRINTED
    assert len(driver.badges) == 1


def test_without_paper_the_visitor_is_told_the_truth_and_the_badge_waits(tmp_path: Path) -> None:
    driver = ScriptedPrinter(states=[Seen.NO_MEDIA, Seen.NO_MEDIA, Seen.READY])
    with _arrived(tmp_path, driver) as (station, queue, arrived):
        queue.lanes[0].step()
        told = queue.progress(arrived.stay_id)
        state = queue.printer_state
        queue.lanes[0].step()
        queue.lanes[0].step()
        assert _kinds(station, arrived) == [Kind.BADGE_REQUESTED, Kind.BADGE_FAILED, Kind.BADGE_PRINTED]
    assert told is not None
    assert (told.state, told.trouble) == (BadgeState.FAILED, BadgeTrouble.NO_MEDIA)
    assert state is PrinterState.TROUBLE
    assert len(driver.badges) == 1


def test_a_badge_that_may_have_come_out_is_never_printed_again_by_itself(tmp_path: Path) -> None:
    driver = ScriptedPrinter(outcomes=[failed(Seen.GONE, may_have_printed=True), Printed()])
    with _arrived(tmp_path, driver) as (station, queue, arrived):
        for _ in range(4):
            queue.lanes[0].step()
        assert _kinds(station, arrived) == [Kind.BADGE_REQUESTED, Kind.BADGE_FAILED]
    assert driver.badges == []


def test_a_badge_that_certainly_did_not_come_out_is_printed_when_the_printer_is_back(tmp_path: Path) -> None:
    driver = ScriptedPrinter(outcomes=[failed(Seen.COVER_OPEN), Printed()])
    with _arrived(tmp_path, driver) as (_, queue, _arrival):
        for _ in range(4):
            queue.lanes[0].step()
    assert len(driver.badges) == 1


def test_where_a_printer_cannot_say_the_ledger_says_sent_and_not_printed(tmp_path: Path) -> None:
    driver = ScriptedPrinter(outcomes=[SentUnconfirmed("no answer")])
    with _arrived(tmp_path, driver) as (station, queue, arrived):
        queue.lanes[0].step()
        assert _kinds(station, arrived) == [Kind.BADGE_REQUESTED, Kind.BADGE_SENT]


def test_after_a_restart_a_badge_that_was_not_begun_is_printed_without_a_photo(tmp_path: Path) -> None:
    driver = ScriptedPrinter(states=[Seen.NO_MEDIA])
    with _arrived(tmp_path, driver) as (station, queue, _arrival):
        queue.lanes[0].step()
        configuration = station.configuration
    after = ScriptedPrinter()
    with open_station(configuration) as again:
        queue = _queue(again, after)
        assert recover(again, queue) == 1
        queue.lanes[0].step()
        assert recover(again, _queue(again, after)) == 0
    assert len(after.badges) == 1


def test_after_a_restart_in_the_middle_of_printing_no_second_badge_comes_out(tmp_path: Path) -> None:
    """C01, C41: the mark is on disk before the first byte goes out."""
    with _arrived(tmp_path, ScriptedPrinter()) as (station, _queue_before, arrived):
        BadgeMarks(station.settings).set((UUID(arrived.stay_id), 1), "scripted")
        configuration = station.configuration
    after = ScriptedPrinter()
    with open_station(configuration) as again:
        queue = _queue(again, after)
        assert recover(again, queue) == 0
        queue.lanes[0].step()
        assert _kinds(again, arrived) == [Kind.BADGE_REQUESTED, Kind.BADGE_FAILED]
    assert after.badges == []


def test_the_badge_carries_a_code_that_this_kiosk_signed_for_this_stay(tmp_path: Path) -> None:
    with _arrived(tmp_path, ScriptedPrinter()) as (station, queue, arrived):
        drawn_by = artist(station)
        job = queue._room.line.waiting()[0].job
        content = drawn_by.content(job)
        code = read_code(content.code_payload)
        key = station.settings.epoch_key(station.enrolment.epoch).public_key()
        check_code(code, key=key, tenant=station.enrolment.tenant)
    assert str(code.subject) == arrived.stay_id
    assert (content.organisation, content.visitor_type) == ("Thistledown Works", "Visitor")


@pytest.mark.parametrize(
    ("language", "hour", "shown"),
    [
        ("en", 9, "19:15"),
        ("en", 22, "2 Mar 08:15"),
        ("de", 22, "2. März 08:15"),
        ("fr", 22, "2 mars 08:15"),
        ("es", 22, "2 mar 08:15"),
    ],
)
def test_until_when_a_badge_is_valid_is_written_as_its_language_writes_dates(
    tmp_path: Path, language: str, hour: int, shown: str
) -> None:
    with lone_station(tmp_path) as (_, station):
        drawn_by = artist(station)
        moment = datetime(2026, 3, 1, hour, 15, tzinfo=UTC)
        job = BadgeJob(
            stay=UUID(int=5, version=4),
            name="Odalys Fernhollow",
            company="",
            host="",
            visitor_type="visitor",
            language=language,
            arrived_at=moment,
            photo=None,
        )
        assert drawn_by.content(job).valid_until == shown


def test_a_photo_that_cannot_be_read_costs_the_picture_and_not_the_badge(tmp_path: Path) -> None:
    driver = ScriptedPrinter()
    with lone_station(tmp_path) as (_, station):
        queue = _queue(station, driver)
        broken = dataclasses.replace(draft(station), photo=b"\xff\xd8 not a picture")
        arrived = _desk(station, queue).arrive(broken)
        assert isinstance(arrived, Arrived)
        queue.lanes[0].step()
    assert len(driver.badges) == 1


def test_a_stay_without_a_badge_has_no_progress(tmp_path: Path) -> None:
    with lone_station(tmp_path) as (_, station):
        assert _queue(station, ScriptedPrinter()).progress(str(stay_id(lambda size: b"\x07" * size))) is None
