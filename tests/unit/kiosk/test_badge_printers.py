"""Several printers, one queue: who prints what, in which order, and what nobody prints any more."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from kiosk.composition.station import Station
from kiosk.flows.printing.badge_job import BadgeJob
from kiosk.flows.printing.badge_ledger import BadgeLedger, Outcome
from kiosk.flows.printing.badge_line import BadgeLine
from kiosk.ports import (
    BadgeProgress,
    BadgeState,
    BadgeTrouble,
    PrinterState,
    ReprintAsked,
)
from printers.bitmap import BadgeBitmap
from printers.driver import Printed
from printers.driver import PrinterState as Seen
from printers.media import Medium
from sync.protocol.hlc import ClockQuality
from sync.protocol.kinds import Kind
from tests.fakes.badge_room import (
    Ticking,
    arrive,
    leave,
    ledger_of,
    make_queue,
    printed_stays,
    printer,
    recover,
    reprints,
    run,
    small_badge,
    two_printers,
)
from tests.fakes.lone_station import lone_station
from tests.fakes.scripted_printer import HungPrinter, ScriptedPrinter, failed


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    with lone_station(tmp_path_factory.mktemp("kiosk")) as (_, opened):
        yield opened


@pytest.mark.parametrize(
    "lobby",
    [
        ScriptedPrinter(states=[Seen.NO_MEDIA]),
        ScriptedPrinter(outcomes=[failed(Seen.COVER_OPEN)]),
        ScriptedPrinter(states=[Seen.COOLING]),
    ],
    ids=["at-the-first-question", "while-the-page-was-sent", "cooling"],
)
def test_c41_where_the_first_printer_cannot_the_fallback_does_and_the_screen_says_which(
    station: Station, lobby: ScriptedPrinter
) -> None:
    """C41: nobody is sent to reception for a printer that another stands beside."""
    desk = ScriptedPrinter()
    queue = two_printers(station, lobby, desk)
    stay = arrive(station, queue)
    run(queue)
    progress = queue.progress(str(stay))
    assert progress is not None
    assert (progress.state, progress.printer) == (BadgeState.PRINTED, "Desk")
    assert (len(lobby.badges), len(desk.badges)) == (0, 1)
    assert ledger_of(station, stay)[1:] == [(Kind.BADGE_PRINTED, "Desk", "", False, 1)]
    assert queue.printer_state is PrinterState.READY


def test_the_fallback_leaves_all_to_the_first_printer_while_that_prints(station: Station) -> None:
    lobby, desk = ScriptedPrinter(), ScriptedPrinter()
    queue = two_printers(station, lobby, desk)
    stays = [arrive(station, queue) for _ in range(3)]
    run(queue)
    assert printed_stays(lobby.badges) == stays
    assert desk.badges == []
    shown = queue.progress(str(stays[2]))
    assert shown is not None
    assert shown.printer == "", "there is only one place where anybody would look"


def test_c41_a_badge_that_may_have_come_out_never_goes_to_the_fallback(station: Station) -> None:
    lobby, desk = ScriptedPrinter(outcomes=[failed(Seen.GONE, may_have_printed=True)]), ScriptedPrinter()
    queue = two_printers(station, lobby, desk)
    stay = arrive(station, queue)
    run(queue)
    assert desk.badges == []
    assert ledger_of(station, stay)[1:] == [(Kind.BADGE_FAILED, "Lobby", "gone", True, 1)]


def test_c41_where_no_printer_can_everybody_is_told_once_and_kept(station: Station) -> None:
    lobby, desk = ScriptedPrinter(states=[Seen.NO_MEDIA]), ScriptedPrinter(states=[Seen.GONE])
    queue = two_printers(station, lobby, desk)
    stays = [arrive(station, queue) for _ in range(2)]
    run(queue)
    told = [queue.progress(str(stay)) for stay in stays]
    assert told == [BadgeProgress(BadgeState.FAILED, BadgeTrouble.NO_MEDIA)] * 2
    lobby.states.append(Seen.READY)
    run(queue)
    assert printed_stays(lobby.badges) == stays
    assert ledger_of(station, stays[1])[1:] == [
        (Kind.BADGE_FAILED, "Lobby", "no-media", False, 1),
        (Kind.BADGE_PRINTED, "Lobby", "", False, 1),
    ]


def test_c41_a_printer_that_hangs_delays_no_other_and_nobody_at_the_screen(station: Station) -> None:
    """C41: its thread tells nothing; the fallback's finds out, and so does whoever asks."""
    mono, lobby, desk = Ticking(), HungPrinter(), ScriptedPrinter()
    alone, queue = make_queue(station, printer(lobby), mono=mono), two_printers(station, lobby, desk, mono)
    seen: list[object] = []

    def hang() -> None:
        lobby.meanwhile = lambda: None  # type: ignore[method-assign]
        mono.now += 3
        seen.append(alone.progress(str(first)))
        queue.lanes[1].step()
        seen.append(len(desk.badges))

    first = arrive(station, alone)
    lobby.meanwhile = hang  # type: ignore[method-assign]
    alone.lanes[0].step()
    second = arrive(station, queue)
    lobby.meanwhile = hang  # type: ignore[method-assign]
    queue.lanes[0].step()
    told, _, _, taken_over = seen
    assert told == BadgeProgress(BadgeState.FAILED, BadgeTrouble.UNREACHABLE)
    assert taken_over == 1
    assert ledger_of(station, second)[1:] == [(Kind.BADGE_PRINTED, "Desk", "", False, 1)]


