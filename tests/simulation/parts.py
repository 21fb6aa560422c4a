"""The production code of a kiosk, put together on a simulated machine as the kiosk's composition does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk.flows.photo_keeping import PhotoKeeper
from sync.device.clock import DeviceClock
from sync.device.database import DeviceDatabase
from sync.device.event_log import EventLog
from sync.device.feed_reader import FeedReader
from sync.device.feed_store import FeedStore
from sync.device.free_space import FreeSpace
from sync.device.heard_events import HeardEvents
from sync.device.heard_times import Heard, HeardTimes
from sync.device.log_witness import LogWitness
from sync.device.muster_asker import MusterAsker
from sync.device.muster_roll import MusterRoll
from sync.device.object_sender import ObjectSender
from sync.device.object_store import ObjectStore
from sync.device.outbox import Outbox
from sync.device.settings import Enrolment, Settings
from sync.device.signed_channel import SignedChannel
from sync.device.standing import OwnStanding
from sync.device.transport import Transport
from sync.device.uploader import Uploader
from sync.device.witness import Witness
from sync.protocol.feed import PageKind, Roster
from sync.protocol.identifiers import Entropy
from tests.simulation.card import DATABASE, WITNESS
from tests.simulation.disk import Disk

DATABASE_KEY = bytes(range(32))
ROOM_BYTES = 1 << 40
PART_BYTES = 192
"""Photos are small, and so are their parts: each goes up in three."""


@dataclass
class PhotoParts:
    """What keeps photos on the card and sends them."""

    settings: Settings
    store: ObjectStore
    keeper: PhotoKeeper
    sender: ObjectSender


@dataclass
class Parts:
    """A running kiosk program."""

    database: DeviceDatabase
    witness: Witness
    enrolment: Enrolment
    log: EventLog
    outbox: Outbox
    uploader: Uploader
    feed: FeedStore
    reader: FeedReader
    roll: MusterRoll
    standing: OwnStanding
    asker: MusterAsker
    photos: PhotoParts
    log_witness: LogWitness

    def close(self) -> None:
        """Let go of the files."""
        self.witness.close()
        self.database.close()


@dataclass(frozen=True)
class Surroundings:
    """What a machine gives to the program that runs on it."""

    folder: Path
    disk: Disk
    clock: DeviceClock
    line: Transport
    entropy: Entropy
    random: Callable[[], float]


def open_parts(around: Surroundings) -> Parts:
    """Start the program. Nothing stays open when that fails."""
    database = DeviceDatabase(around.folder / DATABASE, DATABASE_KEY)
    around.disk.attach(database)
    try:
        witness = Witness(around.folder / WITNESS)
        try:
            return _assemble(around, database, witness)
        except BaseException:
            witness.close()
            raise
    except BaseException:
        database.close()
        raise


def _assemble(around: Surroundings, database: DeviceDatabase, witness: Witness) -> Parts:
    settings = Settings(database)
    enrolment = settings.enrolment()
    assert enrolment is not None, "a simulated kiosk is enrolled before it starts"
    log = EventLog(
        database,
        identity=enrolment.identity,
        clock=around.clock,
        witness=witness,
        entropy=around.entropy,
        build_floor_ms=0,
    )
    channel = SignedChannel(
        transport=around.line,
        server=enrolment.server,
        audience=enrolment.audience,
        key=log.epochs.known_key,
        now_s=lambda: around.clock.wall_ms() // 1000,
    )
    outbox = Outbox(database, log, audience=enrolment.audience)
    uploader = _uploader(around, log, outbox, channel, enrolment)
    feed = FeedStore(database, enrolment)
    reader = FeedReader(store=feed, settings=settings, enrolment=enrolment, channel=channel, random=around.random)
    standing = OwnStanding(log, lambda: feed.content(PageKind.ROSTER, Roster))
    roll = MusterRoll(log, standing)
    return Parts(
        database=database,
        witness=witness,
        enrolment=enrolment,
        log=log,
        outbox=outbox,
        uploader=uploader,
        feed=feed,
        reader=reader,
        roll=roll,
        standing=standing,
        asker=_asker(around, log, roll, standing, outbox, channel, enrolment),
        photos=_photo_parts(around, database, enrolment, outbox, channel),
        log_witness=LogWitness(
            memory=outbox.memory,
            settings=settings,
            channel=channel,
            tenant=enrolment.tenant,
            wall_ms=around.clock.wall_ms,
            random=around.random,
            raised=uploader.greet,
        ),
    )


def _uploader(
    around: Surroundings, log: EventLog, outbox: Outbox, channel: SignedChannel, enrolment: Enrolment
) -> Uploader:
    return Uploader(
        log=log,
        outbox=outbox,
        channel=channel,
        settings=Settings(log.database),
        enrolment=enrolment,
        clock=around.clock,
        random=around.random,
        software="lodge-kiosk simulated",
    )


def _asker(
    around: Surroundings,
    log: EventLog,
    roll: MusterRoll,
    standing: OwnStanding,
    outbox: Outbox,
    channel: SignedChannel,
    enrolment: Enrolment,
) -> MusterAsker:
    heard = HeardEvents(log)
    return MusterAsker(
        log=log,
        roll=roll,
        heard=Heard(heard, HeardTimes(heard, around.clock)),
        channel=channel,
        enrolment=enrolment,
        roster=standing.roster,
        waiting=lambda: outbox.waiting,
        random=around.random,
    )


def _photo_parts(
    around: Surroundings, database: DeviceDatabase, enrolment: Enrolment, outbox: Outbox, channel: SignedChannel
) -> PhotoParts:
    settings = Settings(database)
    store = ObjectStore(database)
    return PhotoParts(
        settings,
        store,
        PhotoKeeper(
            store=store,
            space=FreeSpace(lambda: ROOM_BYTES),
            sealing_key=settings.sealing_key,
            tenant=enrolment.tenant,
            clock=around.clock,
            entropy=around.entropy,
            stopped=lambda: False,
        ),
        ObjectSender(
            store=store,
            outbox=outbox,
            channel=channel,
            settings=settings,
            enrolment=enrolment,
            mono_ms=around.clock.mono_ms,
            random=around.random,
            part_bytes=PART_BYTES,
        ),
    )
