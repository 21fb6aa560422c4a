"""The kiosk as ``lodge-kiosk run --window`` starts it, in a window that a person may close.

Usage: ``python -m workbench.demo.closable_kiosk OPENED DATA CAMERA PRINTER MEDIUM EXPORT SIZE``; the file OPENED is
made when the first frame is on the display.

Only the demo starts it; the product's window refuses to be closed.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.composition.lobby import run_lobby
from kiosk.composition.station import open_station
from kiosk.data_folder import hold_data_folder
from kiosk.errors import KioskError
from workbench.demo.lost_window import end_when_lost
from workbench.demo.touchable_kiosk import configure_kiosk

if TYPE_CHECKING:
    from kiosk.views.window import KioskWindow


def main(opened: str, *told: str) -> None:
    """Run until the window is closed or the process is asked to end."""
    configuration = configure_kiosk(*told)
    kept: list[object] = []
    try:
        with open_station(configuration) as station, hold_data_folder(configuration.data_folder):
            run_lobby(station, opened=lambda window: _make_closable(window, Path(opened), kept))
    except KioskError as error:
        sys.exit(str(error))


def _make_closable(kiosk: "KioskWindow", opened: Path, kept: list[object]) -> None:
    from kivy.clock import Clock  # noqa: PLC0415 -- Kivy reads its environment once, which the kiosk has set by now
    from kivy.core.window import Window  # noqa: PLC0415 -- as above

    def close(*_: object) -> bool:
        kiosk.close()
        return True

    def begin(_seconds: float) -> None:
        # Kivy asks the last one bound first: this must come after the product's own refusal.
        Window.bind(on_request_close=close)
        Window.set_title("Lodge: the kiosk")
        kept.append(end_when_lost())
        opened.touch()

    Clock.schedule_once(begin, 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
