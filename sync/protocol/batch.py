"""A batch: a signed manifest, a line feed, and the events as zstd-compressed lines, three an event.

The manifest signs the digest and size of the compressed lines, so nothing unsigned is ever decompressed, and
the hash of the last header, which covers every header and, through the commitments, every body.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Literal
from uuid import UUID

import msgspec
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.protocol import exact_json, jws
from sync.protocol.chain import Head, follow
from sync.protocol.errors import ChainError, EncodingError, LimitError, SignatureError
from sync.protocol.events import LINES_PER_EVENT, Event, Seq, genesis_hash, read_lines
from sync.protocol.hlc import HlcText
from sync.protocol.identifiers import Sha256Hex, Thumbprint, sha256_hex
from sync.protocol.keys import thumbprint

TYP = "lodge-batch+jws"
MEDIA_TYPE = "application/vnd.lodge.batch"
MAX_EVENTS = 256
MAX_INFLATED_BYTES = 1024 * 1024
MAX_WIRE_BYTES = MAX_INFLATED_BYTES + 64 * 1024
MAX_MANIFEST_BYTES = 4096
_LEVEL = 3


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a kiosk signs about a batch. ``lines`` is the SHA-256 of the compressed lines, ``size`` their
    inflated length in bytes, ``head`` the hash of the last header, ``hlc`` the device's clock when it signed.
    """

    v: Literal[1]
    aud: Annotated[str, msgspec.Meta(max_length=512)]
    site: UUID
    kiosk: UUID
    epoch: Thumbprint
    first: Seq
    last: Seq
    count: Annotated[int, msgspec.Meta(ge=1, le=MAX_EVENTS)]
    head: Sha256Hex
    hlc: HlcText
    lines: Sha256Hex
    size: Annotated[int, msgspec.Meta(ge=1, le=MAX_INFLATED_BYTES)]


@dataclass(frozen=True, slots=True)
class Expectation:
    """Whom a batch must come from and go to; all of it from the receiver's own records."""

    tenant: UUID
    site: UUID
    kiosk: UUID
    key: Ed25519PublicKey
    audience: str


@dataclass(frozen=True, slots=True)
class OpenedBatch:
    """A verified batch. ``manifest_jws`` is kept: two of them for one seq prove a fork."""

    manifest_jws: str
    manifest: Manifest
    events: tuple[Event, ...]
    heads: tuple[Head, ...]

    @property
    def manifest_hash(self) -> str:
        """SHA-256 of the manifest's JWS, by which a receipt names this batch."""
        return manifest_hash(self.manifest_jws)


def audience(origin: str, tenant: UUID) -> str:
    """For whom a message is: the server's origin and the organisation (C14)."""
    return f"{origin} {tenant}"


def manifest_hash(manifest_jws: str) -> str:
    """SHA-256 of a manifest's JWS, in hex."""
    return sha256_hex(manifest_jws.encode("ascii"))


def seal_batch(events: Sequence[Event], *, key: Ed25519PrivateKey, audience: str, hlc: str) -> bytes:
    """The wire form of consecutive events of one epoch.

    Raises:
        LimitError: none, more than 256, or more than 1 MiB of lines.
    """
    if not 1 <= len(events) <= MAX_EVENTS:
        raise LimitError("a batch has 1 to 256 events")
    lines = b"".join(event.line() + b"\n" for event in events)
    if len(lines) > MAX_INFLATED_BYTES:
        raise LimitError("a batch has more than 1 MiB")
    packed = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(lines)
    first, last = events[0].header, events[-1].header
    manifest = Manifest(
        v=1,
        aud=audience,
        site=last.site,
        kiosk=last.kiosk,
        epoch=thumbprint(key.public_key()),
        first=first.seq,
        last=last.seq,
        count=len(events),
        head=events[-1].hash,
        hlc=hlc,
        lines=sha256(packed).hexdigest(),
        size=len(lines),
    )
    signed = jws.sign(exact_json.encode(manifest), typ=TYP, key=key)
    return signed.encode("ascii") + b"\n" + packed


