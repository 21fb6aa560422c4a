"""A kiosk's data folder, enrolled by keys made here: for trying and measuring a kiosk without a cloud."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import argon2
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.composition import open_store
from kiosk.configuration import KioskConfiguration
from sync.device.feed_store import FeedStore
from sync.device.settings import Enrolment
from sync.protocol import exact_json
from sync.protocol.feed import (
    Configuration,
    FeedPage,
    Host,
    Hosts,
    PageKind,
    Roster,
    VisitorType,
    page_hash,
    sign_page,
)
from sync.protocol.identifiers import ZERO_SHA256
from sync.protocol.keys import public_text, thumbprint
from sync.protocol.keyspage import KeysPage, KeyUse, key_entry, sealing_entry, sign_keys_page

NOW_MS = 1_790_000_000_000
YEAR_MS = 365 * 24 * 3600 * 1000
PIN = "246810"


@dataclass(frozen=True, slots=True)
class LoneKiosk:
    """The folder, and the keys that a cloud would hold."""

    configuration: KioskConfiguration
    enrolment: Enrolment
    root: Ed25519PrivateKey
    feed: Ed25519PrivateKey
    receipt: Ed25519PrivateKey
    sealing: X25519PrivateKey


def make_lone_kiosk(folder: Path, *, printer: str = "none", camera: str = "none") -> LoneKiosk:
    """Enrol a new data folder with fresh keys and give it the first feed pages."""
    root, feed, receipt, epoch = (Ed25519PrivateKey.from_private_bytes(secrets.token_bytes(32)) for _ in range(4))
    sealing = X25519PrivateKey.generate()
    enrolment = Enrolment(
        server="https://127.0.0.1:9",
        origin="https://lodge.example.org",
        tenant=uuid4(),
        site=uuid4(),
        kiosk=uuid4(),
        root=public_text(root.public_key()),
        epoch=thumbprint(epoch.public_key()),
    )
    keys = KeysPage(
        v=1,
        tenant=enrolment.tenant,
        version=1,
        issued_ms=NOW_MS,
        previous=ZERO_SHA256,
        log="lodge.example.org/lone",
        keys=(
            key_entry(KeyUse.FEED, feed.public_key()),
            key_entry(KeyUse.RECEIPT, receipt.public_key()),
            sealing_entry(sealing.public_key()),
        ),
        tls=(),
    )
    configuration = KioskConfiguration(data_folder=folder, printer=printer, camera=camera)
    with open_store(configuration) as (database, settings):
        settings.enrol(enrolment, key=epoch, keys=sign_keys_page(keys, root), started_ms=NOW_MS)
        store = FeedStore(database, enrolment)
        for kind, content in _pages():
            store.take(sign_page(_page(enrolment, kind, content), feed), keys)
    return LoneKiosk(configuration, enrolment, root, feed, receipt, sealing)


def next_page(kiosk: LoneKiosk, kind: PageKind, content: msgspec.Struct, *, version: int, after: str) -> str:
    """A later page; ``after`` is the signed page before it."""
    page = _page(kiosk.enrolment, kind, content)
    later = msgspec.structs.replace(page, version=version, previous=page_hash(after))
    return sign_page(later, kiosk.feed)


def _page(enrolment: Enrolment, kind: PageKind, content: msgspec.Struct) -> FeedPage:
    return FeedPage(
        v=1,
        tenant=enrolment.tenant,
        site=enrolment.site,
        page=kind,
        version=1,
        previous=ZERO_SHA256,
        issued_ms=NOW_MS,
        expires_ms=NOW_MS + YEAR_MS,
        content=msgspec.Raw(exact_json.encode(content)),
    )


def _pages() -> list[tuple[PageKind, msgspec.Struct]]:
    configuration = Configuration(
        organisation="Thistledown Works",
        site="Mill Lane",
        zone="Lobby",
        muster_point="Muster at the mill pond",
        languages=("en", "de", "fr", "es"),
        types=(
            VisitorType(id="visitor", words={"en": "Visitor", "de": "Besuch"}, badge="visitor"),
            VisitorType(id="contractor", words={"en": "Contractor", "de": "Fremdfirma"}, badge="contractor"),
        ),
        staff_pins=(argon2.PasswordHasher().hash(PIN),),
        badge_hours=10,
        time_zone="Europe/London",
    )
    hosts = Hosts(
        hosts=(
            Host(id=uuid4(), name="Ines Caldermoor", department="Weaving"),
            Host(id=uuid4(), name="Tobiah Wrenfield", department="Dye house"),
            Host(id=uuid4(), name="Yuna Wrenhollow", department="Workshop"),
        )
    )
    roster = Roster(kiosks=())
    return [(PageKind.CONFIGURATION, configuration), (PageKind.HOSTS, hosts), (PageKind.ROSTER, roster)]
