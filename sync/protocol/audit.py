"""Entries of an organisation's audit log: device headers and administrative acts in one Merkle tree.

A leaf holds the *hash* of a header, not the header, so that a header may shrink to its hash when its own
retention ends while every proof stays valid.
"""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from sync.protocol import exact_json
from sync.protocol.commitments import Part, SealedBody, body_fault, commitment, seal_body
from sync.protocol.errors import EncodingError, ProofError
from sync.protocol.events import Count, decode_header, header_hash
from sync.protocol.identifiers import Entropy, Sha256Hex, event_id, sha256_hex
from sync.protocol.kinds import KindText
from sync.protocol.merkle import leaf_hash

_ADMIN_DOMAIN = b"lodge-admin-header-v1\x00"
_LEAF_DOMAINS = {"device": b"lodge-leaf-device-v1\x00", "admin": b"lodge-leaf-admin-v1\x00"}

Line = Annotated[str, msgspec.Meta(max_length=1000)]


class EntryType(StrEnum):
    """Where an entry comes from."""

    DEVICE = "device"
    ADMIN = "admin"


class AdminHeader(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What stays for ever about an administrative act. ``at_ms``: the server's milliseconds since 1970."""

    v: Literal[1]
    tenant: UUID
    id: UUID
    kind: KindText
    at_ms: Count
    body: Sha256Hex


class AdminBody(msgspec.Struct, frozen=True, kw_only=True):
    """The personal and erasable part: who did it, from where, why, and the particulars."""

    actor: Line
    address: Line
    reason: Line
    detail: dict[Line, Line]


class EntryLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One entry of an export, in exact form. ``header`` is ``null`` once it has shrunk to ``hash``; ``body``
    once erased or for device events, whose bodies an export does not carry.
    """

    type: EntryType
    hash: Sha256Hex
    header: msgspec.Raw
    body: SealedBody | None

    @property
    def raw_header(self) -> bytes | None:
        """The exact bytes of the header, or ``None`` once it has shrunk."""
        raw = bytes(self.header)
        return None if raw == b"null" else raw


def make_admin_entry(
    kind: str, body: AdminBody, *, tenant: UUID, at_ms: int, entropy: Entropy
) -> tuple[bytes, SealedBody]:
    """The exact header bytes of an act, and its body with its salt."""
    sealed = seal_body(body, entropy)
    header = AdminHeader(
        v=1,
        tenant=tenant,
        id=event_id(at_ms, entropy),
        kind=kind,
        at_ms=at_ms,
        body=commitment(Part.ADMIN, sealed),
    )
    return exact_json.encode(header), sealed


def admin_header_hash(raw: bytes) -> str:
    """SHA-256 over a domain and the exact bytes of an administrative header, in hex."""
    return sha256_hex(_ADMIN_DOMAIN, raw)


def decode_admin_header(raw: bytes) -> AdminHeader:
    """Read an administrative header in its exact form.

    Raises:
        EncodingError: it is not one.
    """
    return exact_json.decode(raw, AdminHeader, what="an administrative header")


def entry_hash(entry: EntryType, raw_header: bytes) -> str:
    """The hash of either kind of header, in hex."""
    return header_hash(raw_header) if entry is EntryType.DEVICE else admin_header_hash(raw_header)


def entry_leaf(entry: EntryType, hash_hex: str) -> bytes:
    """The RFC 6962 leaf hash (32 bytes) of an entry, from the hash of its header."""
    return leaf_hash(_LEAF_DOMAINS[entry.value] + bytes.fromhex(hash_hex))


def entry_line(entry: EntryType, raw_header: bytes | None, hash_hex: str, body: SealedBody | None) -> bytes:
    """A line of an export, without its line feed. ``raw_header`` is ``None`` once the header has shrunk."""
    header = msgspec.Raw(b"null" if raw_header is None else raw_header)
    return exact_json.encode(EntryLine(type=entry, hash=hash_hex, header=header, body=body))


def read_entry(line: bytes) -> EntryLine:
    """Read a line of an export and check that its parts belong together.

    Raises:
        EncodingError: not an entry, or a header that is not exact.
        ProofError: the header is not the one hashed, or the body not the one committed to.
    """
    entry = exact_json.decode(line, EntryLine, what="an entry")
    raw = entry.raw_header
    if raw is None:
        if entry.body is not None:
            raise EncodingError("an entry has a body without a header")
        return entry
    if entry_hash(entry.type, raw) != entry.hash:
        raise ProofError("a header is not the one that was hashed")
    if entry.type is EntryType.DEVICE:
        decode_header(raw)
        if entry.body is not None:
            raise EncodingError("an export carries no bodies of device events")
    else:
        committed = decode_admin_header(raw).body
        fault = None if entry.body is None else body_fault(Part.ADMIN, entry.body, committed)
        if fault is not None:
            raise ProofError(f"the body of an entry is faulty: {fault}")
    return entry
