"""A badge again: on purpose, once, and by whatever the records still say."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest

from kiosk.composition.station import Station, open_station
from kiosk.flows.printing.badge_job import BadgeJob
from kiosk.flows.printing.badge_ledger import BADGE_KINDS, BadgeLedger, Outcome
from kiosk.ports import (
    ReprintAsked,
    ReprintRefused,
)
from printers.bitmap import BadgeBitmap
from printers.driver import Printed
from printers.driver import PrinterState as Seen
from printers.media import Medium
from sync.protocol.chain import Act
from sync.protocol.events import Event
from sync.protocol.kinds import BadgeOutcomeFull, Kind
from tests.fakes.badge_room import (
    Ticking,
    arrive,
    leave,
    ledger_of,
    make_queue,
    printer,
    recover,
    reprints,
    run,
    small_badge,
)
from tests.fakes.lone_station import lone_station
from tests.fakes.scripted_printer import ScriptedPrinter, failed


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    with lone_station(tmp_path_factory.mktemp("kiosk")) as (_, opened):
        yield opened


def test_f12_a_reprint_is_asked_for_on_purpose_recorded_and_printed_once(station: Station) -> None:
    """F12: by whom and why; by any program, beside the running lobby; never while the one before is still to come."""
    driver, mono, desk = ScriptedPrinter(), Ticking(), reprints(station)
    queue = make_queue(station, printer(driver), mono=mono)
    stay = arrive(station, queue)
    assert desk.reprint(str(stay), by="Desk", why="lost") is ReprintRefused.STILL_TO_COME
    queue.lanes[0].step()
    assert desk.reprint(str(stay), by="Desk", why=" ") is ReprintRefused.NO_REASON
    with open_station(station.configuration) as elsewhere:
        assert reprints(elsewhere).reprint(str(stay), by="Desk", why="fell into\nthe river") == ReprintAsked(2)
    assert desk.reprint(str(stay), by="Desk", why="lost") is ReprintRefused.STILL_TO_COME
    mono.now += 3
    run(queue)
    assert len(driver.badges) == 2
    first, second = BadgeLedger(station.log, station.settings).of_stay(stay)
    assert (first.by, first.why, second.by, second.why) == ("", "", "Desk", "fell into the river")
    assert ledger_of(station, stay)[2:] == [
        (Kind.BADGE_REQUESTED, "", "", False, 2),
        (Kind.BADGE_PRINTED, "Lobby", "", False, 2),
    ]
    leave(station, stay)
    assert desk.reprint(str(stay), by="Desk", why="lost") is ReprintRefused.NOT_ON_SITE


def test_a_reprint_of_a_badge_that_may_not_be_out_has_its_photo_and_after_a_restart_none(station: Station) -> None:
    drawn: list[bytes | None] = []

    def draw(job: BadgeJob, paper: Medium) -> BadgeBitmap:
        drawn.append(job.photo)
        return small_badge(job, paper)

    driver, mono = ScriptedPrinter(outcomes=[failed(Seen.GONE, may_have_printed=True), Printed()]), Ticking()
    queue = make_queue(station, printer(driver), mono=mono, draw=draw)
    stay = arrive(station, queue, photo=b"a face")
    queue.lanes[0].step()
    reprints(station).reprint(str(stay), by="Desk", why="never came out")
    mono.now += 3
    run(queue, 2)
    reprints(station).reprint(str(stay), by="Desk", why="lost")
    restarted = make_queue(station, printer(driver), draw=draw)
    assert recover(station, restarted) == 1
    restarted.lanes[0].step()
    assert drawn == [b"a face", b"a face", None]


def test_c05_a_wish_that_was_recorded_again_after_its_badge_was_out_prints_none(station: Station) -> None:
    """C05: a salvage records acts again; whoever reads only the newer part of the log must not believe it."""
    driver, mono = ScriptedPrinter(), Ticking()
    queue = make_queue(station, printer(driver), mono=mono)
    stay = arrive(station, queue)
    run(queue, 1)
    reprints(station).reprint(str(stay), by="Desk", why="lost")
    for _ in range(2):
        mono.now += 3
        run(queue, 2)
    BadgeLedger(station.log, station.settings).ask_again((stay, 2), medium="", by="Desk", why="lost")
    mono.now += 3
    run(queue, 2)
    assert recover(station, make_queue(station, printer(driver))) == 0
    assert len(driver.badges) == 2


def test_the_next_start_reads_the_log_from_where_all_was_settled_and_misses_nothing_that_is_owed(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.flows.printing.badge_ledger._WORTH_SAVING", 1)
    ledger, out = BadgeLedger(station.log, station.settings), Outcome(Kind.BADGE_PRINTED, "Lobby")
    for left_over in ledger.owed():
        ledger.settle(left_over.key, out)
    stay = arrive(station)
    ledger.news()
    ledger.tidy()
    assert [record.key for record in BadgeLedger(station.log, station.settings).owed()] == [(stay, 1)]
    ledger.settle((stay, 1), out)
    ledger.news()
    ledger.tidy()
    newer = arrive(station)
    read: list[int] = []
    look = station.log.of_kinds_after

    def note_and_look(kinds: Iterable[str], place: int) -> tuple[int, list[Event]]:
        read.append(place)
        return look(kinds, place)

    monkeypatch.setattr(station.log, "of_kinds_after", note_and_look)
    assert [record.key for record in BadgeLedger(station.log, station.settings).owed()] == [(newer, 1)]
    assert read[0] > 0
    assert len(look(BADGE_KINDS, read[0])[1]) == 1
    ledger.settle((newer, 1), out)


def test_what_an_earlier_version_left_behind_is_understood(station: Station) -> None:
    """Its marks did not say which printer, and its ledger called a badge abandoned by the reason alone."""
    driver, (begun, dropped) = ScriptedPrinter(), (arrive(station), arrive(station))
    station.settings.put(f"badge-begun:{begun}", b"1")
    old = BadgeOutcomeFull(printer="", reason="abandoned", unsure=False)
    station.log.append([Act(Kind.BADGE_FAILED, dropped, full=old)])
    queue = make_queue(station, printer(driver))
    assert recover(station, queue) == 0
    run(queue)
    assert driver.badges == []
    assert ledger_of(station, begun)[1:] == [(Kind.BADGE_FAILED, "", "interrupted", True, 1)]
    assert len(ledger_of(station, dropped)) == 2


def test_f12_of_whom_nothing_can_be_read_no_badge_is_printed_and_that_is_said(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F12: they may have been erased while inside; they have not left."""
    stay = arrive(station)
    known = station.roll.find(stay)
    assert known is not None
    assert known.arrived is not None
    erased = replace(known, arrived=replace(known.arrived, muster=None))
    monkeypatch.setattr(type(station.roll), "find", lambda _roll, _stay: erased)
    assert reprints(station).reprint(str(stay), by="Desk", why="lost") is ReprintRefused.UNREADABLE
