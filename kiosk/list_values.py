"""How the evacuation list on badge paper is getting on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.badge_values import BadgeTrouble


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
