"""The kiosk as ``lodge-kiosk run`` starts it, which tells when it is drawn and does what it is told, a line each.

Usage: ``python -m benchmarks.kiosk_window DATA CAMERA WIDTHxHEIGHT``. Answers are JSON lines; two come by themselves.
A finger works on a thread of its own, as a visitor's does: it never waits inside a frame for the next one.
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.composition.lobby import run_lobby
from kiosk.composition.spare_room import open_on_full_disk
from kiosk.data_folder import hold_data_folder
from workbench.demo.touchable_kiosk import configure_kiosk

if TYPE_CHECKING:
    from benchmarks.kiosk_finger import MeasuredFinger
    from kiosk.views.window import KioskWindow

FRAME_DRAWN = 2


def answer(**facts: object) -> None:
    """Print one line."""
    print(json.dumps(facts), flush=True)


def main(data: str, camera: str, size: str) -> None:
    """Run until told to end."""
    configuration = configure_kiosk(data, camera, "none", "62x100", data, size)
    with open_on_full_disk(configuration) as station, hold_data_folder(Path(data)):
        run_lobby(station, opened=_listen)


def _listen(window: KioskWindow) -> None:
    from kivy.clock import Clock  # noqa: PLC0415 - only after its environment is set

    from benchmarks.kiosk_finger import MeasuredFinger  # noqa: PLC0415 - as above

    passed = [0]
    finger = MeasuredFinger(window)

    def step(_seconds: float) -> bool:
        """The clock's turn comes before a frame is drawn: at the second, the first frame is on the screen."""
        passed[0] += 1
        if passed[0] == FRAME_DRAWN:
            answer(at="drawn")
        if passed[0] < FRAME_DRAWN or window.stage.is_settling:
            return True
        answer(at="ready")
        threading.Thread(target=_obey, args=(finger,), daemon=True).start()
        return False

    Clock.schedule_interval(step, 0)


def _obey(finger: MeasuredFinger) -> None:
    for line in sys.stdin:
        name, *more = line.split()
        try:
            answer(**getattr(finger, name)(*(int(number) for number in more)))
        except Exception as fault:  # noqa: BLE001 - told to whoever measures
            answer(fault=f"{type(fault).__name__}: {fault}")


if __name__ == "__main__":
    main(*sys.argv[1:])
