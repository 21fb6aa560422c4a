"""A kiosk at work: the use cases over a station, its line to the cloud and its badge printer."""

import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from kiosk import __version__
from kiosk.composition.station import Station
from kiosk.configuration import KioskConfiguration
from kiosk.flows.badge_artist import BadgeArtist
from kiosk.flows.badge_marks import BadgeMarks
from kiosk.flows.badge_queue import BadgePrinter, BadgeQueue
from kiosk.flows.badge_recovery import recover_badges
from kiosk.flows.check_in import CheckInDesk
from kiosk.flows.departure import DepartureDesk
from kiosk.flows.network import Network
from kiosk.flows.status import KioskStatus
from printers.drivers import open_printer
from printers.media import medium
from sync.device.feed_reader import FEED_READ_SECONDS, FeedReader
from sync.device.following_transport import FollowingTransport
from sync.device.signed_channel import SignedChannel
from sync.device.transport import TransportLimits
from sync.device.uploader import Uploader


def build_network(station: Station) -> Network:
    """Uploader and feed reader, each over a pinned connection of its own: the cloud holds the feed's requests."""
    enrolment = station.enrolment
    return Network(
        uploader=Uploader(
            log=station.log,
            outbox=station.outbox,
            channel=_channel(station, TransportLimits()),
            settings=station.settings,
            enrolment=enrolment,
            clock=station.clock,
            random=random.SystemRandom().random,
            software=f"lodge-kiosk {__version__}",
        ),
        feed=build_feed_reader(station),
        waiting=lambda: station.outbox.waiting,
        mono_ms=station.clock.mono_ms,
        wall_ms=station.clock.wall_ms,
    )


def build_feed_reader(station: Station) -> FeedReader:
    """The feed reader by itself, as after an enrolment."""
    return FeedReader(
        store=station.feed,
        settings=station.settings,
        enrolment=station.enrolment,
        channel=_channel(station, TransportLimits(read_seconds=FEED_READ_SECONDS)),
        random=random.SystemRandom().random,
    )


def _channel(station: Station, limits: TransportLimits) -> SignedChannel:
    return SignedChannel(
        transport=FollowingTransport(station.settings, limits),
        server=station.enrolment.server,
        audience=station.enrolment.audience,
        key=station.log.epochs.known_key,
        now_s=lambda: station.clock.wall_ms() // 1000,
    )


@dataclass(frozen=True, slots=True)
class Desks:
    """The use cases of a kiosk at work, and the steppers that threads will repeat."""

    network: Network
    badges: BadgeQueue
    status: KioskStatus
    check_in: CheckInDesk
    departure: DepartureDesk


def build_desks(station: Station, *, printing: Callable[[], None] = lambda: None) -> Desks:
    """The use cases; ``printing`` is called when a badge waits.

    Raises:
        PrinterError: the printer's address or medium is not one that is known.
    """
    configuration, enrolment = station.configuration, station.enrolment
    network = build_network(station)
    artist = BadgeArtist(
        enrolment=enrolment,
        key=station.log.epochs.current_key,
        configuration=station.directory.configuration,
        types=station.directory.published_types,
    )
    marks = BadgeMarks(station.settings)
    badges = BadgeQueue(
        log=station.log,
        marks=marks,
        printer=_badge_printer(configuration),
        draw=artist.draw,
        wake=printing,
    )
    status = KioskStatus(
        network=network,
        badges=badges,
        time=station.time,
        stale_since_ms=lambda: station.feed.stale_since_ms(station.clock.wall_ms()),
    )

    check_in = CheckInDesk(
        log=station.log,
        badges=badges,
        directory=station.directory,
        time=station.time,
        status=status.now,
        recorded=network.hurry,
        entropy=secrets.token_bytes,
    )
    departure = DepartureDesk(
        log=station.log,
        roll=station.roll,
        enrolment=enrolment,
        own_keys=station.log.epochs.public_keys,
        roster=station.directory.roster,
        clock=station.clock,
        time=station.time,
        recorded=network.hurry,
    )
    recover_badges(log=station.log, marks=marks, queue=badges, roll=station.roll, time=station.time)
    return Desks(network, badges, status, check_in, departure)


def _badge_printer(configuration: KioskConfiguration) -> BadgePrinter | None:
    if configuration.printer == "none":
        return None
    return BadgePrinter(
        configuration.printer.partition("?")[0], open_printer(configuration.printer), medium(configuration.medium)
    )
