"""What of the stored vectors is kept when they are written anew: what holds zstd, whose output differs by version."""

import json
from pathlib import Path

from sync.protocol.errors import ProtocolError
from tests.vectors import sample

FOLDER = Path(__file__).parent / "protocol"


def stored_wire() -> bytes | None:
    """The batch of the stored vectors, if it still opens to the sample's events."""
    path = FOLDER / "batch.json"
    if not path.exists():
        return None
    wire = bytes.fromhex(json.loads(path.read_bytes())["wire_hex"])
    try:
        return wire if sample.sample_wire(wire) == wire else None
    except ProtocolError:
        return None


def stored_object() -> bytes | None:
    """The sealed object of the stored vectors, if there is one."""
    path = FOLDER / "object.json"
    return bytes.fromhex(json.loads(path.read_bytes())["sealed_hex"]) if path.exists() else None


def stored_muster() -> bytes | None:
    """The muster batch of the stored vectors, if there is one."""
    path = FOLDER / "muster-batch.json"
    return bytes.fromhex(json.loads(path.read_bytes())["wire_hex"]) if path.exists() else None


def stored_snapshot() -> tuple[str, ...]:
    """The codes of the stored snapshot, if there are."""
    path = FOLDER / "muster-snapshot.json"
    return tuple(json.loads(path.read_bytes())["codes"]) if path.exists() else ()
