"""A real kiosk's folder, enrolled at a cloud of the tests and given the pages that it sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.composition.station import Station, open_station, open_store
from kiosk.configuration import KioskConfiguration
from sync.device.feed_store import FeedStore
from sync.device.settings import Enrolment
from sync.protocol.exchange import FeedAnswer
from sync.protocol.keys import public_text
from sync.protocol.keyspage import open_keys_page
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_server import ORIGIN, Ground


async def ask_feed(ground: Ground, kiosk: FakeKiosk, have: dict[str, int] | None = None) -> FeedAnswer:
    """What the cloud answers a kiosk that holds these pages."""
    device = await ground.cloud.devices.find(kiosk.key.epoch)
    assert device is not None
    return await ground.cloud.feed.answer(device, have or {})


@contextmanager
def kiosk_of_cloud(ground: Ground, kiosk: FakeKiosk, folder: Path, told: FeedAnswer) -> Iterator[Station]:
    """The station; closed at the end."""
    root = Ed25519PrivateKey.from_private_bytes(ground.root).public_key()
    who = kiosk.identity
    enrolment = Enrolment(
        server=ORIGIN,
        origin=ORIGIN,
        tenant=who.tenant,
        site=who.site,
        kiosk=who.kiosk,
        root=public_text(root),
        epoch=kiosk.key.epoch,
    )
    configuration = KioskConfiguration(data_folder=folder, printer="none", camera="none")
    with open_store(configuration) as (database, settings):
        settings.enrol(enrolment, key=kiosk.key.private, keys=told.keys, started_ms=1)
        keys = open_keys_page(told.keys, root=root, tenant=who.tenant)
        store = FeedStore(database, enrolment)
        for page in told.pages:
            store.take(page, keys)
    with open_station(configuration) as station:
        yield station
