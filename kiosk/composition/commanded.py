"""The kiosk from its start to its end, which may come by a command: started anew, or wiped."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.composition.desks import build_lines
from kiosk.composition.lobby import run_lobby
from kiosk.composition.spare_room import open_on_full_disk
from kiosk.composition.station import Station
from kiosk.configuration import KioskConfiguration
from kiosk.data_folder import hold_data_folder
from kiosk.flows.ending import Ending
from kiosk.ports import EvacuationList
from kiosk.wiping import SEND_SECONDS, send_what_waits, wipe_folder, wipe_was_cut_short
from sync.device.clock import monotonic_seconds
from sync.device.obeying import wipe_was_begun

if TYPE_CHECKING:
    from kiosk.views.window import KioskWindow


def run_kiosk(
    configuration: KioskConfiguration,
    *,
    rescue: Callable[[], EvacuationList | None],
    opened: Callable[["KioskWindow"], None] | None = None,
) -> Ending:
    """Open the lobby until it ends. One that was told to wipe itself does nothing else, however often it is started.
    ``rescue`` gives what can be saved of the list where the database is damaged; ``opened`` is given the window once
    it exists.

    Raises:
        KioskError: it is not enrolled, no window can be opened, or the disk refuses to be wiped.
        DeviceError: the disk, the key or the database refused.
        PrinterError: the printer's address or medium is not one that is known.
    """
    folder = configuration.data_folder
    ending = Ending.WIPE
    if not wipe_was_cut_short(folder):
        with open_on_full_disk(configuration) as station, hold_data_folder(folder):
            station.evacuation.rescue = rescue
            if not wipe_was_begun(station.settings):
                ending = run_lobby(station, opened=opened)
            if ending is Ending.WIPE:
                _send(station)
    if ending is Ending.WIPE:
        with hold_data_folder(folder):
            wipe_folder(folder)
    return ending


def _send(station: Station) -> None:
    """Events first, then photos; in all no longer than a minute."""
    lines, until = build_lines(station), monotonic_seconds() + SEND_SECONDS
    sent = send_what_waits(lines.uploader.step, lambda: station.outbox.waiting, sleep=time.sleep)
    if sent:
        left = until - monotonic_seconds()
        send_what_waits(lines.objects.step, lambda: station.objects.waiting, sleep=time.sleep, seconds=left)
    lines.close()
