"""The badge queue when several things go wrong at once: the disk beside the printer, a second visitor in line."""

from collections.abc import Callable, Iterator

import pytest

from kiosk.composition.station import Station
from kiosk.flows.printing.badge_ledger import BadgeLedger
from kiosk.flows.printing.badge_marks import BadgeMarks
from kiosk.ports import BadgeState, BadgeTrouble
from printers.driver import Printed, PrinterState
from sync.device.errors import DiskFullError
from sync.device.event_log import Beside
from sync.protocol.kinds import Kind
from tests.fakes.badge_room import arrive, ledger_of, make_queue, printer, recover
from tests.fakes.lone_station import lone_station
from tests.fakes.scripted_printer import ScriptedPrinter, failed


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    with lone_station(tmp_path_factory.mktemp("kiosk")) as (_, opened):
        yield opened


def _refuse(*_: object, **__: object) -> None:
    raise DiskFullError("full")


def _refusing(*_: object) -> Beside:
    return _refuse


class SlipperyMarks(BadgeMarks):
    """Marks that can be set and not taken away again: the disk has filled up meanwhile."""

    clear: Callable[..., None] = _refuse
    clearing: Callable[..., Beside] = _refusing


def _slippery(station: Station) -> BadgeLedger:
    ledger = BadgeLedger(station.log, station.settings)
    ledger.marks = SlipperyMarks(station.settings)
    return ledger


def test_c03_c41_a_disk_that_fills_up_while_a_badge_is_printed_brings_no_second_one(station: Station) -> None:
    """C03, C41: neither now, nor after a restart."""
    driver = ScriptedPrinter()
    queue = make_queue(station, printer(driver), ledger=_slippery(station))
    stay = arrive(station, queue)
    for _ in range(3):
        queue.lanes[0].step()
    progress = queue.progress(str(stay))
    assert BadgeMarks(station.settings).holder((stay, 1)) == "Lobby"
    recover(station, make_queue(station, printer(driver)))
    assert progress is not None
    assert progress.state is BadgeState.PRINTED
    assert len(driver.badges) == 1
    assert ledger_of(station, stay)[1:] == [(Kind.BADGE_FAILED, "Lobby", "interrupted", True, 1)]


def test_c03_an_outcome_that_the_disk_refused_is_recorded_when_it_can_be(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C03: nobody has to look into the tray for a disk that was full for a minute."""
    driver, now = ScriptedPrinter(), [1_000.0]
    queue = make_queue(station, printer(driver), mono=lambda: now[0])
    stay = arrive(station, queue)
    with monkeypatch.context() as full_disk:
        full_disk.setattr(station.log, "append", _refuse)
        queue.lanes[0].step()
    now[0] += 5
    queue.lanes[0].step()
    assert ledger_of(station, stay)[1:] == [(Kind.BADGE_PRINTED, "Lobby", "", False, 1)]
    assert BadgeMarks(station.settings).holder((stay, 1)) is None


def test_a_mark_that_cannot_be_cleared_does_not_keep_a_held_badge_from_coming_out(station: Station) -> None:
    driver = ScriptedPrinter(outcomes=[failed(PrinterState.COVER_OPEN), Printed()])
    queue = make_queue(station, printer(driver), ledger=_slippery(station))
    arrive(station, queue)
    for _ in range(3):
        queue.lanes[0].step()
    assert len(driver.badges) == 1


def test_without_paper_everybody_in_line_is_told_and_not_only_the_first(station: Station) -> None:
    """Every sentence on the done screen is true: no badge is "on its way" while the printer has no paper."""
    driver = ScriptedPrinter(states=[PrinterState.NO_MEDIA])
    queue = make_queue(station, printer(driver))
    first = arrive(station, queue)
    queue.lanes[0].step()
    second = arrive(station, queue)
    queue.lanes[0].step()
    told = [queue.progress(str(stay)) for stay in (first, second)]
    driver.states.append(PrinterState.READY)
    for _ in range(3):
        queue.lanes[0].step()
    assert [(one.state, one.trouble) for one in told if one] == [(BadgeState.FAILED, BadgeTrouble.NO_MEDIA)] * 2
    for stay in (first, second):
        assert [kind for kind, *_ in ledger_of(station, stay)[1:]] == [Kind.BADGE_FAILED, Kind.BADGE_PRINTED]
    assert len(driver.badges) == 2


def test_c03_a_full_disk_at_the_start_does_not_keep_the_lobby_closed(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C03: an interrupted badge that cannot be closed now is closed at a later start, and never printed."""
    driver = ScriptedPrinter()
    stay = arrive(station)
    BadgeMarks(station.settings).set((stay, 1), "Lobby")
    queue = make_queue(station, printer(driver))
    with monkeypatch.context() as full_disk:
        full_disk.setattr(station.log, "append", _refuse)
        recover(station, queue)
    queue.lanes[0].step()
    assert BadgeMarks(station.settings).holder((stay, 1)) == "Lobby"
    recover(station, queue)
    queue.lanes[0].step()
    assert ledger_of(station, stay)[1:] == [(Kind.BADGE_FAILED, "Lobby", "interrupted", True, 1)]
    assert BadgeMarks(station.settings).holder((stay, 1)) is None
    assert driver.badges == []
