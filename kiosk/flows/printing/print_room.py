"""The print room: what all printers of a kiosk share - the line of badges, the pages, the ledger, and who is told what.

It has no thread; each printer's stepper (``PrinterLane``) works in it. A badge belongs to one printer from the moment
that it is claimed; whether it may ever go to another is decided by what that one did with it (C41, ADR 87).
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from uuid import UUID

from kiosk.flows.printing.badge_job import BadgeJob
from kiosk.flows.printing.badge_ledger import BadgeLedger, BadgeRecord, Outcome
from kiosk.flows.printing.badge_line import BadgeLine, Waiting
from kiosk.flows.printing.badge_news import BadgeNews
from kiosk.flows.printing.badge_tests import BadgeTests
from kiosk.flows.printing.pages_line import PagesLine
from kiosk.flows.printing.printer_health import BUSY_PATIENCE_SECONDS, PrinterHealth
from kiosk.ports import BadgeProgress, BadgeState, BadgeTrouble
from printers.driver import PrinterDriver
from printers.paper import Medium
from sync.device.errors import StorageError
from sync.protocol.kinds import Kind

LOOK_SECONDS = 2.0
"""How often the log is asked for reprints that another program has asked for."""
LAPSE_SECONDS = 10.0
_KEPT_PHOTOS = 20


@dataclass(frozen=True, slots=True)
class BadgePrinter:
    """A printer, what it is called in the ledger, and the medium that badges are laid out for. Of those of the lowest
    ``rank`` whichever is free prints; one of a higher rank only where all before it cannot. ``shared``: on a network.
    """

    name: str
    driver: PrinterDriver
    medium: Medium
    rank: int = 0
    shared: bool = False


@dataclass(slots=True)
class Bench:
    """A printer at work; ``wake`` shortens its thread's nap."""

    printer: BadgePrinter
    health: PrinterHealth
    wake: Callable[[], None] = field(default=lambda: None)


