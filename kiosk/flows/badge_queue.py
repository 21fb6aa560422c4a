"""The badge queue: each badge once, whatever the printer, the power or the paper do (C41).

A stepper without a thread of its own. The ledger is the event log: *requested*, then *printed*, *sent* or
*failed*. Before the first byte goes to a printer a durable mark says so; a restart that finds the mark cannot
know whether paper came out, and leaves the badge to reception instead of printing a second one.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from uuid import UUID

from kiosk.flows.badge_job import BadgeJob
from kiosk.flows.badge_marks import BadgeMarks
from kiosk.ports import BadgeProgress, BadgePromise, BadgeState, BadgeTrouble, PrinterState
from printers.bitmap import BadgeBitmap
from printers.driver import Failed, Printed, PrinterDriver, PrintOutcome
from printers.driver import PrinterState as DriverState
from printers.errors import PrinterError
from printers.media import Medium
from sync.device.errors import StorageError, UnfitActError
from sync.device.event_log import EventLog
from sync.protocol.chain import Act
from sync.protocol.kinds import BadgeOutcomeFull, Kind

RETRY_SECONDS = 3.0
WATCH_SECONDS = 10.0
_REMEMBERED = 50

_TROUBLE = {
    DriverState.NO_MEDIA: BadgeTrouble.NO_MEDIA,
    DriverState.WRONG_MEDIA: BadgeTrouble.WRONG_MEDIA,
    DriverState.COVER_OPEN: BadgeTrouble.COVER_OPEN,
    DriverState.CUTTER_JAM: BadgeTrouble.JAM,
    DriverState.GONE: BadgeTrouble.UNREACHABLE,
    DriverState.NOT_ANSWERING: BadgeTrouble.UNREACHABLE,
}
_USABLE = (DriverState.READY, DriverState.PRINTING, DriverState.BUSY, DriverState.COOLING)


@dataclass(frozen=True, slots=True)
class BadgePrinter:
    """A printer, what it is called in the ledger, and the medium that the badges are laid out for."""

    name: str
    driver: PrinterDriver
    medium: Medium


@dataclass(slots=True)
class _Waiting:
    job: BadgeJob
    told: bool = field(default=False)


class BadgeQueue:
    """The kiosk's ``BadgeDesk``: ``add`` and ``progress`` return at once, ``step`` may take seconds."""

    def __init__(
        self,
        *,
        log: EventLog,
        marks: BadgeMarks,
        printer: BadgePrinter | None,
        draw: Callable[[BadgeJob, Medium], BadgeBitmap],
        wake: Callable[[], None],
    ) -> None:
        self._log = log
        self._marks = marks
        self._printer = printer
        self._draw = draw
        self._wake = wake
        self._lock = threading.Lock()
        self._waiting: OrderedDict[UUID, _Waiting] = OrderedDict()
        self._progress: OrderedDict[str, BadgeProgress] = OrderedDict()
        self._state = PrinterState.ABSENT if printer is None else PrinterState.READY
        self._trouble = BadgeTrouble.OTHER
        self._pictured = ""

    @property
    def medium(self) -> str | None:
        """The medium's name, or ``None`` where there is no printer."""
        return None if self._printer is None else self._printer.medium.name

    @property
    def printer_state(self) -> PrinterState:
        """What was last seen of the printer."""
        return self._state

    def add(self, job: BadgeJob) -> BadgePromise:
        """Queue a badge that the log has already requested."""
        if self._printer is None:
            return BadgePromise.NONE
        self._note(job.stay, BadgeProgress(BadgeState.QUEUED))
        with self._lock:
            self._waiting[job.stay] = _Waiting(job)
        self._wake()
        ready = self._state is PrinterState.READY
        return BadgePromise.PRINTING if ready else BadgePromise.AT_RECEPTION

    def progress(self, stay_id: str) -> BadgeProgress | None:
        """How a badge is getting on."""
        with self._lock:
            return self._progress.get(stay_id)

    def step(self) -> float:
        """Print the next badge, or look at the printer; returns in how many seconds to step again."""
        if self._printer is None:
            return WATCH_SECONDS
        with self._lock:
            waiting = next(iter(self._waiting.values()), None)
        if waiting is None:
            self._watch(self._printer)
            return WATCH_SECONDS
        return self._print(self._printer, waiting)

    def _print(self, printer: BadgePrinter, waiting: _Waiting) -> float:
        job = waiting.job
        try:
            bitmap = self._draw(job, printer.medium)
        except PrinterError as error:
            return self._give_up(job, f"layout: {error}", BadgeTrouble.OTHER, unsure=False)
        if not self._watch(printer):
            return self._hold(self._trouble)
        self._note(job.stay, BadgeProgress(BadgeState.PRINTING, picture=_png(bitmap)))
        try:
            self._marks.set(job.stay)
            outcome = printer.driver.print_badge(bitmap, printer.medium)
        except StorageError:
            return self._hold(BadgeTrouble.OTHER)
        return self._settle(job, outcome)

    def _settle(self, job: BadgeJob, outcome: PrintOutcome) -> float:
        if not isinstance(outcome, Failed):
            kind = Kind.BADGE_PRINTED if isinstance(outcome, Printed) else Kind.BADGE_SENT
            recorded = self._record(job.stay, kind, "", unsure=kind is Kind.BADGE_SENT)
            self._finish(job.stay, BadgeState.PRINTED, recorded=recorded)
            return 0.0
        trouble = _TROUBLE.get(outcome.reason, BadgeTrouble.OTHER)
        self._state = PrinterState.TROUBLE
        if outcome.may_have_printed:
            return self._give_up(job, outcome.reason.value, trouble, unsure=True)
        self._clear_mark(job.stay)
        return self._hold(trouble)

    def _hold(self, trouble: BadgeTrouble) -> float:
        """Keep every badge; they come out when the printer is ready again, and reception hands them over."""
        with self._lock:
            held = list(self._waiting.values())
        for waiting in held:
            self._note(waiting.job.stay, BadgeProgress(BadgeState.FAILED, trouble))
            if not waiting.told:
                waiting.told = self._record(waiting.job.stay, Kind.BADGE_FAILED, trouble.value, unsure=False)
        return RETRY_SECONDS

    def _give_up(self, job: BadgeJob, reason: str, trouble: BadgeTrouble, *, unsure: bool) -> float:
        recorded = self._record(job.stay, Kind.BADGE_FAILED, reason, unsure=unsure)
        self._finish(job.stay, BadgeState.FAILED, trouble, recorded=recorded)
        return 0.0

    def _finish(self, stay: UUID, state: BadgeState, trouble: BadgeTrouble | None = None, *, recorded: bool) -> None:
        """Out of the queue first: a disk that refuses what follows must not bring a second badge.

        A mark whose outcome could not be recorded stays, so that a restart does not print again either.
        """
        with self._lock:
            self._waiting.pop(stay, None)
            before = self._progress.get(str(stay))
        self._note(stay, BadgeProgress(state, trouble, None if before is None else before.picture))
        if recorded:
            self._clear_mark(stay)

    def _clear_mark(self, stay: UUID) -> None:
        with suppress(StorageError):  # a mark too many costs a question at reception, never a second badge
            self._marks.clear(stay)

    def _note(self, stay: UUID, progress: BadgeProgress) -> None:
        """Remember a state; only the newest badge keeps its picture."""
        name = str(stay)
        with self._lock:
            before = self._progress.get(self._pictured)
            if self._pictured != name and before is not None:
                self._progress[self._pictured] = BadgeProgress(before.state, before.trouble)
            if progress.picture is not None:
                self._pictured = name
            self._progress[name] = progress
            while len(self._progress) > _REMEMBERED:
                self._progress.popitem(last=False)

    def _record(self, stay: UUID, kind: Kind, reason: str, *, unsure: bool) -> bool:
        name = "" if self._printer is None else self._printer.name
        full = BadgeOutcomeFull(printer=name, reason=reason[:200], unsure=unsure)
        try:
            self._log.append([Act(kind, stay, full=full)])
        except (StorageError, UnfitActError):
            return False
        return True

    def _watch(self, printer: BadgePrinter) -> bool:
        seen = printer.driver.status(printer.medium).state
        self._trouble = _TROUBLE.get(seen, BadgeTrouble.OTHER)
        usable = seen in _USABLE
        self._state = PrinterState.READY if usable else PrinterState.TROUBLE
        return usable


def _png(bitmap: BadgeBitmap) -> bytes:
    buffer = BytesIO()
    bitmap.preview().save(buffer, "PNG")
    return buffer.getvalue()
