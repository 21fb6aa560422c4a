"""The sheets that rise over a screen: at most one, with a title, a sentence and its choices."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.presenters.turn import Turn


class Sheet(StrEnum):
    """Every sheet there is."""

    TIMEOUT = "timeout"
    HELP = "help"
    DISPLAY = "display"
    DECLINE = "decline"
    REPRINT = "reprint"


class Weight(StrEnum):
    """How a choice is drawn."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    TOGGLE = "toggle"


@dataclass(frozen=True, slots=True)
class SheetChoice:
    """One button or switch of a sheet."""

    id: str
    label: str
    weight: Weight
    icon: str = ""
    on: bool = False


@dataclass(frozen=True, slots=True)
class SheetState:
    """A sheet as shown; ``seconds_left`` of ``of_seconds`` where it counts."""

    sheet: Sheet
    title: str
    sentence: str
    choices: tuple[SheetChoice, ...]
    seconds_left: int | None = None
    of_seconds: int = 0
    seconds_word: str = ""


def timeout_sheet(turn: Turn, seconds_left: int) -> SheetState:
    """Ask whether somebody is there."""
    choices = (
        SheetChoice("more", turn.say("timeout.more"), Weight.PRIMARY),
        SheetChoice("restart", turn.say("timeout.restart"), Weight.SECONDARY),
    )
    return SheetState(
        Sheet.TIMEOUT,
        turn.say("timeout.title"),
        turn.say("timeout.sentence"),
        choices,
        seconds_left,
        turn.ports.patience.warning_seconds,
        turn.words.count("timeout.seconds", seconds_left),
    )


def help_sheet(turn: Turn, *, high_contrast: bool) -> SheetState:
    """Offer what really helps: first on the safety list, a clearer screen, a new beginning."""
    choices = (
        SheetChoice(
            "assistance",
            turn.say("help.assistance"),
            Weight.TOGGLE,
            "hand-back-left",
            turn.given.needs_assistance,
        ),
        SheetChoice("contrast", turn.say("display.contrast"), Weight.TOGGLE, "contrast-circle", high_contrast),
        SheetChoice("close", turn.say("help.close"), Weight.PRIMARY),
        SheetChoice("restart", turn.say("timeout.restart"), Weight.SECONDARY),
    )
    return SheetState(Sheet.HELP, turn.say("help.title"), turn.say("help.sentence"), choices)


def display_sheet(turn: Turn, *, high_contrast: bool) -> SheetState:
    """Offer a clearer screen."""
    choices = (
        SheetChoice("contrast", turn.say("display.contrast"), Weight.TOGGLE, "contrast-circle", high_contrast),
        SheetChoice("close", turn.say("help.close"), Weight.PRIMARY),
    )
    return SheetState(Sheet.DISPLAY, turn.say("display.title"), turn.say("display.sentence"), choices)


def decline_sheet(turn: Turn) -> SheetState:
    """Say what follows from not agreeing."""
    choices = (
        SheetChoice("close", turn.say("decline.back"), Weight.PRIMARY),
        SheetChoice("restart", turn.say("decline.leave"), Weight.SECONDARY),
    )
    return SheetState(Sheet.DECLINE, turn.say("decline.title"), turn.say("decline.sentence"), choices)
