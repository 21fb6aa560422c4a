"""What a printer can say and do, whatever its make: the port that the kiosk uses.

*Printed* is claimed only when the printer said so; everything else is *sent, unconfirmed* or *failed*, and a failure
says whether a badge may lie in the tray all the same (ADR 0031).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from printers.bitmap import BadgeBitmap
from printers.paper import Medium


class PrinterState(Enum):
    """How a printer is."""

    READY = "ready"
    PRINTING = "printing"
    NO_MEDIA = "no-media"
    WRONG_MEDIA = "wrong-media"
    COVER_OPEN = "cover-open"
    CUTTER_JAM = "cutter-jam"
    COOLING = "cooling"
    BUSY = "busy"
    NOT_ANSWERING = "not-answering"
    GONE = "gone"
    ERROR = "error"


@dataclass(frozen=True)
class PrinterStatus:
    """A printer's state at one moment.

    Attributes:
        state: for decisions.
        sentence: for staff: what it is and what to do.
        model: the printer's name, empty when unknown.
        loaded, needed: the paper in it and the paper asked for, in words; None when unknown or not asked.
        confirmed: False where nothing can answer (a plain file): then READY only says that data would be taken.
    """

    state: PrinterState
    sentence: str
    model: str = ""
    loaded: str | None = None
    needed: str | None = None
    confirmed: bool = True


@dataclass(frozen=True)
class Printed:
    """The printer itself reported the badge as printed."""


@dataclass(frozen=True)
class SentUnconfirmed:
    """Everything was handed over; the printer did not say what became of it.

    Attributes:
        sentence: for staff.
    """

    sentence: str


@dataclass(frozen=True)
class Failed:
    """The badge is not known to have been printed.

    Attributes:
        reason: the printer's state.
        sentence: for staff: what happened, what it means, what to do.
        may_have_printed: True when the print command had been taken: somebody must look before a reprint.
        loaded, needed: as in ``PrinterStatus``.
    """

    reason: PrinterState
    sentence: str
    may_have_printed: bool
    loaded: str | None = None
    needed: str | None = None


PrintOutcome = Printed | SentUnconfirmed | Failed


class PrinterDriver(Protocol):
    """One printer. Calls block for a bounded time and never raise for what a printer does; one thread at a time."""

    def status(self, medium: Medium | None = None) -> PrinterStatus:
        """Ask how the printer is and, given a medium, whether that is what is loaded."""
        ...

    def print_badge(self, bitmap: BadgeBitmap, medium: Medium) -> PrintOutcome:
        """Print one badge and say what became of it."""
        ...

    def close(self) -> None:
        """Let go of everything; the driver is of no use afterwards."""
        ...
