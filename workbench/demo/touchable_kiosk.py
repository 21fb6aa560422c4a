"""The kiosk as ``lodge-kiosk run`` starts it, with a door for injected touches.

Usage: ``python -m workbench.demo.touchable_kiosk SOCKET DATA CAMERA PRINTER MEDIUM EXPORT SIZE``.

Only the demo starts it; the product has no such door.
"""

import sys
from pathlib import Path

from kiosk.composition.lobby import run_lobby
from kiosk.composition.spare_room import open_on_full_disk
from kiosk.configuration import KioskConfiguration
from kiosk.data_folder import hold_data_folder
from workbench.touch_server import TouchServer


def main(socket: str, *told: str) -> None:
    """Run until the process is asked to end."""
    configuration = configure_kiosk(*told)
    server = TouchServer(Path(socket))
    try:
        with open_on_full_disk(configuration) as station, hold_data_folder(configuration.data_folder):
            run_lobby(station, opened=lambda _window: server.open())
    finally:
        server.close()


def configure_kiosk(data: str, camera: str, printer: str, medium: str, export: str, size: str) -> KioskConfiguration:
    """A kiosk in a window of ``WIDTHxHEIGHT``."""
    width, _, height = size.partition("x")
    return KioskConfiguration(
        data_folder=Path(data),
        camera=camera,
        printer=printer,
        medium=medium,
        export_folder=Path(export),
        window=(int(width), int(height)),
        fullscreen=False,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
