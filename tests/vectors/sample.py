"""A small world with fixed keys, ids and randomness, from which vectors and tests are made.

Nothing here is secret: the seeds are hashes of names. Everything is fictional.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.protocol import archive, audit, exact_json, jws
from sync.protocol.batch import TYP, Expectation, audience, open_batch, seal_batch
from sync.protocol.chain import Act, Head, Identity, Stamp, link
from sync.protocol.checkpoint import Checkpoint, sign_checkpoint
from sync.protocol.commitments import SealedBody
from sync.protocol.events import Event
from sync.protocol.hlc import ClockQuality, Hlc
from sync.protocol.identifiers import ZERO_SHA256, Entropy
from sync.protocol.keys import private_key, public_text, thumbprint
from sync.protocol.keyspage import KeysPage, KeyUse, key_entry, sign_keys_page
from sync.protocol.kinds import (
    ArrivedFull,
    ArrivedMuster,
    ConsentFull,
    DepartedFull,
    Kind,
)
from sync.protocol.merkle import completed_nodes, root

TENANT = UUID("5f0c1b52-8d0e-4a6b-9d53-2f6d3a1c7e10")
OTHER_TENANT = UUID("0b9d6a1e-1111-4c7a-8a4e-5d2f00c0ffee")
SITE = UUID("7a1d4c8e-2f30-4b59-8c6a-91e0d3b5a742")
KIOSK = UUID("c2a7e6f4-5b18-4d93-a0c7-3e8f1d6b2945")
HOST = UUID("3d5f7a91-6c24-4e80-b1d8-0a9c4e2f6b73")
STAY = UUID("e8b1f0a2-4c3d-4f5e-8a6b-7c9d0e1f2a3b")
BOOT = UUID("11d2c3b4-a5f6-4708-9192-a3b4c5d6e7f8")
ORIGIN = "https://lodge.example.org"
LOG = f"lodge.example.org/{TENANT}/1"
AUDIENCE = audience(ORIGIN, TENANT)
NOW_MS = 1_800_000_000_000


def entropy_of(name: str) -> Entropy:
    """A reproducible source: SHA-256 of the name and a counter."""
    count = 0

    def give(size: int) -> bytes:
        nonlocal count
        given = b""
        while len(given) < size:
            given += sha256(f"{name} {count}".encode()).digest()
            count += 1
        return given[:size]

    return give


def key_of(name: str) -> Ed25519PrivateKey:
    """The Ed25519 key whose seed is SHA-256 of ``lodge test key: NAME``."""
    return private_key(sha256(f"lodge test key: {name}".encode()).digest())


EPOCH_KEY = key_of("kiosk epoch 1")
ROOT_KEY = key_of("root")
EPOCH = thumbprint(EPOCH_KEY.public_key())
IDENTITY = Identity(TENANT, SITE, KIOSK, EPOCH)
EXPECTED = Expectation(TENANT, SITE, KIOSK, EPOCH_KEY.public_key(), AUDIENCE)

ARRIVAL = Act(
    Kind.VISITOR_ARRIVED,
    STAY,
    muster=ArrivedMuster(
        name="Niamh Ó Súilleabháin",
        company="Otter & Reed",
        host="Prof. Ada Fernsby",
        zone="Mill Lane, ground floor",
        assistance=True,
    ),
    full=ArrivedFull(
        type="visitor",
        language="en",
        host_id=HOST,
        email="niamh@example.org",
        phone="",
        answers={"vehicle": 'TW 12 \\ "red"\t/'},
    ),
)
CONSENT = Act(
    Kind.CONSENT_RECORDED,
    STAY,
    full=ConsentFull(
        purpose="document",
        document="site-rules",
        version="3",
        sha256=sha256(b"site rules").hexdigest(),
        language="en",
        granted=True,
    ),
)
DEPARTURE = Act(Kind.VISITOR_DEPARTED, STAY, full=DepartedFull(method="badge"))


def stamp(step: int, *, quality: ClockQuality = ClockQuality.NTP) -> Stamp:
    """A stamp some seconds after the sample's time."""
    return Stamp(Hlc(NOW_MS + 1000 * step, 0), quality, BOOT, 60_000 + 1000 * step)


def make_chain(
    *acts: Act,
    identity: Identity = IDENTITY,
    head: Head | None = None,
    name: str = "chain",
    steps: tuple[int, ...] = (),
) -> tuple[Event, ...]:
    """Link acts into events, one second apart, with reproducible randomness."""
    entropy, events = entropy_of(name), []
    head = head or Head.genesis(identity.epoch)
    for index, act in enumerate(acts):
        step = steps[index] if steps else head.seq
        event, head = link(act, identity=identity, head=head, stamp=stamp(step), entropy=entropy)
        events.append(event)
    return tuple(events)


def three_events() -> tuple[Event, ...]:
    """Arrival, consent, departure of one visitor."""
    return make_chain(ARRIVAL, CONSENT, DEPARTURE)


def sample_wire(stored: bytes | None = None) -> bytes:
    """The batch of the three events: the stored bytes while they open to those, since zstd's output may
    differ from version to version.
    """
    events = three_events()
    if stored is not None and open_batch(stored, EXPECTED).events == events:
        return stored
    return seal_batch(events, key=EPOCH_KEY, audience=AUDIENCE, hlc=events[-1].header.hlc)


