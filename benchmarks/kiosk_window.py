"""The kiosk as ``lodge-kiosk run`` starts it, which tells when it is drawn and does what it is told, a line each.

It loads what that command loads, in the same order, and nothing of its own before the kiosk can be touched.

Usage: ``python -m benchmarks.kiosk_window DATA CAMERA WIDTHxHEIGHT``. Answers are JSON lines; two come by themselves.
A finger works on a thread of its own, as a visitor's does: it never waits inside a frame for the next one.
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from click import Context

from kiosk.cli import main as lodge_kiosk
from kiosk.configuration import KioskConfiguration
from kiosk.tidying import rest_while_loading

if TYPE_CHECKING:
    from benchmarks.kiosk_finger import MeasuredFinger
    from kiosk.views.window import KioskWindow

FRAME_DRAWN = 2


def answer(**facts: object) -> None:
    """Print one line."""
    print(json.dumps(facts), flush=True)


def main(data: str, camera: str, size: str) -> None:
    """Run until told to end."""
    lodge_kiosk.get_command(Context(lodge_kiosk), "run")
    rest_while_loading()
    from kiosk.composition.commanded import run_kiosk  # noqa: PLC0415 - as the command does

    width, _, height = size.partition("x")
    configuration = KioskConfiguration(
        data_folder=Path(data), camera=camera, window=(int(width), int(height)), fullscreen=False
    )
    run_kiosk(configuration, rescue=lambda: None, opened=_listen)


def _listen(window: KioskWindow) -> None:
    from kivy.clock import Clock  # noqa: PLC0415 - only after its environment is set

    passed = [0]

    def step(_seconds: float) -> bool:
        """The clock's turn comes before a frame is drawn: at the second, the first frame is on the screen."""
        passed[0] += 1
        if passed[0] == FRAME_DRAWN:
            answer(at="drawn")
        if passed[0] < FRAME_DRAWN or window.stage.is_settling:
            return True
        answer(at="ready")
        threading.Thread(target=_obey, args=(window,), daemon=True).start()
        return False

    Clock.schedule_interval(step, 0)


def _obey(window: KioskWindow) -> None:
    finger: MeasuredFinger | None = None
    for line in sys.stdin:
        name, *more = line.split()
        try:
            finger = finger or _take_instrument(window)
            answer(**getattr(finger, name)(*(int(number) for number in more)))
        except Exception as fault:  # noqa: BLE001 - told to whoever measures
            answer(fault=f"{type(fault).__name__}: {fault}")


def _take_instrument(window: KioskWindow) -> MeasuredFinger:
    """With the first command: it is no part of what a kiosk is while nobody is there."""
    from benchmarks.kiosk_finger import MeasuredFinger  # noqa: PLC0415 - as said
    from workbench.touch_server import on_drawing_thread  # noqa: PLC0415 - as said

    return on_drawing_thread(lambda: MeasuredFinger(window))


if __name__ == "__main__":
    main(*sys.argv[1:])
