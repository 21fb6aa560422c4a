"""A finger that measures: seconds from what it does to the frame that shows it, and what whole visits cost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from kivy.core.window import Window

from benchmarks.long_list import mustered_people, show_list
from benchmarks.processes import rss_bytes
from kiosk.navigation import Screen
from kiosk.views.scroll import RowList
from kiosk.views.untyped import Ignored
from workbench.touch import Finger, FingerTouch
from workbench.touch_server import on_drawing_thread

if TYPE_CHECKING:
    from kiosk.presenters.evacuation_rows import Mustered
    from kiosk.views.window import KioskWindow

LISTS = 15
FRAME_SECONDS = 10.0
SOAK_SETTLE_SECONDS = 0.05
"""In a soak nobody reads: the time in which a screen takes no touches would be most of it."""


class MeasuredFinger:
    """What may be asked for. Every answer is a dictionary of facts; times are in seconds, memory in bytes."""

    def __init__(self, window: KioskWindow) -> None:
        self._window = window
        self._frames = Frames()
        self._finger = Finger(pump=lambda: on_drawing_thread(lambda: None), drawing=on_drawing_thread)
        self._hand = Finger()
        """For what is done within one frame, on the drawing thread."""

    def photo(self) -> dict[str, object]:
        """Walk to the photo, where the camera's picture is live."""
        self._to_photo("Odalys Fernhollow")
        return {}

    def leave(self) -> dict[str, object]:
        """Go back to the welcome."""
        on_drawing_thread(self._window.lobby.reset)
        return {}

    def taps(self, times: int) -> dict[str, object]:
        """From a finger on the glass to the frame that shows it."""
        self._finger.settle()
        return {"seconds": [self._one_tap() for _ in range(times)]}

    def _one_tap(self) -> float:
        touch = list[FingerTouch]()
        waited, _ = self._frames.drawn(lambda: touch.append(self._hand.down_on("welcome.display")))
        self._finger.move(touch[0], (1.0, 1.0))
        self._finger.up(touch[0])
        self._finger.pass_frames()
        return waited

    def visits(self, rounds: int) -> dict[str, object]:
        """Whole visits by touches: from the last tap to the screen that says *done*; the memory after each tenth."""
        self._window.stage.settle_seconds = SOAK_SETTLE_SECONDS
        taken, memory, begun = list[float](), list[int](), time.perf_counter()
        screens = 0
        for number in range(1, rounds + 1):
            screens += self._to_photo(f"Odalys Fernhollow {number}")
            self._finger.settle()
            tapped = time.perf_counter()
            self._finger.tap("photo.decline")
            self._finger.wait_for(Screen.DONE)
            taken.append(time.perf_counter() - tapped)
            self._finger.tap("done.finish")
            self._finger.wait_for(Screen.WELCOME)
            screens += 2
            if number % max(1, rounds // 10) == 0:
                memory.append(rss_bytes())
        return {"seconds": taken, "memory": memory, "screens": screens, "whole": time.perf_counter() - begun}

    def _to_photo(self, name: str) -> int:
        finger, lobby = self._finger, self._window.lobby
        finger.tap("welcome.visit")
        finger.wait_for(Screen.TYPE)
        finger.tap("type.visitor")
        finger.wait_for(Screen.DETAILS)
        on_drawing_thread(lambda: lobby.details.type(name))
        while finger.look().screen is not Screen.HOST:
            finger.tap("keyboard.next")
        finger.tap("host.without")
        finger.wait_for(Screen.PHOTO)
        return 4

    def lists(self, few: int, many: int, pages: int) -> dict[str, object]:
        """From so many people in hand to the frame that shows them, in turn; the memory before and after scrolling."""
        drawn = {count: list[float]() for count in (few, many)}
        held = {count: mustered_people(count) for count in drawn}
        for _ in range(LISTS):
            for count, seconds in drawn.items():
                self.leave()
                seconds.append(self._show(held[count]))
        before = rss_bytes()
        scrolled = [self._scroll(place / pages) for place in (*range(1, pages), *reversed(range(1, pages - 1)))]
        return {"few": drawn[few], "many": drawn[many], "scrolled": scrolled, "before": before, "after": rss_bytes()}

    def _show(self, mustered: Mustered) -> float:
        _, taken = self._frames.drawn(lambda: show_list(self._window.lobby, mustered))
        return taken

    def _scroll(self, share: float) -> float:
        def scroll() -> None:
            (rows,) = (part for part in self._window.stage.walk(restrict=True) if isinstance(part, RowList))
            rows.scroll_to(rows.furthest * share)

        _, taken = self._frames.drawn(scroll)
        return taken

    def end(self) -> dict[str, object]:
        """Close the window."""
        on_drawing_thread(self._window.close)
        return {}


class Frames:
    """Tells when a frame was drawn."""

    def __init__(self) -> None:
        self._drawn = threading.Event()
        self._at = 0.0
        Window.bind(on_flip=self._flipped)

    def drawn(self, act: Callable[[], object]) -> tuple[float, float]:
        """Seconds to the frame that shows what ``act`` does on the drawing thread: from now on, and from when that
        thread turned to it.

        Raises:
            TimeoutError: nothing was drawn, for nothing has changed.
        """

        def in_a_frame() -> float:
            turned = time.perf_counter()
            act()
            self._drawn.clear()
            return turned

        asked = time.perf_counter()
        turned = on_drawing_thread(in_a_frame)
        if not self._drawn.wait(FRAME_SECONDS):
            raise TimeoutError("nothing was drawn")
        return self._at - asked, self._at - turned

    def _flipped(self, _window: Ignored) -> None:
        if not self._drawn.is_set():
            self._at = time.perf_counter()
            self._drawn.set()
