"""What is read aloud of a screen, and when: what was not said a moment ago.

Typed letters and PINs are never read: somebody else may stand by.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kiosk.navigation import Screen
from kiosk.ports import Speech
from kiosk.presenters.sheets import Sheet, SheetState, Weight
from kiosk.words.catalogue import Words
from kiosk.words.wholes import bare

if TYPE_CHECKING:
    from kiosk.presenters.lobby_view import LobbyView
    from kiosk.presenters.toasts import Toast

_SENTENCES = ("greeting", "title", "name", "lead", "when", "heading", "sentence", "advice", "problem", "note", "foot")
"""Members of view states that are sentences, in the order in which they are read."""
_CHOICES = ("primary", "secondary", "agree", "decline", "visit", "leave", "finish")


class Reader:
    """Follows the screen with the voice."""

    def __init__(self, speech: Speech) -> None:
        self._speech = speech
        self._place: object = None
        self._said: dict[Sheet | None, tuple[str, ...]] = {}
        """What was said of the screen, and of each of its sheets that was up."""
        self._toast: Toast | None = None
        self._sheet: SheetState | None = None

    def follow(self, view: LobbyView, words: Words) -> None:
        """Say what is new: on another screen everything is. When a sheet has gone, the screen beneath is as it was.

        A sentence that comes and goes is said as well, unless it would cut off what somebody listens to.
        """
        place, sheet = (view.turn, view.stop), view.sheet
        if place != self._place:
            self._place, self._said = place, {}
        told = tuple(_of_sheet(sheet, words) if sheet is not None else _of_screen(view.screen, view.state, words))
        here = sheet.sheet if sheet is not None else None
        known = self._said.get(here, ())
        # Another sheet, or the same one again, is said whole.
        self._said = {None: self._said.get(None, ()), here: told}
        fresh = [each for each in told if each not in known]
        toast, self._toast = self._toast, view.toast
        if view.toast is not None and view.toast != toast and (not self._speech.speaking or sheet != self._sheet):
            fresh.insert(0, view.toast.text)
        self._sheet = sheet
        if fresh:
            self._speech.say(bare(". ".join(each.rstrip(".") for each in fresh)), words.code)

    def stop(self) -> None:
        """Be silent, and begin anew."""
        self._place, self._said, self._toast, self._sheet = None, {}, None, None
        self._speech.stop()


def _of_sheet(sheet: SheetState, words: Words) -> Iterator[str]:
    yield sheet.title
    yield sheet.sentence
    for choice in sheet.choices:
        if choice.weight is Weight.TOGGLE:
            yield _switch(choice.label, words, on=choice.on)
        elif choice.weight is Weight.OPTIONS:
            yield f"{choice.label}: {next((option.label for option in choice.options if option.chosen), '')}"
        else:
            yield choice.label


def _switch(label: str, words: Words, *, on: bool) -> str:
    return f"{label}: {words.say('switch.on' if on else 'switch.off')}"


def _of_screen(screen: Screen, state: Any, words: Words) -> Iterator[str]:  # noqa: ANN401 - as above
    for name in _SENTENCES:
        yield from _text(getattr(state, name, ""))
    if screen is Screen.DOCUMENT:
        yield from state.paragraphs
    for field in getattr(state, "fields", ()):
        if field.focused:
            yield from filter(None, (field.label, field.optional, field.error or field.helper))
            yield from filter(None, (f"{field.offer_words} {field.offer}".strip(), field.scan))
    if screen is Screen.DETAILS:
        yield _switch(state.assistance, words, on=state.needs_assistance)
    yield from _text(getattr(state, "label", ""))
    for row in state.rows if screen is Screen.HOST else ():
        yield f"{row.name}, {row.department}".rstrip(" ,")
    for item in (*getattr(state, "cards", ()), *getattr(state, "options", ())):
        yield item.label
    for line in getattr(state, "lines", ()):
        yield f"{line.title}. {line.second}"
    for name in _CHOICES:
        yield from _text(getattr(state, name, ""))


def _text(value: object) -> Iterator[str]:
    if isinstance(value, str) and value:
        yield value
