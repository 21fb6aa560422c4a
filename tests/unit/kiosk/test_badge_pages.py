"""Pages that are no badge: before all badges, and by whichever printer can."""

from collections.abc import Iterator

import pytest

from kiosk.composition.station import Station
from kiosk.ports import (
    BadgeState,
    BadgeTrouble,
    PagesProgress,
)
from printers.bitmap import BadgeBitmap
from printers.driver import Printed
from printers.driver import PrinterState as Seen
from tests.fakes.badge_room import (
    Ticking,
    arrive,
    make_queue,
    printed_stays,
    printer,
    run,
    two_printers,
)
from tests.fakes.lone_station import lone_station
from tests.fakes.scripted_printer import HungPrinter, ScriptedPrinter, failed

PAGES = tuple(BadgeBitmap(8, 1, bytes([number])) for number in (1, 2, 3))


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    with lone_station(tmp_path_factory.mktemp("kiosk")) as (_, opened):
        yield opened


def test_pages_come_before_all_badges_and_go_on_at_another_printer(station: Station) -> None:
    """The evacuation list: a page too many does no harm, one too few does."""
    lobby = ScriptedPrinter(
        states=[Seen.READY, Seen.READY, Seen.NO_MEDIA],
        outcomes=[Printed(), failed(Seen.NO_MEDIA, may_have_printed=True)],
    )
    desk = ScriptedPrinter()
    queue = two_printers(station, lobby, desk)
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


def test_page_that_another_computer_was_quicker_with_does_not_rest(station: Station) -> None:
    driver = ScriptedPrinter(outcomes=[*[failed(Seen.BUSY)] * 3, Printed()])
    queue = make_queue(station, printer(driver, shared=True))
    ticket = queue.print_pages(lambda _: PAGES)
    assert ticket is not None
    run(queue, 6)
    assert queue.pages_progress(ticket) == PagesProgress(BadgeState.PRINTED, 3, 3)


def test_page_that_a_ready_printer_refuses_lets_the_badges_go_on_and_is_tried_again(station: Station) -> None:
    """Nobody at the screen waits ten minutes for a page that no printer takes."""
    mono = Ticking()
    refusals = [failed(Seen.ERROR, may_have_printed=False)] * 2
    driver = ScriptedPrinter(outcomes=[*refusals, Printed()])
    queue = make_queue(station, printer(driver), mono=mono)
    stay = arrive(station, queue)
    ticket = queue.print_pages(lambda _: PAGES)
    assert ticket is not None
    began = mono.now
    while not driver.badges:
        mono.now += max(queue.lanes[0].step(), 0.1)
        assert mono.now - began < 10
    assert printed_stays(driver.badges) == [stay]
    assert queue.pages_progress(ticket) == PagesProgress(BadgeState.FAILED, 0, 3, BadgeTrouble.OTHER)
    mono.now += 20
    run(queue, 6)
    assert queue.pages_progress(ticket) == PagesProgress(BadgeState.PRINTED, 3, 3)
