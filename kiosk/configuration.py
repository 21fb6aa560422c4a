"""How this kiosk is set up on its machine: where its data is, and which hardware it has."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.display_values import Contrast
from kiosk.printer_settings import PrinterSetting, single_printer

DATA_VARIABLE = "LODGE_KIOSK_DATA"


@dataclass(frozen=True, slots=True)
class KioskConfiguration:
    """Set on the command line.

    ``camera`` is ``v4l2:0``, ``file:PATH`` or ``none``; ``printer`` an address such as ``usb:04f9:209d`` or ``none``;
    ``medium`` a name that ``lodge-print models`` lists, empty for the printer's usual one; ``printers``, where there
    are any, stand in the place of both;
    ``export_folder`` where an evacuation PDF may be written
    (without one: a removable drive, if there is any); ``window`` the size in pixels; ``theme`` the colours that the
    screen begins with.
    """

    data_folder: Path
    camera: str = "v4l2:0"
    printer: str = "none"
    medium: str = ""
    printers: tuple[PrinterSetting, ...] = ()
    export_folder: Path | None = None
    window: tuple[int, int] | None = None
    fullscreen: bool = True
    theme: Contrast = Contrast.LIGHT
    removable_roots: tuple[Path, ...] = field(default=(Path("/media"), Path("/run/media")))

    @property
    def all_printers(self) -> tuple[PrinterSetting, ...]:
        """Every printer of the kiosk."""
        return self.printers or single_printer(self.printer, self.medium)


def default_data_folder() -> Path:
    """``$LODGE_KIOSK_DATA``, else the user's data folder as the XDG specification names it."""
    named = os.environ.get(DATA_VARIABLE)
    if named:
        return Path(named)
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "lodge-kiosk"


def find_export_folder(configuration: KioskConfiguration) -> Path | None:
    """Where an evacuation PDF may go now: the configured folder, else the first writable removable drive.

    Never the data folder: what is written there is encrypted, and a PDF is not.
    """
    if configuration.export_folder is not None:
        return configuration.export_folder if configuration.export_folder.is_dir() else None
    for root in configuration.removable_roots:
        for mount in (*sorted(root.glob("*")), *sorted(root.glob("*/*"))):
            if mount.is_mount() and os.access(mount, os.W_OK):
                return mount
    return None
