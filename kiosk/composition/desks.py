"""A kiosk at work: the use cases over a station, its line to the cloud and its badge printer."""

import random
import secrets
from dataclasses import dataclass

from kiosk import __version__
from kiosk.composition.doors import build_bell, build_door, build_invitations, build_overrides
from kiosk.composition.late_artists import LateArtists
from kiosk.composition.print_room import build_badges
from kiosk.composition.station import Station
from kiosk.flows.calling import CallDesk
from kiosk.flows.check_in import CheckInDesk
from kiosk.flows.conditions import ConditionDesk
from kiosk.flows.departure import DepartureDesk
from kiosk.flows.ending import AskedEnding
from kiosk.flows.invitations import InvitationDesk
from kiosk.flows.mailed_codes import MailedCodeLine
from kiosk.flows.network import Network
from kiosk.flows.overriding import OverrideDesk
from kiosk.flows.photo_keeping import PhotoKeeper
from kiosk.flows.printing.badge_ledger import BadgeLedger
from kiosk.flows.printing.badge_queue import BadgeQueue
from kiosk.flows.printing.badge_reprint import ReprintDesk
from kiosk.flows.printing.queued_list import QueuedList
from kiosk.flows.status import KioskStatus
from sync.device.assuming import Assuming
from sync.device.feed_reader import FEED_READ_SECONDS, FeedReader
from sync.device.following_transport import FollowingTransport
from sync.device.log_witness import LogWitness
from sync.device.mailed_codes import MailedCodes
from sync.device.muster_asker import MusterAsker
from sync.device.obeying import Obeying
from sync.device.object_sender import ObjectSender
from sync.device.signed_channel import SignedChannel
from sync.device.stepping import LinkState
from sync.device.transport import TransportLimits
from sync.device.uploader import Uploader

MAILED_CODE_LIMITS = TransportLimits(connect_seconds=4.0, read_seconds=8.0, total_seconds=12.0)


@dataclass(frozen=True, slots=True)
class Lines:
    """What talks to the cloud, each a stepper. The feed has a connection of its own: the cloud holds its requests."""

    uploader: Uploader
    feed: FeedReader
    objects: ObjectSender
    witness: LogWitness
    asker: MusterAsker
    connections: tuple[FollowingTransport, FollowingTransport]

    def close(self) -> None:
        """Close idle connections."""
        for connection in self.connections:
            connection.close()


def build_lines(station: Station) -> Lines:
    """Uploader, photos' sender, witness of the log and asker about other kiosks over one pinned connection, the feed
    reader over another.
    """
    enrolment = station.enrolment
    connection, held = FollowingTransport(station.settings), _held_connection(station)
    channel = _channel(station, connection)
    jitter = random.SystemRandom().random
    uploader = Uploader(
        log=station.log,
        outbox=station.outbox,
        channel=channel,
        settings=station.settings,
        enrolment=enrolment,
        clock=station.clock,
        random=jitter,
        software=f"lodge-kiosk {__version__}",
    )
    witness = LogWitness(
        memory=station.outbox.memory,
        settings=station.settings,
        channel=channel,
        tenant=enrolment.tenant,
        wall_ms=station.clock.wall_ms,
        random=jitter,
        raised=uploader.greet,
    )
    objects = ObjectSender(
        store=station.objects,
        outbox=station.outbox,
        channel=channel,
        settings=station.settings,
        enrolment=enrolment,
        mono_ms=station.clock.mono_ms,
        random=jitter,
    )
    asker = MusterAsker(
        log=station.log,
        roll=station.roll,
        heard=station.heard,
        channel=channel,
        enrolment=enrolment,
        roster=station.directory.roster,
        waiting=lambda: station.outbox.waiting,
        random=jitter,
    )
    return Lines(uploader, _feed_reader(station, held), objects, witness, asker, (connection, held))


def build_network(station: Station) -> Network:
    """The same, stepped by two threads."""
    lines = build_lines(station)
    return Network(
        uploader=lines.uploader,
        feed=lines.feed,
        objects=lines.objects,
        waiting=lambda: station.outbox.waiting,
        mono_ms=station.clock.mono_ms,
        wall_ms=station.clock.wall_ms,
        others=(lines.witness, lines.asker),
    )


def build_mailed_codes(station: Station) -> MailedCodes:
    """What asks for codes by mail, over a connection of its own: a visitor may wait for the answer, and nobody else."""
    connection = FollowingTransport(station.settings, MAILED_CODE_LIMITS)
    return MailedCodes(_channel(station, connection), station.clock.mono_ms)


def build_feed_reader(station: Station) -> FeedReader:
    """The feed reader by itself, as after an enrolment."""
    return _feed_reader(station, _held_connection(station))