def open_batch(wire: bytes, expected: Expectation) -> OpenedBatch:
    """Verify a batch: signature first, then digest, then size, then every header and link.

    Raises:
        LimitError: larger than allowed.
        EncodingError: not a batch in its exact form.
        SignatureError: not signed by the expected kiosk for the expected server.
        ChainError: headers that do not belong to the kiosk or do not follow one another.
    """
    if len(wire) > MAX_WIRE_BYTES:
        raise LimitError("a batch has more bytes than allowed")
    signed, packed = split_wire(wire)
    manifest = read_manifest(signed, expected)
    if sha256(packed).hexdigest() != manifest.lines:
        raise SignatureError("the lines are not the ones that were signed")
    events = _read_events(inflate_lines(packed, range(manifest.size, manifest.size + 1)), manifest.count)
    heads = follow_manifest(events, manifest, (expected.tenant, expected.site, expected.kiosk))
    return OpenedBatch(signed, manifest, events, heads)


def read_manifest(signed: str, expected: Expectation) -> Manifest:
    """Verify a manifest alone, as an auditor does after the bodies are gone.

    Raises:
        EncodingError, SignatureError: as ``open_batch``.
    """
    manifest = verify_manifest(signed, key=expected.key)
    if manifest.aud != expected.audience:
        raise SignatureError("the batch is meant for another server or organisation")
    if (manifest.site, manifest.kiosk) != (expected.site, expected.kiosk):
        raise SignatureError("the batch is of another kiosk")
    return manifest


def verify_manifest(signed: str, *, key: Ed25519PublicKey) -> Manifest:
    """A manifest that this key signed; whose site, kiosk and audience it names is for the caller to compare.

    Raises:
        EncodingError: not a manifest in its exact form, or its numbers contradict one another.
        SignatureError: not signed by this key, or it names another.
    """
    payload = jws.verify(signed, typ=TYP, key=key, what="a manifest")
    manifest = exact_json.decode(payload, Manifest, what="a manifest")
    if manifest.epoch != thumbprint(key):
        raise SignatureError("the batch is of another kiosk")
    if manifest.last - manifest.first + 1 != manifest.count:
        raise EncodingError("a manifest's numbers contradict one another")
    return manifest


def split_wire(wire: bytes) -> tuple[str, bytes]:
    """The manifest's JWS, unverified, and what follows its line feed.

    Raises:
        EncodingError: there is no manifest.
    """
    end = wire.find(b"\n", 0, MAX_MANIFEST_BYTES)
    if end < 0:
        raise EncodingError("a batch begins with its manifest and a line feed")
    try:
        return wire[:end].decode("ascii"), wire[end + 1 :]
    except UnicodeDecodeError as error:
        raise EncodingError("a manifest is ASCII") from error


def inflate_lines(packed: bytes, sizes: range) -> list[bytes]:
    """The lines of one zstd frame, which may have one of these sizes (bytes, inflated).

    Raises:
        EncodingError: not one whole frame of such a size, or the last line does not end.
    """
    try:
        # zstandard trusts the frame's own size over max_output_size: a frame may claim terabytes.
        size = zstandard.frame_content_size(packed)
        if size not in sizes:
            raise EncodingError("the lines of a batch are not of a size that its manifest allows")
        lines = zstandard.ZstdDecompressor(max_window_size=1 << 23).decompress(
            packed, max_output_size=size, allow_extra_data=False
        )
    except zstandard.ZstdError as error:
        raise EncodingError("the lines of a batch are not zstd") from error
    if len(lines) != size or not lines.endswith(b"\n"):
        raise EncodingError("the lines of a batch are not of their stated size")
    return lines[:-1].split(b"\n")


def _read_events(lines: list[bytes], count: int) -> tuple[Event, ...]:
    if len(lines) != LINES_PER_EVENT * count:
        raise ChainError("a batch has another number of events than signed")
    return tuple(read_lines(*lines[start : start + LINES_PER_EVENT]) for start in range(0, len(lines), LINES_PER_EVENT))


def follow_manifest(events: tuple[Event, ...], manifest: Manifest, owner: tuple[UUID, UUID, UUID]) -> tuple[Head, ...]:
    """Where the log stands after each event. ``owner``: organisation, site and kiosk that each header must name.

    Raises:
        ChainError: a header of somebody else, or headers that do not lead to the signed head.
    """
    heads: list[Head] = []
    if manifest.first == 1 and events[0].header.prev != genesis_hash(manifest.epoch):
        raise ChainError("the first header of an epoch does not name its beginning")
    head = Head(manifest.epoch, manifest.first - 1, events[0].header.prev)
    for event in events:
        if (event.header.tenant, event.header.site, event.header.kiosk) != owner:
            raise ChainError("a header belongs to another kiosk")
        head = follow(head, event)
        heads.append(head)
    if head.hash != manifest.head:
        raise ChainError("the last header is not the one that was signed")
    return tuple(heads)
