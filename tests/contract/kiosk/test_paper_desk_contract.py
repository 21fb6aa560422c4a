"""Whoever prints pages keeps the same promises: the kiosk's badge queue, and the fake that other tests use."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from kiosk.composition.station import Station
from kiosk.flows.printing.paper_desk import PaperDesk
from kiosk.ports import BadgeState, BadgeTrouble, PagesProgress
from printers.bitmap import BadgeBitmap
from printers.driver import PrinterState
from printers.errors import BadgeContentError
from printers.media import Medium
from tests.fakes.badge_room import make_queue, printer, run
from tests.fakes.lone_station import lone_station
from tests.fakes.paper_desk import FakePaperDesk
from tests.fakes.scripted_printer import ScriptedPrinter

PAGES = [BadgeBitmap(8, 1, bytes([number])) for number in (1, 2, 3)]


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    with lone_station(tmp_path_factory.mktemp("kiosk")) as (_, opened):
        yield opened


@dataclass
class Desk:
    """A desk, what came out, and how to have time pass or the paper run out."""

    paper: PaperDesk
    nowhere: PaperDesk
    out: Callable[[], list[BadgeBitmap]]
    work: Callable[[], None]
    run_out: Callable[[], None]


@pytest.fixture(params=["real", "fake"])
def desk(request: pytest.FixtureRequest, station: Station) -> Desk:
    if request.param == "fake":
        fake = FakePaperDesk()
        trouble = lambda: setattr(fake, "trouble", BadgeTrouble.NO_MEDIA)  # noqa: E731
        return Desk(fake, FakePaperDesk(None), lambda: fake.out, fake.work, trouble)
    driver = ScriptedPrinter()
    queue = make_queue(station, printer(driver))

    def run_out() -> None:
        driver.states[0] = PrinterState.NO_MEDIA

    return Desk(queue, make_queue(station), lambda: driver.badges, lambda: run(queue), run_out)


def test_pages_come_out_in_order_and_that_is_told(desk: Desk) -> None:
    asked: list[str] = []

    def draw(paper: Medium) -> list[BadgeBitmap]:
        asked.append(paper.name)
        return PAGES

    ticket = desk.paper.print_pages(draw)
    assert ticket is not None
    assert asked == []
    assert desk.paper.pages_progress(ticket) == PagesProgress(BadgeState.QUEUED)
    desk.work()
    assert desk.out() == PAGES
    assert asked == ["62x100"]
    assert desk.paper.pages_progress(ticket) == PagesProgress(BadgeState.PRINTED, 3, 3)


def test_pages_that_wait_for_paper_say_so_and_can_be_dropped(desk: Desk) -> None:
    desk.run_out()
    ticket = desk.paper.print_pages(lambda _: PAGES)
    assert ticket is not None
    desk.work()
    assert desk.paper.pages_progress(ticket) == PagesProgress(BadgeState.FAILED, trouble=BadgeTrouble.NO_MEDIA)
    desk.paper.drop_pages(ticket)
    told = desk.paper.pages_progress(ticket)
    assert told is not None
    assert (told.state, told.dropped) == (BadgeState.FAILED, True)


def test_pages_that_cannot_be_drawn_are_dropped(desk: Desk) -> None:
    def draw(paper: Medium) -> list[BadgeBitmap]:
        raise BadgeContentError(paper.name)

    ticket = desk.paper.print_pages(draw)
    assert ticket is not None
    desk.work()
    told = desk.paper.pages_progress(ticket)
    assert told is not None
    assert told.dropped


def test_without_a_printer_there_is_no_ticket_and_an_unknown_one_is_unknown(desk: Desk) -> None:
    assert desk.nowhere.print_pages(lambda _: PAGES) is None
    assert desk.paper.pages_progress(99) is None
