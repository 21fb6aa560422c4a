"""What a screen or a sheet tells when it is read aloud, in the order in which it is heard.

Typed letters and PINs are never told: somebody else may stand by. So of an address that is offered the domain alone is
told, and a date that repeats what was typed is not. The visitor's own name is, in the greeting of the last screens: it
stands there in the largest letters, and to whoever does not see them it says that the visit is theirs. Of people on
the lists of the staff nobody is named: not by the screen, which counts them, not by a row (``rows_aloud``), and not by
the sheet of one of them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kiosk.navigation import Screen
from kiosk.presenters.sheets import SheetState, Weight
from kiosk.words.catalogue import Words

if TYPE_CHECKING:
    from kiosk.presenters.details import FieldState

_SENTENCES = ("greeting", "title", "name", "when", "heading", "lead", "sentence", "advice", "note", "foot")
"""Members of view states that are sentences, in the order in which they are read."""
_CHOICES = ("primary", "secondary", "agree", "decline", "visit", "leave", "finish")


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that is told. It is new where nothing with this ``key`` was told a moment ago, whatever its words; a
    ``patient`` one cuts nothing off. ``act``: something that can be done, and is heard even of a long text.
    """

    text: str = field(compare=False)
    key: Hashable
    patient: bool = field(default=False, compare=False)
    act: bool = field(default=False, compare=False)


def told_by_sheet(sheet: SheetState, words: Words) -> Iterator[Told]:
    """What a sheet tells. How many seconds are left is told once, and not again each second."""
    for text in (sheet.title, sheet.sentence) if sheet.aloud is None else (sheet.aloud,):
        yield from _text(text)
    if sheet.seconds_left is not None:
        yield Told(f"{sheet.seconds_left} {sheet.seconds_word}", "seconds left")
    for choice in sheet.choices:
        text = choice.label
        if choice.weight is Weight.TOGGLE:
            text = _switch(choice.label, words, on=choice.on)
        elif choice.weight is Weight.OPTIONS:
            text = f"{choice.label}: {next((option.label for option in choice.options if option.chosen), '')}"
        yield Told(text, text, act=True)


def told_by_screen(screen: Screen, state: Any, words: Words) -> Iterator[Told]:  # noqa: ANN401 - each has its own
    """What a screen tells. A refusal tells nothing while it is tried again, so that the next is heard."""
    if screen is Screen.REFUSED and state.busy:
        return
    for name in _SENTENCES:
        yield from _text(getattr(state, name, ""))
    yield from _problem(state)
    for paragraph in state.paragraphs if screen is Screen.DOCUMENT else ():
        yield from _text(paragraph)
    for each in getattr(state, "fields", ()):
        if each.focused:
            yield from _field(each)
    if screen is Screen.DETAILS:
        yield from _text(_switch(state.assistance, words, on=state.needs_assistance))
    yield from _text(getattr(state, "label", ""))
    yield from _rows(screen, state)
    for line in getattr(state, "lines", ()):
        text = f"{line.title}. {line.second}"
        yield Told(text, text, patient=True)  # a badge goes on while its visitor is greeted
    for item in (*getattr(state, "cards", ()), *getattr(state, "options", ())):
        yield from _text(item.label)
    for name in _CHOICES:
        yield from (Told(each.text, each.key, act=True) for each in _text(getattr(state, name, "")))


def _problem(state: Any) -> Iterator[Told]:  # noqa: ANN401 - as above
    """What is wrong, each time that it is tried. A code that is held up may be read over and over: that waits."""
    tries = getattr(state, "tries", 0)
    for each in _text(getattr(state, "problem", "")):
        yield Told(each.text, (each.key, tries), patient=tries > 1 and getattr(state, "camera", False))


def _field(state: FieldState) -> Iterator[Told]:
    """A field is another than the one before, though it may have the same words: "if you like" is of each that is."""
    for text in (state.label, state.optional, "" if state.error or state.repeats else state.helper):
        if text:
            yield Told(text, (state.id, text))
    if state.error:
        yield Told(state.error, (state.id, state.error, state.tries))
    offer = f"{state.offer_words} {state.offer.rpartition('@')[2]}".strip()
    for text in filter(None, (offer, state.scan)):
        yield Told(text, (state.id, text))


def _rows(screen: Screen, state: Any) -> Iterator[Told]:  # noqa: ANN401 - as above
    if screen is Screen.HOST:
        for row in state.rows:
            yield from _text(f"{row.name}, {row.department}".rstrip(" ,"))
    elif screen is Screen.DEVICE:
        for row in state.rows:
            text = f"{row.title}: {row.second}"
            yield Told(text, text, patient=True)
    elif screen is Screen.EVACUATION and not state.loading:
        yield Told(f"{state.count} {state.count_words}", ("count", state.count), patient=True)
        # The times in it change with every minute: it is told again where it is to be believed less, or more.
        believed = ("belief", state.freshness, state.brief)
        yield Told(f"{state.banner} {state.banner_more}".strip(), believed, patient=True)
        yield from _text(state.empty)


def _switch(label: str, words: Words, *, on: bool) -> str:
    return f"{label}: {words.say('switch.on' if on else 'switch.off')}"


def _text(value: object) -> Iterator[Told]:
    if isinstance(value, str) and value:
        yield Told(value, value)
