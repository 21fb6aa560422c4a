"""When a screen is read aloud, and how much of it: what was not said a moment ago. What it tells: ``told``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kiosk.ports import Speech
from kiosk.presenters.sheets import Sheet, SheetState
from kiosk.presenters.told import Told, told_by_screen, told_by_sheet
from kiosk.spoken_text import shortened
from kiosk.words.catalogue import Words
from kiosk.words.wholes import bare

if TYPE_CHECKING:
    from kiosk.presenters.lobby_view import LobbyView
    from kiosk.presenters.toasts import Toast

_DOT = " · "
"""Stands between two things on the screen; a voice would say "dot"."""


class Reader:
    """Follows the screen with the voice."""

    def __init__(self, speech: Speech) -> None:
        self._speech = speech
        self._place: object = None
        self._said: dict[Sheet | None, tuple[Told, ...]] = {}
        """What was said of the screen, and of each of its sheets that was up."""
        self._toast: Toast | None = None
        self._sheet: SheetState | None = None

    def follow(self, view: LobbyView, words: Words) -> None:
        """Say what is new: on another screen everything is. When a sheet has gone, the screen beneath is as it was.

        A sentence that comes and goes is said as well, unless it would cut off what somebody listens to. What is
        patient alone waits for the end of that, and is said when the screen is followed next.
        """
        place, sheet = (view.turn, view.stop), view.sheet
        if place != self._place:
            self._place, self._said = place, {}
        told = tuple(told_by_screen(view.screen, view.state, words) if sheet is None else told_by_sheet(sheet, words))
        here = sheet.sheet if sheet is not None else None
        known = self._said.get(here, ())
        fresh = [each for each in told if each not in known]
        toast, self._toast = self._toast, view.toast
        if view.toast is not None and view.toast != toast and (not self._speech.speaking or sheet != self._sheet):
            fresh.insert(0, Told(view.toast.text, view.toast))
        self._sheet = sheet
        waits = self._speech.speaking and all(each.patient for each in fresh)
        # Another sheet, or the same one again, is said whole.
        heard = tuple(each for each in told if not waits or each not in fresh)
        self._said = {None: self._said.get(None, ()), here: heard}
        if fresh and not waits:
            self._say(fresh, words)

    def _say(self, fresh: Sequence[Told], words: Words) -> None:
        heard = [(bare(each.text).replace(_DOT, ", "), each.act) for each in fresh]
        body, acts = ([text for text, act in heard if act is wanted] for wanted in (False, True))
        self._speech.say(shortened(body, acts, words.say("spoken.left_out")), words.code)

    def stop(self) -> None:
        """Be silent, and begin anew."""
        self._place, self._said, self._toast, self._sheet = None, {}, None, None
        self._speech.stop()
