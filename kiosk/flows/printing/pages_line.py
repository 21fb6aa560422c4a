"""Pages that are no badge, waiting and under way: memory alone, and before all badges."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.flows.printing.paper_desk import DrawPages
from kiosk.ports import BadgeState, BadgeTrouble, PagesProgress
from printers.bitmap import BadgeBitmap
from printers.paper import Medium

PAGES_SECONDS = 600.0
"""How long pages wait for a printer: by then whoever wanted them has another list, and this one is no longer true."""
_REMEMBERED = 8
_TRIES = 2
REST_SECONDS = 20.0
"""Pages that a printer refuses though it calls itself ready let the badges go on; they are tried again so much later.
"""


@dataclass(slots=True)
class PagesJob:
    """``pages`` are drawn for the paper ``medium``; ``since``: monotonic seconds of the last thing that happened.

    ``rests_until``: the same clock; until then badges come first, for a printer has refused it ``refusals`` times in a
    row. Once it is done with, nothing is left of what it says about people.
    """

    ticket: int
    draw: DrawPages
    since: float
    medium: str = ""
    pages: tuple[BadgeBitmap, ...] = ()
    total: int | None = None
    printed: int = 0
    holder: str | None = None
    dropped: bool = False
    refusals: int = 0
    rests_until: float = 0.0

    @property
    def done(self) -> bool:
        """Whether nothing is left to print."""
        return self.dropped or (self.total is not None and self.printed >= self.total)

    def forget(self) -> None:
        """Let go of what it says."""
        self.draw, self.pages, self.holder = _nothing, (), None


def _nothing(medium: Medium) -> tuple[BadgeBitmap, ...]:
    del medium
    return ()


class PagesLine:
    """Each job is held by one printer at most; where that is lost, by another instead."""

    def __init__(self, mono: Callable[[], float]) -> None:
        self._mono = mono
        self._lock = threading.Lock()
        self._jobs: OrderedDict[int, PagesJob] = OrderedDict()
        self._last = 0

    def add(self, draw: DrawPages) -> int:
        """Queue pages; returns their ticket."""
        with self._lock:
            self._last += 1
            self._jobs[self._last] = PagesJob(self._last, draw, self._mono())
            for ticket in [ticket for ticket, job in self._jobs.items() if job.done][:-_REMEMBERED]:
                del self._jobs[ticket]
            return self._last

    def first(self, printer: str, lost: Callable[[str], bool]) -> PagesJob | None:
        """The first job that this printer may take, or has; ``lost`` tells of another that will not go on."""
        now = self._mono()
        with self._lock:
            for job in self._jobs.values():
                if (
                    not job.done
                    and job.rests_until <= now
                    and (job.holder in {None, printer} or lost(job.holder or ""))
                ):
                    return job
        return None

    def claim(self, job: PagesJob, printer: str, lost: Callable[[str], bool]) -> bool:
        """It is this printer's now; ``False`` where another one was quicker."""
        with self._lock:
            if job.done or not (job.holder in {None, printer} or lost(job.holder or "")):
                return False
            job.holder = printer
            return True

    def drawn(self, job: PagesJob, printer: str, medium: str, pages: tuple[BadgeBitmap, ...]) -> None:
        """The pages for other paper are other pages: they begin anew."""
        with self._lock:
            if job.holder == printer:
                job.medium, job.pages, job.total, job.printed = medium, pages, len(pages), 0

    def turn(self, job: PagesJob, printer: str, *, out: bool) -> None:
        """A page is out, or is not and may be tried by whoever comes first."""
        with self._lock:
            job.refusals = 0
            if job.holder != printer:
                return
            if out:
                job.printed += 1
                job.since = self._mono()
            if job.done:
                job.forget()
            elif not out:
                job.holder = None

    def refuse(self, job: PagesJob, printer: str) -> None:
        """A printer that was ready did not print a page: it is nobody's, and after some tries it rests."""
        with self._lock:
            if job.holder != printer or job.done:
                return
            job.holder = None
            job.refusals += 1
            if job.refusals >= _TRIES:
                job.rests_until = self._mono() + REST_SECONDS

    def drop(self, ticket: int) -> None:
        """Print no more of it, and let go of it."""
        with self._lock:
            job = self._jobs.get(ticket)
            if job is not None and not job.done:
                job.dropped = True
                job.forget()

    def drop_old(self) -> None:
        """Drop what nobody can want any more."""
        now = self._mono()
        with self._lock:
            old = [job.ticket for job in self._jobs.values() if job.holder is None and now - job.since > PAGES_SECONDS]
        for ticket in old:
            self.drop(ticket)

    def progress(self, ticket: int, trouble: BadgeTrouble | None, lost: Callable[[str], bool]) -> PagesProgress | None:
        """How a job is getting on; ``trouble``: why no printer takes it, if so; ``lost`` as in ``first``."""
        with self._lock:
            job = self._jobs.get(ticket)
            if job is None:
                return None
            if job.dropped:
                return PagesProgress(BadgeState.FAILED, job.printed, job.total, trouble, dropped=True)
            if job.done:
                return PagesProgress(BadgeState.PRINTED, job.printed, job.total)
            if job.holder is not None and not lost(job.holder):
                return PagesProgress(BadgeState.PRINTING, job.printed, job.total, printer=job.holder)
            if trouble is None and job.rests_until > self._mono():
                trouble = BadgeTrouble.OTHER
            state = BadgeState.QUEUED if trouble is None else BadgeState.FAILED
            return PagesProgress(state, job.printed, job.total, trouble)
