"""The kiosk as ``lodge-kiosk run`` starts it, which tells when it is drawn and does what it is told, a line each.

Usage: ``python -m benchmarks.kiosk_window DATA CAMERA WIDTHxHEIGHT``. Answers are JSON lines; two come by themselves.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.processes import rss_bytes
from kiosk.composition.lobby import run_lobby
from kiosk.composition.spare_room import open_on_full_disk
from kiosk.data_folder import hold_data_folder
from workbench.demo.touchable_kiosk import configure_kiosk

if TYPE_CHECKING:
    from kiosk.views.window import KioskWindow

TAPS = 200
PAGES = 300


def answer(**facts: object) -> None:
    """Print one line."""
    print(json.dumps(facts), flush=True)


class Commands:
    """What may be asked for; everything is done on the drawing thread."""

    def __init__(self, window: KioskWindow) -> None:
        self._window = window
        self._lobby = window.lobby

    def photo(self) -> dict[str, object]:
        """Go to the photo, with the camera on."""
        self._lobby.ports.camera.start()
        return {}

    def taps(self) -> dict[str, object]:
        """Seconds from a finger on the glass to the frame that shows it, many times."""
        from kivy.base import EventLoop  # noqa: PLC0415 - only after its environment is set

        from workbench.touch import Finger  # noqa: PLC0415 - as above

        finger, taken = Finger(), list[float]()
        for _ in range(TAPS):
            begun = time.perf_counter()
            touch = finger.down_on("welcome.display")
            EventLoop.idle()
            taken.append(time.perf_counter() - begun)
            finger.move(touch, (1.0, 1.0))
            finger.up(touch)
            EventLoop.idle()
        return {"seconds": taken}

    def visits(self, rounds: str) -> dict[str, object]:
        """Whole visits; seconds from the last tap to *done*, and the memory after each tenth of them."""
        from kivy.base import EventLoop  # noqa: PLC0415 - only after its environment is set

        from kiosk.navigation import Screen  # noqa: PLC0415 - as above

        taken, memory, begun, lobby = list[float](), list[int](), time.perf_counter(), self._lobby
        for number in range(int(rounds)):
            lobby.welcome.visit()
            lobby.details.type(f"Odalys Fernhollow {number}")
            for _ in range(3):
                lobby.details.next()
            lobby.host.go_without()
            tapped = time.perf_counter()
            if lobby.screen is Screen.PHOTO:
                lobby.photo.decline()
            while lobby.screen is not Screen.DONE:
                EventLoop.idle()
            taken.append(time.perf_counter() - tapped)
            EventLoop.idle()
            lobby.reset()
            EventLoop.idle()
            if number % max(1, int(rounds) // 10) == 0:
                memory.append(rss_bytes())
        return {"seconds": taken, "memory": memory, "whole": time.perf_counter() - begun}

    def lists(self, few: str, many: str) -> dict[str, object]:
        """Seconds until a list of so many people is drawn, in turn; the memory before and after it was scrolled."""
        from benchmarks.long_list import draw_list, scroll_list  # noqa: PLC0415 - needs Kivy's environment

        drawn = {count: list[float]() for count in (few, many)}
        for _ in range(15):
            for count, seconds in drawn.items():
                seconds.append(draw_list(self._window.stage, int(count)))
        before = rss_bytes()
        scroll_list(self._window.stage, int(many), PAGES)
        return {"few": drawn[few], "many": drawn[many], "before": before, "after": rss_bytes()}

    def end(self) -> dict[str, object]:
        """Close the window."""
        self._window.close()
        return {}


def main(data: str, camera: str, size: str) -> None:
    """Run until told to end."""
    configuration = configure_kiosk(data, camera, "none", "62x100", data, size)
    with open_on_full_disk(configuration) as station, hold_data_folder(Path(data)):
        run_lobby(station, opened=_listen)


def _listen(window: KioskWindow) -> None:
    from kivy.clock import Clock  # noqa: PLC0415 - only after its environment is set
    from kivy.core.window import Window  # noqa: PLC0415 - as above

    commands = Commands(window)

    def drawn(*_unused: object) -> None:
        Window.unbind(on_flip=drawn)
        answer(at="drawn")
        Clock.schedule_interval(settled, 0)

    def settled(_seconds: float) -> bool:
        if window.stage.is_settling:
            return True
        answer(at="ready")
        threading.Thread(target=_obey, args=(commands, Clock.schedule_once), daemon=True).start()
        return False

    Window.bind(on_flip=drawn)


def _obey(commands: Commands, soon: Callable[..., Any]) -> None:
    for line in sys.stdin:
        name, *more = line.split()
        done = threading.Event()

        def act(_seconds: float, name: str = name, more: list[str] = more, done: threading.Event = done) -> None:
            answer(**getattr(commands, name)(*more))
            done.set()

        soon(act, 0)
        done.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
