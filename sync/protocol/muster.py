"""A muster batch: what may be told of another kiosk's log, and by whomever: headers, and muster bodies alone.

``manifest JWS | 0x0A | one zstd frame``; inflated, two lines an event: the exact header, and the muster body with its
salt, or a hyphen (erased, pruned or not given). The maker's signature covers the head, the head covers every header
and each header its body: the carrier can withhold, and neither invent nor change (ADR 52).

Not handled here: how far the signing key is believed, and whether the first header continues anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.protocol import jws
from sync.protocol.batch import (
    MAX_WIRE_BYTES,
    Manifest,
    follow_manifest,
    inflate_lines,
    manifest_hash,
    split_wire,
    verify_manifest,
)
from sync.protocol.chain import Head
from sync.protocol.commitments import MAX_BODY_BYTES, Part, matches
from sync.protocol.errors import ChainError, LimitError, SignatureError
from sync.protocol.events import Event, body_line, decode_header, read_body_line
from sync.protocol.identifiers import sha256_hex

LINES_PER_EVENT = 2
_LEAST_FULL_LINE = 2
"""The bytes of a full body's line that a muster batch leaves out, at least: a hyphen and a line feed."""
_LEVEL = 3
_PRESENT_DOMAIN = b"lodge-present-v1\x00"


@dataclass(frozen=True, slots=True)
class MusterSource:
    """Whose log it must be; all of it from the receiver's own records."""

    tenant: UUID
    site: UUID
    kiosk: UUID
    key: Ed25519PublicKey


@dataclass(frozen=True, slots=True)
class OpenedMusterBatch:
    """A verified muster batch. ``events`` have no full bodies."""

    manifest_jws: str
    manifest: Manifest
    events: tuple[Event, ...]
    heads: tuple[Head, ...]

    @property
    def manifest_hash(self) -> str:
        """SHA-256 of the manifest's JWS, by which a branch names this batch."""
        return manifest_hash(self.manifest_jws)


def seal_muster_batch(manifest_jws: str, events: Sequence[Event]) -> bytes:
    """The wire form. ``events`` are those of the manifest, in order; their full bodies are left out."""
    lines = b"".join(event.raw_header + b"\n" + body_line(event.muster) + b"\n" for event in events)
    packed = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(lines)
    return manifest_jws.encode("ascii") + b"\n" + packed


def read_claim(wire: bytes) -> str:
    """Which epoch a muster batch claims to be of, unverified: only to look up the key that must have signed it.

    Raises:
        EncodingError: not a muster batch.
    """
    return jws.read_header(split_wire(wire)[0], what="a manifest").kid


def open_muster_batch(wire: bytes, source: MusterSource) -> OpenedMusterBatch:
    """Verify a muster batch: signature, then size, then every header, link and body.

    Raises:
        LimitError: larger than allowed.
        EncodingError: not a muster batch in its exact form.
        SignatureError: not signed by the expected kiosk for its organisation.
        ChainError: headers that do not belong to the kiosk or do not lead to the signed head, or a muster body that is
            not the committed one.
    """
    if len(wire) > MAX_WIRE_BYTES:
        raise LimitError("a muster batch has more bytes than allowed")
    signed, packed = split_wire(wire)
    manifest = verify_manifest(signed, key=source.key)
    if (manifest.site, manifest.kiosk) != (source.site, source.kiosk):
        raise SignatureError("the muster batch is of another kiosk")
    if not manifest.aud.endswith(f" {source.tenant}"):
        raise SignatureError("the muster batch is meant for another organisation")
    # The frame itself is unsigned: its claim is held against the signed size before anything is made of it.
    most = manifest.size - _LEAST_FULL_LINE * manifest.count
    events = _read_events(inflate_lines(packed, range(1, most + 1)), manifest.count)
    for event in events:
        _require_committed(event)
    heads = follow_manifest(events, manifest, (source.tenant, source.site, source.kiosk))
    return OpenedMusterBatch(signed, manifest, events, heads)


def present_digest(stays: Sequence[UUID]) -> str:
    """SHA-256, in hex, over the ids of the stays that a list shows, whatever their order."""
    return sha256_hex(_PRESENT_DOMAIN, *sorted(stay.bytes for stay in stays))


def _read_events(lines: list[bytes], count: int) -> tuple[Event, ...]:
    if len(lines) != LINES_PER_EVENT * count:
        raise ChainError("a muster batch has another number of events than signed")
    pairs = zip(lines[::LINES_PER_EVENT], lines[1::LINES_PER_EVENT], strict=True)
    return tuple(Event(raw, decode_header(raw), read_body_line(muster), None) for raw, muster in pairs)


def _require_committed(event: Event) -> None:
    sealed = event.muster
    if sealed is None:
        return
    if len(sealed.bytes()) > MAX_BODY_BYTES:
        raise LimitError("a muster body has more than 64 KiB")
    if not matches(Part.MUSTER, sealed, event.header.muster):
        raise ChainError("a muster body is not the one that its header commits to")
