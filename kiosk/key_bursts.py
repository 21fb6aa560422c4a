"""Tells a hand scanner from a person at a real keyboard, by the pace alone: nobody types twenty signs a second.

    bursts = KeyBursts(monotonic, later, scanned, typed, pressed)
    bursts.key(scan_code, modifiers)    # each key that goes down
    bursts.text("a")                    # what the window system makes of it

Keys are held back for as long as they may belong to a scan, so that none of it ever reaches a field or presses
anything. What a person typed is passed on at the next key, or after a pause that nobody notices. Frames deliver keys in
lots, so the pace is that of the whole run, never of one key.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from kiosk.us_keys import CONTROLS, PAD_DIGITS, US_KEYS

PACE_SECONDS = 0.05
"""So much time a sign takes at most, on average over a scan. Fast typists take twice as long."""
PAUSE_SECONDS, LONG_PAUSE_SECONDS = 0.08, 0.25
"""After so long without a key a run is over; the longer one once it looks like a scan, which a slow frame may cut."""
LOOKS_LIKE = 4
LEAST_SIGNS, LEAST_WITHOUT_END = 6, 12
"""So many signs a scan has at least; of one that does not end with *Enter* more, for it might be a person after all."""
MOST_SIGNS = 2048
_CONTROL, _ALT, _SHIFT = "ctrl", "alt", "shift"

Later = Callable[[float, Callable[[], None]], Callable[[], None]]


@dataclass(slots=True)
class _Stroke:
    """One key: what it writes here (``typed``), what it writes on a keyboard of the United States (``us``), and whether
    it leads on (``ends``).
    """

    us: str
    typed: str = ""
    ends: bool = False
    tab: bool = False
    awaits_text: bool = False


class KeyBursts:
    """``scanned`` is called with each way in which a scan may be read, by this keyboard's layout first; ``typed`` and
    ``pressed`` (with ``next``, ``tab`` or ``delete``) with what a person did. ``later`` runs something after some
    seconds and returns what cancels it.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        later: Later,
        scanned: Callable[..., None],
        typed: Callable[[str], None],
        pressed: Callable[[str], None],
    ) -> None:
        self._clock = clock
        self._later = later
        self._scanned = scanned
        self._typed = typed
        self._pressed = pressed
        self._held: list[_Stroke] = []
        self._first = self._last = 0.0
        self._count = 0
        self._cancel: Callable[[], None] = lambda: None

    @property
    def is_held_back(self) -> bool:
        """Return whether keys have come that may belong to a scan."""
        return bool(self._held)

    def key(self, scan_code: int, modifiers: Collection[str] = (), *, ends: bool = False, tab: bool = False) -> None:
        """Take a key that went down; ``ends``: it is one with which a scanner ends what it read, of them ``tab``."""
        plain, shifted = US_KEYS.get(scan_code, ("", ""))
        if ends:
            self._take(_Stroke("\n", "", ends=True, tab=tab))
        elif _CONTROL in modifiers and _ALT not in modifiers:
            if plain:
                self._take(_Stroke(CONTROLS.get(scan_code, "")))
        elif plain:
            # A number pad types digits whether or not *NumLock* is on; the text that comes with it counts instead.
            typed = plain if scan_code in PAD_DIGITS and _ALT not in modifiers else ""
            self._take(_Stroke(shifted if _SHIFT in modifiers else plain, typed, awaits_text=True))

    def delete(self) -> None:
        """Take *delete*, which no scan holds."""
        self.settle()
        self._pressed("delete")

    def text(self, text: str) -> None:
        """Take what the window system makes of the key; several signs at once come from no scanner."""
        if len(text) != 1:
            self.settle()
            self._typed(text)
        elif self._held and self._held[-1].awaits_text:
            self._held[-1].typed, self._held[-1].awaits_text = text, False
        else:
            self._take(_Stroke(text, text))

    def drop(self) -> None:
        """Forget what is held back."""
        self._cancel()
        self._held, self._count = [], 0

    def _take(self, stroke: _Stroke) -> None:
        now = self._clock()
        if self._count and not self._goes_on(now):
            self.settle()
        if not self._count:
            self._first = now
        self._last = now
        self._count += 1
        if len(self._held) <= MOST_SIGNS:
            self._held.append(stroke)
        self._cancel()
        self._cancel = self._later(self._pause(), self.settle)

    def _goes_on(self, now: float) -> bool:
        return now - self._last <= self._pause() and now - self._first <= PACE_SECONDS * self._count

    def _pause(self) -> float:
        return PAUSE_SECONDS if self._count < LOOKS_LIKE else LONG_PAUSE_SECONDS

    def settle(self) -> None:
        """Decide what the run was, and pass it on: it is over, or a key comes that no scan holds."""
        run, count = self._held, self._count
        self.drop()
        if _is_scan(run, count):
            here = _reading(stroke.us if stroke.us == "\n" else stroke.typed for stroke in run)
            self._scanned(*dict.fromkeys(filter(None, (here, _reading(stroke.us for stroke in run)))))
        else:
            self._pass_on(run)

    def _pass_on(self, run: list[_Stroke]) -> None:
        """As if each key came by itself; one that leads on counts once, however long it is held down."""
        text, before = "", False
        for stroke in run:
            text += stroke.typed
            if stroke.ends and not before:
                if text:
                    self._typed(text)
                text = ""
                self._pressed("tab" if stroke.tab else "next")
            before = stroke.ends
        if text:
            self._typed(text)


def _is_scan(run: list[_Stroke], count: int) -> bool:
    """A key that is held down repeats as fast as a scanner types, and always the same sign."""
    signs = [stroke.us for stroke in run if stroke.us != "\n"]
    ended = len(run) == count and bool(run) and run[-1].us == "\n"
    return len(signs) >= (LEAST_SIGNS if ended else LEAST_WITHOUT_END) and len(set(signs)) > 1


def _reading(signs: Iterable[str]) -> str:
    """The signs as one text: lines end in one way, no other control is left, and no more than a licence holds."""
    kept = (sign for sign in "".join(signs) if sign == "\n" or unicodedata.category(sign)[0] != "C")
    return "".join(kept)[:MOST_SIGNS].strip("\n")
