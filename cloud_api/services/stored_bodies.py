"""Full bodies as they are stored, read back into their shapes."""

import msgspec

from sync.protocol import exact_json
from sync.protocol.audit import AdminBody
from sync.protocol.commitments import SealedBody
from sync.protocol.errors import ProtocolError
from sync.protocol.kinds import BODIES
from sync.protocol.repeats import Again, repeated_from


def read_full_body(kind: str, sealed: bytes | None) -> msgspec.Struct | None:
    """A full body in its shape from its sealed-body JSON, or ``None`` where there is none that can be read."""
    opened = None if kind not in BODIES else _open(sealed)
    if opened is None:
        return None
    try:
        return exact_json.read(opened.bytes(), BODIES[kind][1], what="a body")
    except ProtocolError:
        return None


def first_recorded(sealed: bytes | None) -> Again | None:
    """Which event this one repeats (ADR 51), from its full body's sealed-body JSON; ``None`` where it repeats none."""
    return repeated_from(_open(sealed))


def read_admin_body(sealed: bytes | None) -> AdminBody | None:
    """The body of an administrative act from its sealed-body JSON, or ``None`` where there is none that can be read."""
    opened = _open(sealed)
    if opened is None:
        return None
    try:
        return exact_json.read(opened.bytes(), AdminBody, what="the body of an act")
    except ProtocolError:
        return None


def _open(sealed: bytes | None) -> SealedBody | None:
    if sealed is None or sealed == b"null":
        return None
    try:
        return exact_json.read(sealed, SealedBody, what="a stored body")
    except ProtocolError:
        return None
