"""The evacuation list on badge paper: who prints it, and how it is getting on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from kiosk.badge_values import BadgeTrouble
from kiosk.evacuation_values import EvacuationList


class ListPrintState(StrEnum):
    """How the list on badge paper is getting on."""

    IDLE = "idle"
    PREPARING = "preparing"
    PRINTING = "printing"
    HELD = "held"
    PRINTED = "printed"
    GIVEN_UP = "given-up"
    NO_PRINTER = "no-printer"


@dataclass(frozen=True, slots=True)
class ListPrint:
    """The list on badge paper: ``printed`` of ``pages`` are out. ``trouble`` while it is held, or why it was given up;
    a held list goes on by itself.
    """

    state: ListPrintState = ListPrintState.IDLE
    printed: int = 0
    pages: int = 0
    trouble: BadgeTrouble | None = None


class ListPaper(Protocol):
    """Puts the evacuation list on badge paper."""

    def begin(self, people: EvacuationList) -> None:
        """Print this list, unless one is being printed. Returns at once."""

    def progress(self) -> ListPrint:
        """Return how it is getting on. Quick; called on every poll."""


class NoListPaper:
    """A lobby without a printer."""

    def begin(self, people: EvacuationList) -> None:
        """Do nothing."""

    def progress(self) -> ListPrint:
        """Return that there is no printer."""
        return ListPrint(ListPrintState.NO_PRINTER)
