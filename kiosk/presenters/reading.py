"""What is read aloud of a screen, and when: what was not said a moment ago.

Typed letters and PINs are never read: somebody else may stand by.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kiosk.navigation import Screen
from kiosk.ports import Speech
from kiosk.presenters.sheets import SheetState, Weight

_SENTENCES = ("greeting", "title", "name", "lead", "when", "heading", "sentence", "advice", "problem", "note", "foot")
"""Members of view states that are sentences, in the order in which they are read."""
_CHOICES = ("primary", "secondary", "agree", "decline", "visit", "leave", "finish")


class Reader:
    """Follows the screen with the voice."""

    def __init__(self, speech: Speech) -> None:
        self._speech = speech
        self._said: tuple[object, tuple[str, ...]] | None = None

    def follow(self, place: object, screen: Screen, state: Any, sheet: SheetState | None, language: str) -> None:  # noqa: ANN401 - each screen has a state of its own
        """Say what is new. ``place`` tells one screen from another: on a new one everything is."""
        words = tuple(_of_sheet(sheet) if sheet is not None else _of_screen(screen, state))
        here = (place, sheet.sheet if sheet is not None else None)
        before = self._said
        self._said = (here, words)
        known = before[1] if before is not None and before[0] == here else ()
        fresh = [word for word in words if word not in known]
        if fresh:
            self._speech.say(". ".join(word.rstrip(".") for word in fresh), language)

    def stop(self) -> None:
        """Be silent, and begin anew."""
        self._said = None
        self._speech.stop()


def _of_sheet(sheet: SheetState) -> Iterator[str]:
    yield sheet.title
    yield sheet.sentence
    for choice in sheet.choices:
        if choice.weight in {Weight.PRIMARY, Weight.SECONDARY}:
            yield choice.label


def _of_screen(screen: Screen, state: Any) -> Iterator[str]:  # noqa: ANN401 - as above
    for name in _SENTENCES:
        yield from _text(getattr(state, name, ""))
    if screen is Screen.DOCUMENT:
        yield from state.paragraphs
    for field in getattr(state, "fields", ()):
        if field.focused:
            yield from filter(None, (field.label, field.optional, field.error or field.helper))
            yield from filter(None, (f"{field.offer_words} {field.offer}".strip(), field.scan))
    yield from _text(getattr(state, "label", ""))
    for item in (*getattr(state, "cards", ()), *getattr(state, "options", ())):
        yield item.label
    for line in getattr(state, "lines", ()):
        yield f"{line.title}. {line.second}"
    for name in _CHOICES:
        yield from _text(getattr(state, name, ""))


def _text(value: object) -> Iterator[str]:
    if isinstance(value, str) and value:
        yield value
