"""The golden vectors, and the keys that sign in them: their seeds are published with them and open nothing."""

import json
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.protocol import jws
from sync.protocol.batch import Expectation
from sync.protocol.keys import private_key

_VECTORS = Path(__file__).resolve().parents[2] / "tests" / "vectors" / "protocol"


@cache
def vector(name: str) -> Any:  # noqa: ANN401 -- JSON, of another shape in each file
    """One file of golden vectors."""
    return json.loads((_VECTORS / f"{name}.json").read_text(encoding="utf-8"))


@cache
def key_of(name: str) -> Ed25519PrivateKey:
    """A key of the vectors: ``kiosk epoch 1``, ``root``, ``receipt``, ``feed``, ``log`` ..."""
    return private_key(bytes.fromhex(vector("keys")[name]["seed_hex"]))


def signed(payload: bytes, *, typ: str, key: str) -> str:
    """A JWS over any bytes at all, as the holder of the key could make it."""
    return jws.sign(payload, typ=typ, key=key_of(key))


_HEADER = json.loads(vector("event")["header"])
EPOCH_KEY = "kiosk epoch 1"
EPOCH = str(vector("keys")[EPOCH_KEY]["thumbprint"])
TENANT, SITE, KIOSK = (UUID(_HEADER[name]) for name in ("tenant", "site", "kiosk"))
AUDIENCE = str(vector("batch")["audience"])
LOG = str(vector("checkpoint")["origin"])
EXPECTED = Expectation(TENANT, SITE, KIOSK, key_of(EPOCH_KEY).public_key(), AUDIENCE)


@cache
def event_lines() -> tuple[tuple[bytes, ...], ...]:
    """The three lines of each sample event."""
    return tuple(tuple(line.encode() for line in event["lines"]) for event in vector("chain")["events"])


@cache
def batch_wire() -> bytes:
    """The sample batch as sent."""
    return bytes.fromhex(vector("batch")["wire_hex"])


@cache
def archive_members() -> dict[str, bytes]:
    """The members of the sample export."""
    return {name: text.encode() for name, text in vector("archive").items()}
