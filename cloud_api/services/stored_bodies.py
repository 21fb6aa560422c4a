"""Full bodies as they are stored, read back into their shapes."""

import msgspec

from sync.protocol import exact_json
from sync.protocol.commitments import SealedBody
from sync.protocol.errors import ProtocolError
from sync.protocol.kinds import BODIES


def read_full_body(kind: str, sealed: bytes | None) -> msgspec.Struct | None:
    """A full body in its shape from its sealed-body JSON, or ``None`` where there is none that can be read."""
    if sealed is None or sealed == b"null" or kind not in BODIES:
        return None
    try:
        raw = exact_json.read(sealed, SealedBody, what="a stored body").bytes()
        return exact_json.read(raw, BODIES[kind][1], what="a body")
    except ProtocolError:
        return None
