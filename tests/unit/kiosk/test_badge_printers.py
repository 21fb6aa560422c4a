"""Several printers, one queue: who prints what, in which order, and what nobody prints any more."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from kiosk.composition.station import Station, open_station
from kiosk.flows.badge_job import BadgeJob
from kiosk.flows.badge_ledger import BadgeLedger, Outcome
from kiosk.flows.badge_line import BadgeLine
from kiosk.flows.badge_queue import BadgeQueue
from kiosk.ports import (
    BadgeProgress,
    BadgeState,
    BadgeTrouble,
    PagesProgress,
    PrinterState,
    ReprintAsked,
    ReprintRefused,
)
from printers.bitmap import BadgeBitmap
from printers.driver import Printed, PrinterStatus
from printers.driver import PrinterState as Seen
from printers.media import Medium
from sync.protocol.chain import Act
from sync.protocol.hlc import ClockQuality
from sync.protocol.kinds import BadgeOutcomeFull, Kind
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
)
from tests.fakes.lone_station import lone_station
from tests.fakes.scripted_printer import ScriptedPrinter, failed

PAGES = tuple(BadgeBitmap(8, 1, bytes([number])) for number in (1, 2, 3))


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    with lone_station(tmp_path_factory.mktemp("kiosk")) as (_, opened):
        yield opened


def _two(station: Station, lobby: ScriptedPrinter, desk: ScriptedPrinter, mono: Ticking | None = None) -> BadgeQueue:
    """A printer and its fallback."""
    return make_queue(station, printer(lobby), printer(desk, "Desk", rank=1), mono=mono)


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
    queue = _two(station, lobby, desk)
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
    queue = _two(station, lobby, desk)
    stays = [arrive(station, queue) for _ in range(3)]
    run(queue)
    assert printed_stays(lobby.badges) == stays
    assert desk.badges == []
    shown = queue.progress(str(stays[2]))
    assert shown is not None
    assert shown.printer == "", "there is only one place where anybody would look"


def test_c41_a_badge_that_may_have_come_out_never_goes_to_the_fallback(station: Station) -> None:
    lobby, desk = ScriptedPrinter(outcomes=[failed(Seen.GONE, may_have_printed=True)]), ScriptedPrinter()
    queue = _two(station, lobby, desk)
    stay = arrive(station, queue)
    run(queue)
    assert desk.badges == []
    assert ledger_of(station, stay)[1:] == [(Kind.BADGE_FAILED, "Lobby", "gone", True, 1)]


def test_c41_where_no_printer_can_everybody_is_told_once_and_kept(station: Station) -> None:
    lobby, desk = ScriptedPrinter(states=[Seen.NO_MEDIA]), ScriptedPrinter(states=[Seen.GONE])
    queue = _two(station, lobby, desk)
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


class HungPrinter(ScriptedPrinter):
    """A driver that does not keep its promise to return: it asks ``meanwhile`` what happens in that time."""

    def status(self, medium: Medium | None = None) -> PrinterStatus:
        self.meanwhile()
        return super().status(medium)

    def meanwhile(self) -> None:
        """Set by a test."""


def test_c41_a_printer_that_hangs_delays_no_other_and_nobody_at_the_screen(station: Station) -> None:
    """C41: its thread tells nothing; the fallback's finds out, and so does whoever asks."""
    mono, lobby, desk = Ticking(), HungPrinter(), ScriptedPrinter()
    alone, queue = make_queue(station, printer(lobby), mono=mono), _two(station, lobby, desk, mono)
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


def test_pages_come_before_all_badges_and_go_on_at_another_printer(station: Station) -> None:
    """The evacuation list: a page too many does no harm, one too few does."""
    lobby = ScriptedPrinter(
        states=[Seen.READY, Seen.READY, Seen.NO_MEDIA],
        outcomes=[Printed(), failed(Seen.NO_MEDIA, may_have_printed=True)],
    )
    desk = ScriptedPrinter()
    queue = _two(station, lobby, desk)
    stay = arrive(station, queue)
    ticket = queue.print_pages(lambda _: PAGES)
    assert ticket is not None
    assert queue.pages_progress(ticket) == PagesProgress(BadgeState.QUEUED)
    queue.lanes[0].step()
    assert queue.pages_progress(ticket) == PagesProgress(BadgeState.PRINTING, 1, 3, printer="Lobby")
    run(queue, 6)
    assert queue.pages_progress(ticket) == PagesProgress(BadgeState.PRINTED, 3, 3)
    assert [*lobby.badges, *desk.badges[:2]] == list(PAGES)
    assert printed_stays(desk.badges[2:]) == [stay]


def test_two_primaries_share_the_badges_and_neither_takes_the_others_pages(station: Station) -> None:
    """Where both are asked how they are before either has taken the pages, one is quicker."""
    left, right = HungPrinter(), ScriptedPrinter()
    queue = make_queue(station, printer(left, "Left"), printer(right, "Right"))
    queue.print_pages(lambda _: PAGES)
    left.meanwhile = queue.lanes[1].step  # type: ignore[assignment]
    queue.lanes[0].step()
    left.meanwhile = lambda: None  # type: ignore[method-assign]
    run(queue)
    assert (left.badges, right.badges) == ([], list(PAGES))
    stays = [arrive(station, queue) for _ in range(2)]
    for lane in queue.lanes:
        lane.step()
    assert printed_stays([*left.badges, *right.badges[3:]]) == stays
    shown = [queue.progress(str(stay)) for stay in stays]
    assert [one.printer for one in shown if one] == ["Left", "Right"], "nobody knows where to look otherwise"


def test_pages_that_find_no_printer_say_so_and_are_dropped_when_they_are_no_longer_true(station: Station) -> None:
    mono, driver = Ticking(), ScriptedPrinter(states=[Seen.NO_MEDIA])
    queue = make_queue(station, printer(driver), mono=mono)
    ticket = queue.print_pages(lambda _: PAGES)
    assert ticket is not None
    queue.lanes[0].step()
    assert queue.pages_progress(ticket) == PagesProgress(BadgeState.FAILED, trouble=BadgeTrouble.NO_MEDIA)
    mono.now += 601
    driver.states.append(Seen.READY)
    run(queue)
    assert driver.badges == []
    told = queue.pages_progress(ticket)
    assert told is not None
    assert told.dropped
