"""A kiosk's data folder, enrolled by keys made here: for trying and measuring a kiosk without a cloud."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import argon2
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.composition.station import open_store
from kiosk.configuration import KioskConfiguration
from sync.device.feed_store import FeedStore
from sync.device.settings import Enrolment
from sync.protocol import exact_json
from sync.protocol.feed import (
    Configuration,
    Host,
    Hosts,
    PageHead,
    Reception,
    Roster,
    SentPage,
    StaffPin,
    StaffPins,
    VisitorType,
    VisitorTypes,
    Zone,
    kind_of,
    page_hash,
    send_whole,
    sign_head,
)
from sync.protocol.identifiers import ZERO_SHA256, sha256_hex
from sync.protocol.keys import public_text, thumbprint
from sync.protocol.keyspage import KeysPage, KeyUse, key_entry, sealing_entry, sign_keys_page

NOW_MS = 1_790_000_000_000
CENTURY_MS = 100 * 365 * 24 * 3600 * 1000
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
    token: Ed25519PrivateKey


def make_lone_kiosk(folder: Path, *, printer: str = "none", camera: str = "none") -> LoneKiosk:
    """Enrol a new data folder with fresh keys and give it the first feed pages."""
    root, feed, receipt, token, epoch = (
        Ed25519PrivateKey.from_private_bytes(secrets.token_bytes(32)) for _ in range(5)
    )
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
            key_entry(KeyUse.TOKEN, token.public_key()),
            sealing_entry(sealing.public_key()),
        ),
        tls=(),
    )
    configuration = KioskConfiguration(data_folder=folder, printer=printer, camera=camera)
    with open_store(configuration) as (database, settings):
        settings.enrol(enrolment, key=epoch, keys=sign_keys_page(keys, root), started_ms=NOW_MS)
        store = FeedStore(database, enrolment)
        for content in _pages():
            store.take(_page(enrolment, content, feed), keys)
    return LoneKiosk(configuration, enrolment, root, feed, receipt, sealing, token)


def first_page(kiosk: LoneKiosk, content: msgspec.Struct) -> SentPage:
    """The first page of a kind that the folder has none of."""
    return _page(kiosk.enrolment, content, kiosk.feed)


def next_page(kiosk: LoneKiosk, content: msgspec.Struct, *, version: int, after: str) -> SentPage:
    """A later page; ``after`` is the signed head of the page before it."""
    return _page(kiosk.enrolment, content, kiosk.feed, version=version, previous=page_hash(after))


def _page(
    enrolment: Enrolment,
    content: msgspec.Struct,
    key: Ed25519PrivateKey,
    *,
    version: int = 1,
    previous: str = ZERO_SHA256,
) -> SentPage:
    raw = exact_json.encode(content)
    head = PageHead(
        v=1,
        tenant=enrolment.tenant,
        site=enrolment.site,
        page=kind_of(content),
        version=version,
        previous=previous,
        issued_ms=NOW_MS,
        expires_ms=NOW_MS + CENTURY_MS,
        sha256=sha256_hex(raw),
        size=len(raw),
    )
    return send_whole(sign_head(head, key), raw)


def _pages() -> list[msgspec.Struct]:
    configuration = Configuration(
        organisation="Thistledown Works",
        site="Mill Lane",
        zones=(Zone(id="lobby", name="Lobby", muster_point="Muster at the mill pond"),),
        languages=("en", "de", "fr", "es"),
        badge_hours=10,
        time_zone="Europe/London",
        reception=Reception(phone="+44 20 7946 0000"),
    )
    types = VisitorTypes(
        types=(
            VisitorType(
                id="contractor", position=1, words={"en": "Contractor", "de": "Fremdfirma"}, badge="contractor"
            ),
            VisitorType(id="visitor", position=0, words={"en": "Visitor", "de": "Besuch"}, badge="visitor"),
        )
    )
    pins = StaffPins(
        pins=(StaffPin(id="staff", hash=argon2.PasswordHasher().hash(PIN), scopes=("evacuation", "reprint")),)
    )
    hosts = [
        Host(id=uuid4(), name="Ines Caldermoor", department="Weaving"),
        Host(id=uuid4(), name="Tobiah Wrenfield", department="Dye house"),
        Host(id=uuid4(), name="Yuna Wrenhollow", department="Workshop"),
    ]
    named = Hosts(hosts=tuple(sorted(hosts, key=lambda host: str(host.id))))
    return [configuration, types, pins, named, Roster(kiosks=())]
