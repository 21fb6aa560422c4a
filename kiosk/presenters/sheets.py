"""The sheets that rise over a screen: at most one, with a title, a sentence and its choices."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from kiosk.display_values import Contrast, Display, TextSize
from kiosk.presenters.calling import CallingPresenter
from kiosk.presenters.turn import Turn


class Sheet(StrEnum):
    """Every sheet there is."""

    TIMEOUT = "timeout"
    HELP = "help"
    DISPLAY = "display"
    DECLINE = "decline"
    REPRINT = "reprint"
    PERSON = "person"
    RESTART = "restart"
    CODE = "code"


class Weight(StrEnum):
    """How a choice is drawn; an ``ACT`` stands among the switches, above the buttons that end a sheet."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    ACT = "act"
    TOGGLE = "toggle"
    OPTIONS = "options"


@dataclass(frozen=True, slots=True)
class SheetOption:
    """One of several; ``scale``: by how much its letter is larger than others. ``label`` is its spoken name."""

    id: str
    label: str
    scale: float
    chosen: bool


@dataclass(frozen=True, slots=True)
class SheetChoice:
    """One button or switch of a sheet, or several options of which one is taken."""

    id: str
    label: str
    weight: Weight
    icon: str = ""
    on: bool = False
    options: tuple[SheetOption, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetState:
    """A sheet as shown; ``seconds_left`` of ``of_seconds`` where it counts. ``aloud``: what is read aloud in the place
    of title and sentence, of a sheet that says who somebody is.
    """

    sheet: Sheet
    title: str
    sentence: str
    choices: tuple[SheetChoice, ...]
    seconds_left: int | None = None
    of_seconds: int = 0
    seconds_word: str = ""
    aloud: str | None = None


class OwnSheet(Protocol):
    """A presenter of a screen with sheets of its own, of which at most one is up."""

    def sheet(self) -> SheetState | None:
        """Return the sheet, None while there is none."""

    def close_sheet(self) -> None:
        """Let the sheet sink."""

    def choose(self, choice: str) -> None:
        """Take a choice of the sheet that is up."""


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


def help_sheet(turn: Turn, display: Display, calling: CallingPresenter) -> SheetState:
    """Offer what really helps: a person, first on the safety list, a clearer screen, a new beginning."""
    choices = (
        *_call_choices(turn, calling),
        *_assistance_choices(turn),
        *_display_choices(turn, display),
        SheetChoice("close", turn.say("help.close"), Weight.PRIMARY),
        SheetChoice("restart", turn.say("timeout.restart"), Weight.SECONDARY),
    )
    return SheetState(Sheet.HELP, turn.say("help.title"), calling.sentence() or turn.say("help.sentence"), choices)


def _call_choices(turn: Turn, calling: CallingPresenter) -> tuple[SheetChoice, ...]:
    return (SheetChoice("call", turn.say("help.call"), Weight.ACT, "bell-outline"),) if calling.is_open else ()


def _assistance_choices(turn: Turn) -> tuple[SheetChoice, ...]:
    """A switch, as long as it goes into what is recorded."""
    if not turn.may_need_assistance:
        return ()
    words, on = turn.say("help.assistance"), turn.given.needs_assistance
    return (SheetChoice("assistance", words, Weight.TOGGLE, "hand-back-left", on),)


def _display_choices(turn: Turn, display: Display) -> tuple[SheetChoice, ...]:
    high = display.contrast is Contrast.HIGH
    sizes = tuple(
        SheetOption(f"text.{size.value}", turn.say(f"display.text.{size.value}"), size.scale, size is display.text)
        for size in TextSize
    )
    spoken = SheetChoice("spoken", turn.say("display.spoken"), Weight.TOGGLE, "volume-high", display.spoken)
    return (
        SheetChoice("text", turn.say("display.text"), Weight.OPTIONS, "format-size", options=sizes),
        SheetChoice("contrast", turn.say("display.contrast"), Weight.TOGGLE, "contrast-circle", high),
        SheetChoice("reach", turn.say("display.reach"), Weight.TOGGLE, "human", display.reach),
        SheetChoice("still", turn.say("display.still"), Weight.TOGGLE, "motion-pause-outline", display.still),
        *((spoken,) if turn.ports.speech.available else ()),
    )


def display_sheet(turn: Turn, display: Display, calling: CallingPresenter) -> SheetState:
    """Offer a clearer screen, and a person to whom even that does not help."""
    choices = (
        *_display_choices(turn, display),
        *_call_choices(turn, calling),
        SheetChoice("close", turn.say("help.close"), Weight.PRIMARY),
    )
    sentence = calling.sentence() or turn.say("display.sentence")
    return SheetState(Sheet.DISPLAY, turn.say("display.title"), sentence, choices)


def decline_sheet(turn: Turn) -> SheetState:
    """Say what follows from not agreeing."""
    choices = (
        SheetChoice("close", turn.say("decline.back"), Weight.PRIMARY),
        SheetChoice("restart", turn.say("decline.leave"), Weight.SECONDARY),
    )
    return SheetState(Sheet.DECLINE, turn.say("decline.title"), turn.say("decline.sentence"), choices)


def common_sheet(sheet: Sheet | None, turn: Turn, display: Display, calling: CallingPresenter) -> SheetState | None:
    """The sheets that every screen has; None where none of them is up."""
    if sheet is Sheet.HELP:
        return help_sheet(turn, display, calling)
    if sheet is Sheet.DISPLAY:
        return display_sheet(turn, display, calling)
    return decline_sheet(turn) if sheet is Sheet.DECLINE else None
