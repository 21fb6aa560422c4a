"""A code that means something else than the screen waits for: what it is, and the other way that it offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from kiosk.code_kinds import CodeKind, kind_of
from kiosk.presenters.sheets import Sheet, SheetChoice, SheetState, Weight
from kiosk.presenters.turn import Turn

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CodeOffer:
    """A sheet about a code. ``accept`` is empty where there is nothing to accept."""

    title: str
    sentence: str
    accept: str = ""
    act: Callable[[], None] = lambda: None


def arrival_offer(turn: Turn, act: Callable[[], None]) -> CodeOffer:
    """Somebody who was to leave shows an invitation."""
    return _offer(turn, "arrive_instead", act)


def departure_offer(turn: Turn, act: Callable[[], None]) -> CodeOffer:
    """Somebody who was to arrive shows a badge."""
    return _offer(turn, "leave_instead", act)


def _offer(turn: Turn, key: str, act: Callable[[], None]) -> CodeOffer:
    say = turn.say
    return CodeOffer(say(f"{key}.title"), say(f"{key}.sentence"), say(f"{key}.accept"), act)


def code_notice(turn: Turn, sentence: str) -> CodeOffer:
    """Say something about a code where no screen waits for one."""
    return CodeOffer(turn.say("scanned.title"), sentence)


def not_here(turn: Turn) -> CodeOffer:
    """Say that a code is good for nothing in the middle of a visit."""
    return code_notice(turn, turn.say("scanned.not_here"))


def code_sheet(turn: Turn, offer: CodeOffer) -> SheetState:
    """Return the sheet."""
    close = SheetChoice("close", turn.say("scanned.not_now" if offer.accept else "help.close"), Weight.PRIMARY)
    if not offer.accept:
        return SheetState(Sheet.CODE, offer.title, offer.sentence, (close,))
    accept = SheetChoice("accept", offer.accept, Weight.PRIMARY)
    not_now = SheetChoice("close", close.label, Weight.SECONDARY)
    return SheetState(Sheet.CODE, offer.title, offer.sentence, (accept, not_now))


def what_it_is(turn: Turn, text: str, wanted: str) -> str:
    """Say what a code is that is none of ours, and what is looked for; empty where its form tells nothing (C33).

    ``wanted``: ``badge``, ``invitation``, ``licence`` or ``any``. Nothing of the code itself is repeated.
    """
    kind = kind_of(text)
    return "" if kind is CodeKind.UNKNOWN else and_wanted(turn, kind.value, wanted)


def and_wanted(turn: Turn, kind: str, wanted: str) -> str:
    """Say that a code is of this kind, and what is looked for."""
    say = turn.say
    return say("code.what_then", what=say(f"code.is.{kind}"), wanted=say(f"code.wanted.{wanted}"))


def ask_each(
    readings: tuple[str, ...], ask: Callable[[str], T], serves: Callable[[T], bool], tells: Callable[[T], bool]
) -> tuple[str, T]:
    """Ask about each reading of a code until one serves; else return the first whose answer ``tells`` something, else
    the first. A hand scanner's signs can be read in two ways.
    """
    asked: list[tuple[str, T]] = []
    for reading in readings or ("",):
        outcome = ask(reading)
        if serves(outcome):
            return reading, outcome
        asked.append((reading, outcome))
    return next((each for each in asked if tells(each[1])), asked[0])
