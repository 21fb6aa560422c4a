"""The kiosk's printers, the queue before them, and the ledger behind it."""

import random
from contextlib import suppress

from kiosk.composition.late_artists import LateArtists
from kiosk.composition.station import Station
from kiosk.configuration import KioskConfiguration
from kiosk.flows.printing.badge_ledger import BadgeLedger
from kiosk.flows.printing.badge_queue import BadgePrinter, BadgeQueue
from kiosk.flows.printing.badge_recovery import BadgeRebuilder, recover_badges
from kiosk.flows.printing.badge_test_post import BadgeTestPost
from kiosk.flows.printing.badge_validity import BadgeValidity
from kiosk.flows.printing.printer_records import PrinterRecords
from kiosk.printer_settings import PrinterSetting
from sync.device.errors import StorageError
from sync.protocol.hlc import ClockQuality

_MS = 1000


def build_badges(station: Station, artists: LateArtists) -> BadgeQueue:
    """The queue, with all that was owed when the kiosk ended.

    Raises:
        PrinterError: a printer's address or medium is not one that is known.
    """
    settings, printers = _open_printers(station.configuration)
    ledger, validity = BadgeLedger(station.log, station.settings), build_validity(station)
    records = PrinterRecords(station.settings, station.clock.wall_ms)
    queue = BadgeQueue(
        ledger=ledger,
        printers=printers,
        draw=artists.draw,
        lapsed=validity.lapsed,
        rebuild=BadgeRebuilder(station.log, station.roll, station.time).rebuild,
        mono=lambda: station.clock.mono_ms() / _MS,
        random=random.SystemRandom().random,
        draw_test=artists.draw_test,
        post=BadgeTestPost(station.settings),
        seen=records.see,
    )
    records.begin(settings)
    if printers:
        with suppress(StorageError):  # a damaged ledger must not keep the lobby, and its evacuation list, closed
            recover_badges(ledger, queue, gone=validity.gone)
    return queue


def _open_printers(configuration: KioskConfiguration) -> tuple[list[PrinterSetting], list[BadgePrinter]]:
    if not configuration.all_printers:
        return [], []
    from kiosk.composition.printer_opening import open_badge_printer, with_medium  # noqa: PLC0415 -- loads all makes

    settings = [with_medium(setting) for setting in configuration.all_printers]
    return settings, [open_badge_printer(setting) for setting in settings]


def build_validity(station: Station) -> BadgeValidity:
    """Whose badge is still wanted."""
    return BadgeValidity(
        roll=station.roll,
        time=station.time,
        configuration=station.directory.configuration,
        types=station.directory.published_types,
        believed=lambda: station.clock.quality() is not ClockQuality.UNSYNCED,
    )
