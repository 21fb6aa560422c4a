"""Keys for tests: what a keyboard or a hand scanner sends, by the way that SDL's keys take through Kivy's window.

    HandScanner(finger).scan("LODGE-SAMPLE-CODE")
    HandScanner(finger).type("Odalys", seconds=0.12)

A key is two events, as SDL makes them: the key that went down, with its place and what is held with it, and the text
that the system makes of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from time import monotonic

from kivy.core.window import Window

from kiosk.key_bursts import LONG_PAUSE_SECONDS, PAUSE_SECONDS
from kiosk.us_keys import US_KEYS
from workbench.touch import Finger

ENTER_KEY, SHIFT_KEY, ENTER_PLACE, SHIFT_PLACE = 13, 304, 40, 225
PLACES = {sign: (place, shift) for place, pair in reversed(list(US_KEYS.items())) for shift, sign in enumerate(pair)}
"""By sign: the place of its key, and whether it is the sign with shift."""


class HandScanner:
    """``layout``: what the system makes of a sign where its keyboard is not that of the United States."""

    def __init__(self, finger: Finger, layout: Mapping[str, str] | None = None) -> None:
        self._finger = finger
        self._layout = layout or {}

    def scan(self, text: str, *, signs_a_frame: int = 5) -> None:
        """Send a code and *Enter*, as fast as scanners do, and wait until the kiosk has made of it what it makes."""
        for at, sign in enumerate(text + "\n"):
            self._press(sign)
            if at % signs_a_frame == signs_a_frame - 1:
                self._finger.pass_frames(1)
        self._wait(LONG_PAUSE_SECONDS + 0.02)

    def type(self, text: str, *, seconds: float) -> None:
        """Type as a person does, a key in so many seconds."""
        for sign in text:
            self._press(sign)
            self._wait(seconds)
        self._wait(PAUSE_SECONDS + 0.02)

    def _press(self, sign: str) -> None:
        if sign in "\r\n":
            Window.dispatch("on_key_down", ENTER_KEY, ENTER_PLACE, "\r", [])
            Window.dispatch("on_key_up", ENTER_KEY, ENTER_PLACE)
            return
        place, shift = PLACES[sign]
        held = ["shift"] if shift else []
        if shift:
            Window.dispatch("on_key_down", SHIFT_KEY, SHIFT_PLACE, None, held)
        Window.dispatch("on_key_down", ord(sign.lower()), place, sign, held)
        Window.dispatch("on_textinput", self._layout.get(sign, sign))
        Window.dispatch("on_key_up", ord(sign.lower()), place)
        if shift:
            Window.dispatch("on_key_up", SHIFT_KEY, SHIFT_PLACE)

    def _wait(self, seconds: float) -> None:
        end = monotonic() + seconds
        self._finger.wait_until(lambda: monotonic() >= end, "time to pass")
