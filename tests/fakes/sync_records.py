"""A kiosk's records in a folder, with a clock that tests turn, as small as tests need them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.device.database import DeviceDatabase
from sync.device.event_log import EventLog
from sync.device.witness import Witness
from sync.protocol.chain import Act, Identity
from sync.protocol.hlc import ClockQuality
from sync.protocol.identifiers import stay_id
from sync.protocol.keys import thumbprint
from sync.protocol.kinds import (
    NOTHING,
    ArrivedFull,
    ArrivedMuster,
    BadgeRequestedFull,
    ConsentFull,
    DepartedFull,
    Kind,
)

DATABASE_KEY = bytes(range(32))
NOON_MS = 1_790_000_000_000


class TurnedClock:
    """A clock that stands still until a test turns it."""

    def __init__(self, wall_ms: int = NOON_MS) -> None:
        self.boot = UUID(int=7, version=4)
        self.wall = wall_ms
        self.mono = 1000
        self.believed = ClockQuality.NTP
        self.anchors: list[int] = []

    def wall_ms(self) -> int:
        return self.wall

    def mono_ms(self) -> int:
        return self.mono

    def quality(self) -> ClockQuality:
        return self.believed

    def anchor(self, server_ms: int) -> None:
        self.anchors.append(server_ms)


class Bytes:
    """Entropy that is the same in every run."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def __call__(self, count: int) -> bytes:
        return self._random.randbytes(count)


@dataclass
class Records:
    """The part of a kiosk that needs no cloud: database, witness and log of one identity."""

    folder: Path
    clock: TurnedClock
    identity: Identity
    database: DeviceDatabase
    witness: Witness
    log: EventLog

    def close(self) -> None:
        self.witness.close()
        self.database.close()

    def reopen(self) -> Records:
        self.close()
        return open_records(self.folder, identity=self.identity, clock=self.clock)


def some_identity(seed: int = 1) -> Identity:
    key = Ed25519PrivateKey.from_private_bytes(Bytes(seed)(32))
    return Identity(
        UUID(int=1, version=4), UUID(int=2, version=4), UUID(int=3, version=4), thumbprint(key.public_key())
    )


def open_records(
    folder: Path, *, identity: Identity | None = None, clock: TurnedClock | None = None, floor_ms: int = 0
) -> Records:
    """Open, or make, the records in a folder; nothing stays open when that fails."""
    identity, clock = identity or some_identity(), clock or TurnedClock()
    database = DeviceDatabase(folder / "lodge.db", DATABASE_KEY)
    witness = Witness(folder / "witness")
    try:
        log = EventLog(
            database,
            identity=identity,
            clock=clock,
            witness=witness,
            entropy=random.SystemRandom().randbytes,
            build_floor_ms=floor_ms,
        )
    except BaseException:
        witness.close()
        database.close()
        raise
    return Records(folder, clock, identity, database, witness, log)


def arrival(name: str = "Ada Sample", stay: UUID | None = None) -> list[Act]:
    """What one check-in records: the arrival, two consents and the badge."""
    stay = stay or stay_id(random.SystemRandom().randbytes)
    muster = ArrivedMuster(
        name=name, company="Thistledown Works", host="Grace Sample", zone="Mill Lane", assistance=False
    )
    full = ArrivedFull(
        type="visitor",
        language="en",
        host_id=UUID(int=9, version=4),
        email="ada@example.org",
        phone="",
        answers={"car": "none"},
    )
    consents = [
        ConsentFull(purpose=purpose, document="rules", version="1", sha256="ab" * 32, language="en", granted=True)
        for purpose in ("document", "photo")
    ]
    return [
        Act(Kind.VISITOR_ARRIVED, stay, muster, full),
        *(Act(Kind.CONSENT_RECORDED, stay, NOTHING, consent) for consent in consents),
        Act(Kind.BADGE_REQUESTED, stay, NOTHING, BadgeRequestedFull(medium="62", photo=False)),
    ]


def departure(stay: UUID) -> list[Act]:
    return [Act(Kind.VISITOR_DEPARTED, stay, full=DepartedFull(method="badge"))]