@pytest.mark.parametrize("why", ["left", "expired"])
def test_no_badge_is_printed_for_somebody_who_has_left_or_whose_badge_is_over(
    station: Station, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    driver, mono = ScriptedPrinter(states=[Seen.NO_MEDIA]), Ticking()
    queue = make_queue(station, printer(driver), mono=mono)
    until = station.time.now() + timedelta(hours=9)
    stay = arrive(station, queue)
    queue.lanes[0].step()
    if why == "left":
        leave(station, stay)
    else:
        monkeypatch.setattr(type(station.clock), "quality", lambda _: ClockQuality.NTP)
        monkeypatch.setattr(type(station.time), "now", lambda _: until)
        run(queue, 1)
        assert BadgeLedger(station.log, station.settings).of_stay(stay)[0].owed, "it is valid for ten hours"
        monkeypatch.setattr(type(station.time), "now", lambda _: until + timedelta(hours=2))
    driver.states.append(Seen.READY)
    mono.now += 3
    run(queue)
    assert driver.badges == []
    kept = BadgeLedger(station.log, station.settings).of_stay(stay)[0]
    assert kept.outcome is not None
    assert (kept.outcome.reason, kept.outcome.abandoned, kept.owed) == (why, True, False)


def test_a_printer_that_is_ready_and_takes_no_badge_is_tried_ever_more_slowly(station: Station) -> None:
    driver = ScriptedPrinter(outcomes=[failed(Seen.ERROR)])
    queue = make_queue(station, printer(driver))
    arrive(station, queue)
    naps = [queue.lanes[0].step() for _ in range(11)]
    driver.outcomes.append(Printed())
    driver.outcomes.popleft()
    assert (naps[0], naps[8], naps[10], queue.lanes[0].step()) == (3.0, 3.0, 15.0, 0.0)
    assert len(driver.badges) == 1


def test_c41_a_driver_that_raises_leaves_nobody_waiting_at_the_screen(station: Station) -> None:
    """C41: it must not, and its loop tries again; meanwhile the visitor is told."""
    driver = HungPrinter()
    queue = make_queue(station, printer(driver))
    stay = arrive(station, queue)

    def fail() -> None:
        raise ValueError("a fault in a driver")

    driver.meanwhile = fail  # type: ignore[method-assign]
    with pytest.raises(ValueError, match="a fault in a driver"):
        queue.lanes[0].step()
    assert queue.progress(str(stay)) == BadgeProgress(BadgeState.FAILED, BadgeTrouble.OTHER)
    driver.meanwhile = lambda: None  # type: ignore[method-assign]
    run(queue, 1)
    assert len(driver.badges) == 1


def test_a_held_badge_is_given_up_when_its_visitor_leaves_though_no_printer_could_print_it(station: Station) -> None:
    mono = Ticking()
    queue = make_queue(station, printer(ScriptedPrinter(states=[Seen.NO_MEDIA])), mono=mono)
    stay = arrive(station, queue)
    run(queue, 1)
    leave(station, stay)
    mono.now += 11
    run(queue, 1)
    assert ledger_of(station, stay)[-1] == (Kind.BADGE_FAILED, "", "left", False, 1)


def test_a_badge_is_held_by_one_printer_at_a_time() -> None:
    line, job = BadgeLine(), BadgeJob(UUID(int=1), "Odalys", "", "", "visitor", "en", datetime(2026, 3, 1, tzinfo=UTC))
    assert [line.add(job, since=0.0), line.add(job, since=0.0)] == [True, False]
    assert line.claim("Lobby") is job
    assert (line.claim("Desk"), line.claim("Desk", job.key), line.anybody) == (None, None, False)
    line.release(job.key)
    assert line.claim("Desk") is job


def test_who_stands_there_comes_first_then_reprints_then_those_sent_to_reception(station: Station) -> None:
    driver, mono = ScriptedPrinter(states=[Seen.NO_MEDIA]), Ticking()
    queue = make_queue(station, printer(driver), mono=mono)
    spoilt = arrive(station)
    BadgeLedger(station.log, station.settings).settle((spoilt, 1), Outcome(Kind.BADGE_PRINTED, "Lobby"))
    held = [arrive(station, queue) for _ in range(2)]
    queue.lanes[0].step()
    assert reprints(station).reprint(str(spoilt), by="Desk", why="spoilt") == ReprintAsked(2)
    mono.now += 3
    driver.states = type(driver.states)([Seen.READY])
    queue._room.look()
    fresh = arrive(station, queue)
    run(queue, 6)
    assert printed_stays(driver.badges) == [fresh, spoilt, *held]


def test_one_badge_that_cannot_be_drawn_keeps_back_no_other(station: Station) -> None:
    driver = ScriptedPrinter()
    spoilt = arrive(station)

    def draw(job: BadgeJob, paper: Medium) -> BadgeBitmap:
        if job.stay == spoilt:
            raise ValueError("a fault in the layout")
        return small_badge(job, paper)

    queue = make_queue(station, printer(driver), draw=draw)
    assert recover(station, queue) == 1
    fine = arrive(station, queue)
    run(queue)
    assert printed_stays(driver.badges) == [fine]
    assert ledger_of(station, spoilt)[1:] == [(Kind.BADGE_FAILED, "Lobby", "layout: ValueError", False, 1)]
