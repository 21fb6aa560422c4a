"""A kiosk without its screen: the encrypted store of its data folder, and, once enrolled, everything that reads it."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kiosk.configuration import KioskConfiguration, find_export_folder
from kiosk.data_folder import DATABASE, KEY, NOT_ENROLLED, WITNESS, require_database, require_key
from kiosk.errors import KioskError
from kiosk.flows.directory import FeedDirectory
from kiosk.flows.evacuation import EvacuationDesk
from kiosk.flows.list_doubt import read_list_doubt
from kiosk.flows.local_time import LocalTime
from kiosk.flows.pin_lock import PinLock
from kiosk.journal import tell_doubt
from sync.device.clock import DeviceClock, SystemClock
from sync.device.database import DeviceDatabase
from sync.device.event_log import EventLog
from sync.device.feed_store import FeedStore
from sync.device.free_space import FreeSpace, statvfs_reading
from sync.device.heard_events import HeardEvents
from sync.device.heard_times import Heard, HeardTimes
from sync.device.key_provider import FileKeyProvider
from sync.device.muster_roll import MusterRoll
from sync.device.object_store import ObjectStore
from sync.device.outbox import Outbox
from sync.device.photo_stop import PhotoStop
from sync.device.salvage.files import share_database
from sync.device.settings import Enrolment, Settings
from sync.device.standing import OwnStanding
from sync.device.witness import Witness
from sync.protocol.hlc import ClockQuality

BUILD_FLOOR_MS = 1_767_225_600_000
"""2026-01-01: no clock of a kiosk with this program can rightly be earlier."""


@dataclass(frozen=True, slots=True)
class Station:
    """An enrolled kiosk without its screen."""

    configuration: KioskConfiguration
    database: DeviceDatabase
    settings: Settings
    enrolment: Enrolment
    clock: SystemClock
    log: EventLog
    roll: MusterRoll
    standing: OwnStanding
    heard: Heard
    space: FreeSpace
    feed: FeedStore
    directory: FeedDirectory
    time: LocalTime
    outbox: Outbox
    objects: ObjectStore
    photo_stop: PhotoStop
    evacuation: EvacuationDesk


@contextmanager
def open_store(configuration: KioskConfiguration) -> Iterator[tuple[DeviceDatabase, Settings]]:
    """The encrypted database of a data folder, made when there is none; closed at the end.

    Raises:
        StorageError: the disk, the key or the database refused.
        KioskError: the folder cannot be made, or has lost its key.
    """
    folder = configuration.data_folder
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise KioskError(f"The data folder {folder} cannot be made: {error.strerror}.") from error
    require_key(folder)
    with share_database(folder / DATABASE):
        database = DeviceDatabase(folder / DATABASE, FileKeyProvider(folder / KEY).load_or_create())
        try:
            yield database, Settings(database)
        finally:
            database.close()


@contextmanager
def open_station(configuration: KioskConfiguration) -> Iterator[Station]:
    """An enrolled kiosk's parts.

    Raises:
        KioskError: it has not been enrolled, or has lost its database or its key.
        StorageError: the disk, the key or the database refused, or was rolled back.
    """
    require_database(configuration.data_folder)
    with open_store(configuration) as (database, settings):
        enrolment = settings.enrolment()
        if enrolment is None:
            raise KioskError(NOT_ENROLLED)
        witness = Witness(configuration.data_folder / WITNESS)
        try:
            yield _build_station(configuration, database, settings, enrolment, witness)
        finally:
            witness.close()


def trusted_ms(clock: DeviceClock) -> int | None:
    """The time of day, milliseconds since 1970, where something vouches for it."""
    return None if clock.quality() is ClockQuality.UNSYNCED else clock.wall_ms()


def _open_log(database: DeviceDatabase, enrolment: Enrolment, clock: SystemClock, witness: Witness) -> EventLog:
    log = EventLog(
        database,
        identity=enrolment.identity,
        clock=clock,
        witness=witness,
        entropy=secrets.token_bytes,
        build_floor_ms=BUILD_FLOOR_MS,
    )
    if log.raised is not None:
        tell_doubt(log.raised)
    return log


def _build_station(
    configuration: KioskConfiguration,
    database: DeviceDatabase,
    settings: Settings,
    enrolment: Enrolment,
    witness: Witness,
) -> Station:
    clock = SystemClock()
    log = _open_log(database, enrolment, clock, witness)
    feed, photo_stop = FeedStore(database, enrolment), PhotoStop(settings)
    directory = FeedDirectory(feed, kiosk=enrolment.kiosk, photos_stopped=lambda: photo_stop.stands)
    time = LocalTime(clock, directory.zone)
    standing = OwnStanding(log, directory.roster)
    roll = MusterRoll(log, standing)
    heard_events = HeardEvents(log)
    heard = Heard(heard_events, HeardTimes(heard_events, clock))

    return Station(
        configuration=configuration,
        database=database,
        settings=settings,
        enrolment=enrolment,
        clock=clock,
        log=log,
        roll=roll,
        standing=standing,
        heard=heard,
        space=FreeSpace(statvfs_reading(configuration.data_folder)),
        feed=feed,
        directory=directory,
        time=time,
        outbox=Outbox(database, log, audience=enrolment.audience),
        objects=ObjectStore(database),
        photo_stop=photo_stop,
        evacuation=EvacuationDesk(
            log=log,
            roll=roll,
            directory=directory,
            enrolment=enrolment,
            # Whoever is let in for anything may see whom to look for in a fire.
            lock=PinLock(settings, hashes=lambda: directory.staff_pins(None, trusted_ms(clock)), clock=clock),
            time=time,
            doubt=lambda: read_list_doubt(log, standing, feed, heard.times, now_ms=clock.wall_ms()),
            export_folder=lambda: find_export_folder(configuration),
        ),
    )
