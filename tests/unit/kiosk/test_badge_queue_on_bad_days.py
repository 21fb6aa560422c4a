"""The badge queue when several things go wrong at once: the disk beside the printer, a second visitor in line."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from kiosk.composition.station import Station
from kiosk.flows.badge_artist import BadgeArtist
from kiosk.flows.badge_job import BadgeJob
from kiosk.flows.badge_marks import BadgeMarks
from kiosk.flows.badge_queue import BadgePrinter, BadgeQueue
from kiosk.flows.badge_recovery import recover_badges
from kiosk.ports import BadgeState, BadgeTrouble
from printers.driver import Printed, PrinterState
from printers.media import medium
from sync.device.errors import DiskFullError
from sync.protocol.chain import Act
from sync.protocol.kinds import ArrivedFull, ArrivedMuster, BadgeRequestedFull, Kind
from tests.fakes.lone_station import draft, lone_station
from tests.fakes.scripted_printer import ScriptedPrinter, failed

FIRST, SECOND = UUID("5f3a1c9e-0b7d-4c21-9a55-0000000000a1"), UUID("5f3a1c9e-0b7d-4c21-9a55-0000000000b2")


def _queue(station: Station, printer: ScriptedPrinter, marks: BadgeMarks | None = None) -> BadgeQueue:
    return BadgeQueue(
        log=station.log,
        marks=marks or BadgeMarks(station.settings),
        printer=BadgePrinter("scripted", printer, medium("62x100")),
        draw=BadgeArtist(
            enrolment=station.enrolment,
            key=station.log.epochs.current_key,
            configuration=station.directory.configuration,
            place=station.directory.place,
            types=station.directory.published_types,
        ).draw,
        wake=lambda: None,
    )


def _add(station: Station, queue: BadgeQueue, stay: UUID) -> None:
    queue.add(BadgeJob.from_draft(draft(station), stay, station.time.now()))


def _refuse(*_: object, **__: object) -> None:
    raise DiskFullError("full")


class SlipperyMarks(BadgeMarks):
    """Marks that can be set and not taken away again: the disk has filled up meanwhile."""

    clear: Callable[..., None] = _refuse


@pytest.mark.parametrize("recorded", [True, False])
def test_c03_c41_a_disk_that_fills_up_while_a_badge_is_printed_brings_no_second_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, recorded: bool
) -> None:
    """C03, C41."""
    printer = ScriptedPrinter()
    with lone_station(tmp_path) as (_, station):
        queue = _queue(station, printer, SlipperyMarks(station.settings))
        _add(station, queue, FIRST)
        if not recorded:
            monkeypatch.setattr(station.log, "append", _refuse)
        for _ in range(3):
            queue.step()
        progress = queue.progress(str(FIRST))
        assert BadgeMarks(station.settings).is_set(FIRST)
    assert progress is not None
    assert progress.state is BadgeState.PRINTED
    assert len(printer.badges) == 1


def test_a_mark_that_cannot_be_cleared_does_not_keep_a_held_badge_from_coming_out(tmp_path: Path) -> None:
    printer = ScriptedPrinter(outcomes=[failed(PrinterState.COVER_OPEN), Printed()])
    with lone_station(tmp_path) as (_, station):
        queue = _queue(station, printer, SlipperyMarks(station.settings))
        _add(station, queue, FIRST)
        for _ in range(3):
            queue.step()
    assert len(printer.badges) == 1


def test_without_paper_everybody_in_line_is_told_and_not_only_the_first(tmp_path: Path) -> None:
    """Every sentence on the done screen is true: no badge is "on its way" while the printer has no paper."""
    printer = ScriptedPrinter(states=[PrinterState.NO_MEDIA])
    with lone_station(tmp_path) as (_, station):
        queue = _queue(station, printer)
        _add(station, queue, FIRST)
        queue.step()
        _add(station, queue, SECOND)
        queue.step()
        told = [queue.progress(str(stay)) for stay in (FIRST, SECOND)]
        failures = [event.header.stay for event in station.log.of_kinds([Kind.BADGE_FAILED])]
        printer.states.append(PrinterState.READY)
        for _ in range(3):
            queue.step()
    assert [(one.state, one.trouble) for one in told if one] == [(BadgeState.FAILED, BadgeTrouble.NO_MEDIA)] * 2
    assert failures == [FIRST, SECOND]
    assert len(printer.badges) == 2


def test_c03_a_full_disk_at_the_start_does_not_keep_the_lobby_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C03: an interrupted badge that cannot be closed now is closed at a later start, and never printed."""
    printer = ScriptedPrinter()
    with lone_station(tmp_path) as (_, station):
        marks = BadgeMarks(station.settings)
        muster = ArrivedMuster(name="Odalys Fernhollow", company="", host="", zone="", assistance=False)
        full = ArrivedFull(type="visitor", language="en", host_id=None, email="", phone="", answers={})
        requested = BadgeRequestedFull(medium="62x100", photo=False)
        station.log.append(
            [Act(Kind.VISITOR_ARRIVED, FIRST, muster, full), Act(Kind.BADGE_REQUESTED, FIRST, full=requested)]
        )
        marks.set(FIRST)
        queue = _queue(station, printer)
        with monkeypatch.context() as full_disk:
            full_disk.setattr(station.log, "append", _refuse)
            recover_badges(log=station.log, marks=marks, queue=queue, roll=station.roll, time=station.time)
        assert marks.is_set(FIRST)
        recover_badges(log=station.log, marks=marks, queue=queue, roll=station.roll, time=station.time)
        queue.step()
        assert [event.header.stay for event in station.log.of_kinds([Kind.BADGE_FAILED])] == [FIRST]
        assert not marks.is_set(FIRST)
    assert printer.badges == []