class PrintRoom:
    """``lapsed`` tells why a badge is not wanted any more; ``rebuild`` makes a job from the records, if they are left.

    Attributes:
        line, pages: what waits.
        news: what the screens are told.
        ledger: what is durable.
        tests: the test badges.
    """

    def __init__(
        self,
        *,
        ledger: BadgeLedger,
        printers: Sequence[BadgePrinter],
        lapsed: Callable[[BadgeJob], str],
        rebuild: Callable[[BadgeRecord], BadgeJob | None],
        mono: Callable[[], float],
        tests: BadgeTests,
    ) -> None:
        self.ledger = ledger
        self.tests = tests
        self.line = BadgeLine()
        self.pages = PagesLine(mono)
        self.news = BadgeNews()
        self.benches = tuple(Bench(one, PrinterHealth(mono, shared=one.shared)) for one in printers)
        self.mono = mono
        self._lapsed = lapsed
        self._rebuild = rebuild
        self._looking = threading.Lock()
        self._next_look = self._next_lapse = mono()
        self._asked: list[BadgeRecord] = []
        self._unrecorded: list[tuple[BadgeJob, Outcome]] = []
        self._unsure: OrderedDict[UUID, BadgeJob] = OrderedDict()

    # --- what a printer may do ---------------------------------------------------------------------------------------

    def may_work(self, bench: Bench) -> bool:
        """Whether it is this printer's turn: all that come before it cannot."""
        before = (other for other in self.benches if other.printer.rank < bench.printer.rank)
        return all(other.health.yields for other in before)

    def is_lost(self, printer: str) -> bool:
        """Whether a printer that holds something will not go on with it."""
        return any(bench.health.yields for bench in self.benches if bench.printer.name == printer)

    def shown_name(self, bench: Bench) -> str:
        """The printer's name, where the visitor would look at another one."""
        usual = [other for other in self.benches if other.printer.rank == self.benches[0].printer.rank]
        return "" if usual == [bench] else bench.printer.name

    def wake_all(self) -> None:
        """There is something to do."""
        for bench in self.benches:
            bench.wake()

    # --- what becomes of a badge -------------------------------------------------------------------------------------

    def lapsed(self, job: BadgeJob) -> str:
        """Why it is not wanted any more; where the disk refuses to tell, it is wanted."""
        with suppress(StorageError):
            return self._lapsed(job)
        return ""

    def finish(self, job: BadgeJob, outcome: Outcome, trouble: BadgeTrouble | None = None) -> None:
        """Out of the line first: a disk that refuses what follows must not bring a second badge."""
        self.line.remove(job.key)
        out = outcome.kind is not Kind.BADGE_FAILED
        state = BadgeState.PRINTED if out else BadgeState.FAILED
        self.news.note(job.stay, BadgeProgress(state, trouble), same_picture=True)
        if outcome.unsure and not out:
            self._keep(job)
        if not self.ledger.settle(job.key, outcome):
            self._unrecorded.append((job, outcome))

    def give_up(self, job: BadgeJob, printer: str, reason: str) -> None:
        """Nobody prints it."""
        self.finish(job, Outcome(Kind.BADGE_FAILED, printer, reason, abandoned=True), BadgeTrouble.OTHER)

    def take_back(self, job: BadgeJob) -> None:
        """Nothing came out, for certain: any printer may have it. A mark too many costs a question at reception after a
        restart, never a second badge.
        """
        with suppress(StorageError):
            self.ledger.marks.clear(job.key)
        self.line.release(job.key)

    def tell(self, bench: Bench) -> None:
        """This printer cannot print now: have another one do so; where none can, tell those who wait."""
        able = [other for other in self.benches if other is not bench and other.health.worst is None]
        for other in able:
            other.wake()
        if able:
            return
        patience, now = max(other.health.patience for other in self.benches), self.mono()
        trouble, follows = self.benches[0].health.worst, patience >= BUSY_PATIENCE_SECONDS
        for waiting in self.line.waiting():
            if waiting.holder is not None:
                continue  # claimed since: it is being printed
            if now - waiting.since >= patience:
                self.send_to_reception(waiting, trouble)
            elif follows and not waiting.told:
                self.news.note(waiting.job.stay, BadgeProgress(BadgeState.QUEUED, BadgeTrouble.BUSY))

    def send_to_reception(self, waiting: Waiting, trouble: BadgeTrouble | None) -> None:
        """The visitor need not wait; the badge is kept, and printed when that can be done."""
        job, trouble = waiting.job, trouble or BadgeTrouble.OTHER
        waiting.told = True
        self.news.note(job.stay, BadgeProgress(BadgeState.FAILED, trouble))
        if not waiting.recorded:
            waiting.recorded = self.ledger.hold(job.key, self.benches[0].printer.name, trouble.value)

    # --- what others did meanwhile -----------------------------------------------------------------------------------

    def look(self) -> None:
        """See to what another program asked for, to who has left, and to what could not be recorded."""
        if self.mono() < self._next_look or not self._looking.acquire(blocking=False):
            return
        try:
            self._next_look = self.mono() + LOOK_SECONDS
            self._record_again()
            self.tests.look([bench.printer.name for bench in self.benches])
            self._asked += self.ledger.news()
            while self._asked:
                self.owe(self._asked[0], told=False)
                del self._asked[0]
            if self.mono() >= self._next_lapse:
                self._next_lapse = self.mono() + LAPSE_SECONDS
                self._drop_lapsed()
                self.ledger.tidy()
        except StorageError:
            return
        finally:
            self._looking.release()

    def look_soon(self) -> None:
        """There is news in the log."""
        self._next_look = self.mono()
        self.wake_all()

    def owe(self, record: BadgeRecord, *, told: bool) -> bool:
        """Put a badge in line of which only the records are left. ``False``: nothing is left to print."""
        job = self._rebuild(record)
        if job is None:
            outcome = Outcome(Kind.BADGE_FAILED, reason="erased", abandoned=True)
            self.ledger.settle(record.key, outcome)
            return False
        before = self._unsure.pop(job.stay, None)
        if before is not None:
            job = replace(job, photo=before.photo, visitor_type=before.visitor_type, language=before.language)
        if self.line.add(job, since=self.mono(), told=told):
            self.news.note(job.stay, BadgeProgress(BadgeState.QUEUED))
            self.wake_all()
        return True

    def _drop_lapsed(self) -> None:
        self.pages.drop_old()
        for waiting in self.line.waiting():
            reason = self._lapsed(waiting.job)
            if reason and self.line.claim("", waiting.job.key) is not None:
                self.give_up(waiting.job, "", reason)
        for stay, job in list(self._unsure.items()):
            if self._lapsed(job):
                self._unsure.pop(stay, None)

    def _record_again(self) -> None:
        for owed in list(self._unrecorded):
            job, outcome = owed
            if not self.ledger.settle(job.key, outcome):
                return
            self._unrecorded.remove(owed)

    def _keep(self, job: BadgeJob) -> None:
        """Of a badge that may not be out, the photo stays in memory for its reprint, while its visitor is here."""
        self._unsure[job.stay] = job
        while len(self._unsure) > _KEPT_PHOTOS:
            self._unsure.popitem(last=False)
