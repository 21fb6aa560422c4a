"""An enrolled kiosk's sync half whose transport is the cloud in memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sync.device.database import DeviceDatabase
from sync.device.enroller import enrol
from sync.device.event_log import EventLog
from sync.device.feed_reader import FeedReader
from sync.device.feed_store import FeedStore
from sync.device.log_witness import LogWitness
from sync.device.outbox import Outbox
from sync.device.settings import Enrolment, Settings
from sync.device.signed_channel import SignedChannel
from sync.device.uploader import Uploader
from sync.protocol.exchange import EVENTS_PATH
from tests.fakes import sync_epochs  # noqa: F401 -- the cloud in memory learns its epoch routes
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_records import DATABASE_KEY, NOON_MS, Bytes, Records, TurnedClock, open_records


@dataclass
class DeviceRig:
    """An enrolled kiosk whose transport is the cloud in memory."""

    cloud: SyncCloud
    records: Records
    settings: Settings
    enrolment: Enrolment
    outbox: Outbox
    channel: SignedChannel
    uploader: Uploader
    feed: FeedStore
    reader: FeedReader
    witness: LogWitness

    @property
    def log(self) -> EventLog:
        return self.records.log

    @property
    def clock(self) -> TurnedClock:
        return self.records.clock

    def recorded(self) -> list[str]:
        """The hashes of what the kiosk has recorded."""
        return [event.hash for event in self.log.after(0, limit=100_000)]

    def held(self) -> list[str]:
        """The hashes of what the cloud holds of it."""
        return [event.hash for event in self.cloud.device.events]

    def sent(self) -> list[bytes]:
        """Every batch that reached the cloud, in order."""
        return [request.body for request in self.cloud.requests if request.url.endswith(EVENTS_PATH)]

    def drain(self, steps: int = 20) -> None:
        """Step until nothing waits."""
        for _ in range(steps):
            if self.outbox.waiting == 0:
                return
            self.uploader.step()
        raise AssertionError(f"{self.outbox.waiting} events still wait: {self.uploader.fault}")

    def close(self) -> None:
        self.records.close()

    def restart(self) -> DeviceRig:
        """The same kiosk after its program was started anew."""
        self.close()
        return open_rig(self.records.folder, self.cloud, clock=self.clock)


def enrol_rig(folder: Path, cloud: SyncCloud, *, clock: TurnedClock | None = None) -> DeviceRig:
    """Enrol a kiosk by a code of this cloud and open it."""
    database = DeviceDatabase(folder / "lodge.db", DATABASE_KEY)
    try:
        enrol(
            cloud.make_code(),
            server=cloud.origin,
            transport=cloud,
            settings=Settings(database),
            entropy=Bytes(5),
            now_ms=NOON_MS,
        )
    finally:
        database.close()
    return open_rig(folder, cloud, clock=clock)


def open_rig(folder: Path, cloud: SyncCloud, *, clock: TurnedClock | None = None) -> DeviceRig:
    """Open an enrolled kiosk as the kiosk's composition does."""
    database = DeviceDatabase(folder / "lodge.db", DATABASE_KEY)
    settings = Settings(database)
    enrolment = settings.enrolment()
    database.close()
    if enrolment is None:
        raise ValueError("the kiosk in this folder is not enrolled")
    records = open_records(folder, identity=enrolment.identity, clock=clock)
    settings = Settings(records.database)
    channel = SignedChannel(
        transport=cloud,
        server=enrolment.server,
        audience=enrolment.audience,
        key=records.log.epochs.known_key,
        now_s=lambda: records.clock.wall_ms() // 1000,
    )
    outbox = Outbox(records.database, records.log, audience=enrolment.audience)
    uploader = Uploader(
        log=records.log,
        outbox=outbox,
        channel=channel,
        settings=settings,
        enrolment=enrolment,
        clock=records.clock,
        random=lambda: 1.0,
        software="lodge-kiosk 0.0",
    )
    feed = FeedStore(records.database, enrolment)
    reader = FeedReader(store=feed, settings=settings, enrolment=enrolment, channel=channel, random=lambda: 1.0)
    witness = LogWitness(
        memory=outbox.memory,
        settings=settings,
        channel=channel,
        tenant=enrolment.tenant,
        wall_ms=records.clock.wall_ms,
        random=lambda: 1.0,
        raised=uploader.greet,
    )
    return DeviceRig(cloud, records, settings, enrolment, outbox, channel, uploader, feed, reader, witness)
