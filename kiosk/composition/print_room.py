"""The kiosk's printers, the queue before them, and the ledger behind it."""

import random
from contextlib import suppress
from dataclasses import replace

from kiosk.composition.station import Station
from kiosk.flows.printing.badge_artist import BadgeArtist
from kiosk.flows.printing.badge_ledger import BadgeLedger
from kiosk.flows.printing.badge_queue import BadgePrinter, BadgeQueue
from kiosk.flows.printing.badge_recovery import BadgeRebuilder, recover_badges
from kiosk.flows.printing.badge_templates import BadgeTemplates
from kiosk.flows.printing.badge_test_post import BadgeTestPost
from kiosk.flows.printing.badge_tests import DrawTest
from kiosk.flows.printing.badge_validity import BadgeValidity
from kiosk.flows.printing.printer_records import PrinterRecords
from kiosk.journal import tell_unused_template
from kiosk.printer_settings import PrinterSetting
from printers.drivers import named_model, open_printer, usual_medium
from printers.errors import MediumUnknownError
from printers.media import medium
from sync.device.errors import StorageError
from sync.protocol.hlc import ClockQuality

_MS = 1000


def build_badges(station: Station) -> BadgeQueue:
    """The queue, with all that was owed when the kiosk ended.

    Raises:
        PrinterError: a printer's address or medium is not one that is known.
    """
    settings = [with_medium(setting) for setting in station.configuration.all_printers]
    printers = [open_badge_printer(setting) for setting in settings]
    artist = build_artist(station)
    ledger, validity = BadgeLedger(station.log, station.settings), build_validity(station)
    records = PrinterRecords(station.settings, station.clock.wall_ms)
    queue = BadgeQueue(
        ledger=ledger,
        printers=printers,
        draw=artist.draw,
        lapsed=validity.lapsed,
        rebuild=BadgeRebuilder(station.log, station.roll, station.time).rebuild,
        mono=lambda: station.clock.mono_ms() / _MS,
        random=random.SystemRandom().random,
        draw_test=build_test_drawing(station, artist),
        post=BadgeTestPost(station.settings),
        seen=records.see,
    )
    records.begin(settings)
    if printers:
        with suppress(StorageError):  # a damaged ledger must not keep the lobby, and its evacuation list, closed
            recover_badges(ledger, queue, gone=validity.gone)
    return queue


def build_artist(station: Station) -> BadgeArtist:
    """Draws badges as the feed has it."""
    return BadgeArtist(
        enrolment=station.enrolment,
        key=station.log.epochs.current_key,
        configuration=station.directory.configuration,
        place=station.directory.place,
        types=station.directory.published_types,
        templates=BadgeTemplates(station.directory.badge_templates, tell=tell_unused_template),
    )


def build_test_drawing(station: Station, artist: BadgeArtist) -> DrawTest:
    """Draws the test badge, in the site's first language."""
    return lambda printer, paper: artist.draw_test(printer, paper, station.evacuation.words(), station.time.now())


def build_validity(station: Station) -> BadgeValidity:
    """Whose badge is still wanted."""
    return BadgeValidity(
        roll=station.roll,
        time=station.time,
        configuration=station.directory.configuration,
        types=station.directory.published_types,
        believed=lambda: station.clock.quality() is not ClockQuality.UNSYNCED,
    )


def with_medium(setting: PrinterSetting) -> PrinterSetting:
    """A setting that names its medium: where it left it out, the printer's usual one.

    Raises:
        PrinterError: its address is not one that is known.
    """
    return setting if setting.medium else replace(setting, medium=usual_medium(setting.address).name)


def open_badge_printer(setting: PrinterSetting) -> BadgePrinter:
    """A printer by its setting.

    Raises:
        PrinterError: its address or medium is not one that is known, or the one does not take the other.
    """
    setting = with_medium(setting)
    driver, paper, model = open_printer(setting.address), medium(setting.medium), named_model(setting.address)
    if model is not None and not model.takes(paper):
        takes = ", ".join(known.name for known in model.media)
        raise MediumUnknownError(
            f"The printer {setting.name!r} is a {model.name}, which takes no {paper.name}. It takes: {takes}. "
            "Name its medium in printers.toml, or with --medium."
        )
    return BadgePrinter(setting.name, driver, paper, setting.rank, shared=setting.shared)