def _feed_reader(station: Station, connection: FollowingTransport) -> FeedReader:
    return FeedReader(
        store=station.feed,
        settings=station.settings,
        enrolment=station.enrolment,
        channel=_channel(station, connection),
        random=random.SystemRandom().random,
    )


def _held_connection(station: Station) -> FollowingTransport:
    return FollowingTransport(station.settings, TransportLimits(read_seconds=FEED_READ_SECONDS))


def _channel(station: Station, connection: FollowingTransport) -> SignedChannel:
    return SignedChannel(
        transport=connection,
        server=station.enrolment.server,
        audience=station.enrolment.audience,
        key=station.log.epochs.known_key,
        now_s=lambda: station.clock.wall_ms() // 1000,
    )


@dataclass(frozen=True, slots=True)
class Desks:
    """The use cases of a kiosk at work, and the steppers that threads will repeat."""

    network: Network
    artists: LateArtists
    badges: BadgeQueue
    reprints: ReprintDesk
    status: KioskStatus
    check_in: CheckInDesk
    departure: DepartureDesk
    list_paper: QueuedList
    invitations: InvitationDesk
    overrides: OverrideDesk
    bell: CallDesk
    codes: MailedCodes
    mailed_codes: MailedCodeLine


def build_desks(station: Station) -> Desks:
    """The use cases.

    Raises:
        PrinterError: a printer's address or medium is not one that is known.
    """
    network = build_network(station)
    station.evacuation.offline = lambda: network.offline_since_ms is not None
    artists = LateArtists(station)
    badges = build_badges(station, artists)
    status = _build_status(station, network, badges)
    check_in = CheckInDesk(
        log=station.log,
        badges=badges,
        photos=build_photo_keeper(station),
        door=build_door(station),
        time=station.time,
        is_online=status.is_online,
        recorded=network.hurry,
        entropy=secrets.token_bytes,
    )
    invitations = build_invitations(station)
    departure = _departure(station, network, invitations)
    reprints = ReprintDesk(BadgeLedger(station.log, station.settings), station.roll, asked=badges.hurry)
    list_paper = QueuedList(badges, artists.draw_list)
    codes = build_mailed_codes(station)
    return Desks(
        network,
        artists,
        badges,
        reprints,
        status,
        check_in,
        departure,
        list_paper,
        invitations,
        build_overrides(station),
        build_bell(station, network),
        codes,
        MailedCodeLine(codes, lambda: network.state is LinkState.ONLINE),
    )


def _build_status(station: Station, network: Network, badges: BadgeQueue) -> KioskStatus:
    return KioskStatus(
        network=network,
        badges=badges,
        time=station.time,
        stale_since_ms=lambda: station.feed.stale_since_ms(station.clock.wall_ms()),
    )


def _departure(station: Station, network: Network, invitations: InvitationDesk) -> DepartureDesk:
    desk = DepartureDesk(
        log=station.log,
        roll=station.roll,
        enrolment=station.enrolment,
        own_keys=station.log.epochs.public_keys,
        roster=station.directory.roster,
        clock=station.clock,
        time=station.time,
        recorded=network.hurry,
    )
    desk.is_invitation = invitations.is_readable
    return desk


def build_conditions(station: Station, desks: Desks, ending: AskedEnding) -> ConditionDesk:
    """What staff are told of the kiosk, and how they start it anew."""
    return ConditionDesk(
        version=__version__,
        badges=desks.badges,
        status=desks.status.now,
        photos=lambda: station.objects.waiting,
        silent=station.evacuation.silent,
        clock=station.clock,
        room=station.space.room,
        restart=ending.restart,
    )


def build_obeying(station: Station, network: Network, ending: AskedEnding) -> Obeying:
    """Obeys the organisation's commands, once the feed has answered in this run."""
    return Obeying(
        log=station.log,
        roll=station.roll,
        feed=station.feed,
        enrolment=station.enrolment,
        clock=station.clock,
        photos=station.photo_stop,
        heard=lambda: network.feed.state is LinkState.ONLINE,
        end=ending,
        recorded=network.hurry,
    )


def build_assuming(station: Station, network: Network) -> Assuming:
    """Assumes departures of whoever is here for longer than their type allows."""
    return Assuming(log=station.log, roll=station.roll, feed=station.feed, clock=station.clock, recorded=network.hurry)


def build_photo_keeper(station: Station) -> PhotoKeeper:
    """Seals photos to the organisation's key on the newest keys page."""
    return PhotoKeeper(
        store=station.objects,
        space=station.space,
        sealing_key=station.settings.sealing_key,
        tenant=station.enrolment.tenant,
        clock=station.clock,
        entropy=secrets.token_bytes,
        stopped=lambda: station.photo_stop.stands,
    )