def sample_keys_page() -> KeysPage:
    """One current key for each use."""
    return KeysPage(
        v=1,
        tenant=TENANT,
        version=1,
        issued_ms=NOW_MS,
        previous=ZERO_SHA256,
        log=LOG,
        keys=tuple(key_entry(use, key_of(use.value).public_key()) for use in KeyUse),
        tls=(),
    )


def admin_entry() -> tuple[bytes, SealedBody]:
    """An administrative act: a kiosk was made."""
    body = audit.AdminBody(actor="desk@example.org", address="192.0.2.7", reason="", detail={"kiosk": "Front door"})
    return audit.make_admin_entry(
        "kiosk.created", body, tenant=TENANT, at_ms=NOW_MS - 60_000, entropy=entropy_of("admin")
    )


@dataclass(frozen=True)
class Leaf:
    """An entry of the sample log. ``raw`` is ``None`` for a header that has shrunk."""

    type: audit.EntryType
    raw: bytes | None
    hash: str
    body: SealedBody | None = None

    def line(self) -> bytes:
        """Its line in an export."""
        return audit.entry_line(self.type, self.raw, self.hash, self.body) + b"\n"


def device_leaf(event: Event, *, shrunk: bool = False) -> Leaf:
    """The entry of an event."""
    return Leaf(audit.EntryType.DEVICE, None if shrunk else event.raw_header, event.hash)


def sample_leaves() -> tuple[Leaf, ...]:
    """The administrative act and the three events."""
    raw, body = admin_entry()
    first = Leaf(audit.EntryType.ADMIN, raw, audit.admin_header_hash(raw), body)
    return (first, *(device_leaf(event) for event in three_events()))


def log_root(leaves: tuple[Leaf, ...]) -> bytes:
    """The root hash over entries."""
    nodes: dict[tuple[int, int], bytes] = {}
    for index, leaf in enumerate(leaves):
        hashed = audit.entry_leaf(leaf.type, leaf.hash)
        for level, position, value in completed_nodes(index, hashed, lambda lv, at: nodes[lv, at]):
            nodes[level, position] = value
    return root(len(leaves), lambda level, at: nodes[level, at])


def make_archive(
    leaves: tuple[Leaf, ...], manifests: tuple[str, ...], changed: Mapping[str, bytes] | None = None
) -> dict[str, bytes]:
    """All members of an export; ``changed`` replaces some before the whole is signed."""
    epoch = archive.EpochKey(kiosk=KIOSK, site=SITE, aud=AUDIENCE, public=public_text(EPOCH_KEY.public_key()))
    statement = archive.RootStatement(v=1, tenant=TENANT, root=public_text(ROOT_KEY.public_key()))
    checkpoint = Checkpoint(LOG, len(leaves), log_root(leaves))
    members = {
        archive.ROOT: exact_json.encode(statement),
        archive.KEYS: sign_keys_page(sample_keys_page(), ROOT_KEY).encode("ascii"),
        archive.CHECKPOINT: sign_checkpoint(checkpoint, key_of("log")).encode(),
        archive.ENTRIES: b"".join(leaf.line() for leaf in leaves),
        archive.BATCHES: b"".join(manifest.encode("ascii") + b"\n" for manifest in manifests),
        archive.EPOCHS: exact_json.encode(archive.EpochKeys(v=1, epochs=(epoch,))),
        **(changed or {}),
    }
    signed = archive.sign_archive(members, tenant=TENANT, created_ms=NOW_MS, key=key_of("log"))
    return {**members, archive.MANIFEST: signed}


def manifest_of(wire: bytes) -> str:
    """The signed manifest at the head of a batch."""
    return wire.partition(b"\n")[0].decode("ascii")


def sample_archive(stored_wire: bytes | None = None) -> dict[str, bytes]:
    """The export of the sample log."""
    return make_archive(sample_leaves(), (manifest_of(sample_wire(stored_wire)),))


def sign_wire(packed: bytes, **changes: object) -> bytes:
    """A batch as a hostile kiosk would make it: any compressed bytes, any manifest fields, truly signed."""
    events = three_events()
    manifest: dict[str, object] = {
        "v": 1,
        "aud": AUDIENCE,
        "site": SITE,
        "kiosk": KIOSK,
        "epoch": EPOCH,
        "first": 1,
        "last": len(events),
        "count": len(events),
        "head": events[-1].hash,
        "hlc": events[-1].header.hlc,
        "lines": sha256(packed).hexdigest(),
        "size": 1,
        **changes,
    }
    signed = jws.sign(exact_json.encode(manifest), typ=TYP, key=EPOCH_KEY)
    return signed.encode("ascii") + b"\n" + packed


def sign_lines(lines: bytes, **changes: object) -> bytes:
    """A batch of these inflated lines."""
    packed = zstandard.ZstdCompressor(level=3).compress(lines)
    return sign_wire(packed, **{"size": len(lines), **changes})


def sample_lines() -> list[bytes]:
    """The nine lines of the three events."""
    return [line for event in three_events() for line in event.line().split(b"\n")]
