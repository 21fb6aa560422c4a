"""Events: a header without personal data, and two bodies that hold all of it.

Each part is encoded once; exactly those bytes are hashed, stored and sent, each on a line of its own, so that
nothing inside a body can keep anybody from reading the header (C13).
"""

import re
from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from sync.protocol import exact_json
from sync.protocol.commitments import SALT_BYTES, Part, SealedBody, body_fault
from sync.protocol.errors import EncodingError, LimitError
from sync.protocol.hlc import ClockQuality, HlcText
from sync.protocol.identifiers import Sha256Hex, Thumbprint, sha256_hex
from sync.protocol.kinds import KindText, body_shape_fault

MAX_HEADER_BYTES = 1024
HEADER_DOMAIN = b"lodge-header-v1\x00"
_MAX_INTEGER = 2**53 - 1
LINES_PER_EVENT = 3
_ERASED = b"-"
_SALT_DIGITS = 2 * SALT_BYTES
_SALT_AND_SPACE = re.compile(rb"[0-9a-f]{64} ")

Count = Annotated[int, msgspec.Meta(ge=0, le=_MAX_INTEGER)]
Seq = Annotated[int, msgspec.Meta(ge=1, le=_MAX_INTEGER)]


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What stays for ever about an event, in this order of members.

    ``epoch`` names the key that signs this kiosk's batches; ``prev`` is the hash of the header before it;
    ``stay`` is one person on one visit; ``muster`` and ``full`` commit to the bodies; ``mono`` counts
    milliseconds since the machine (not the program) started, of which ``boot`` names the run.
    """

    v: Literal[1]
    tenant: UUID
    site: UUID
    kiosk: UUID
    epoch: Thumbprint
    seq: Seq
    prev: Sha256Hex
    id: UUID
    kind: KindText
    stay: UUID | None
    muster: Sha256Hex
    full: Sha256Hex
    hlc: HlcText
    clock: ClockQuality
    boot: UUID
    mono: Count


def encode_header(header: Header) -> bytes:
    """The exact bytes of a header."""
    return exact_json.encode(header)


def decode_header(raw: bytes) -> Header:
    """Read a header; refused unless its bytes equal the re-encoding of what they say.

    Raises:
        LimitError: longer than 1,024 bytes.
        EncodingError: not a header of version 1 in its exact form.
    """
    if len(raw) > MAX_HEADER_BYTES:
        raise LimitError("a header has more than 1,024 bytes")
    return exact_json.decode(raw, Header, what="a header")


def header_hash(raw: bytes) -> str:
    """SHA-256 over a domain and the exact header bytes, in hex: the link of the chain."""
    return sha256_hex(HEADER_DOMAIN, raw)


def genesis_hash(epoch: str) -> str:
    """What the first header of an epoch names as its predecessor."""
    return sha256_hex(b"lodge-genesis-v1\x00", epoch.encode("ascii"))


@dataclass(frozen=True, slots=True)
class Event:
    """An event with the exact bytes of its header. Bodies are ``None`` once erased."""

    raw_header: bytes
    header: Header
    muster: SealedBody | None
    full: SealedBody | None

    @property
    def hash(self) -> str:
        """The header's hash, in hex."""
        return header_hash(self.raw_header)

    def line(self) -> bytes:
        """The three lines of a batch that carry this event, without the last line feed.

        The header; then, for the muster body and the full body, salt, space and body, or a hyphen for a body
        that was erased before it was sent.
        """
        return b"\n".join((self.raw_header, body_line(self.muster), body_line(self.full)))

    def fault(self) -> str | None:
        """Why the bodies must be quarantined, or ``None``. The header is sound either way (C13)."""
        committed = ((Part.MUSTER, self.muster, self.header.muster), (Part.FULL, self.full, self.header.full))
        for part, sealed, commitment in committed:
            fault = None if sealed is None else body_fault(part, sealed, commitment)
            if fault is not None:
                return f"{part.name.lower()} body: {fault}"
        return body_shape_fault(
            self.header.kind,
            None if self.muster is None else self.muster.bytes(),
            None if self.full is None else self.full.bytes(),
        )


def read_lines(header: bytes, muster: bytes, full: bytes) -> Event:
    """Read the three lines of an event; whether the bodies can be taken, ``Event.fault`` tells.

    Raises:
        EncodingError: not lines of an event, or the header is not exact.
        LimitError: a header that is too long.
    """
    return Event(header, decode_header(header), read_body_line(muster), read_body_line(full))


def body_line(sealed: SealedBody | None) -> bytes:
    """A body's line: salt, space and body, or a hyphen for one that is not there."""
    return _ERASED if sealed is None else sealed.salt.encode("ascii") + b" " + sealed.bytes()


def read_body_line(line: bytes) -> SealedBody | None:
    """The body of such a line, or ``None`` for a hyphen.

    Raises:
        EncodingError: neither.
    """
    if line == _ERASED:
        return None
    if _SALT_AND_SPACE.match(line) is None:
        raise EncodingError("a body's line has a salt, a space and the body, or a hyphen alone")
    return SealedBody(line[:_SALT_DIGITS].decode("ascii"), msgspec.Raw(line[_SALT_DIGITS + 1 :]))
