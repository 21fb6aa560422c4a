"""The evacuation list as it stood, in QR codes on its paper: signed parts that can each be read alone (ADR 0089).

A part: 28 bytes that say which list it is of and which people it holds, one zstd frame of exact JSON (the site's name
and an array for each person), and an Ed25519 signature over a domain, the organisation's id and all before. Muster
bodies alone go in: what a list on paper shows anyway, and the readable code that stands on each badge.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated, Self
from uuid import UUID

import msgspec
import zstandard
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.protocol import base45, exact_json
from sync.protocol.codes import key_id
from sync.protocol.errors import CodeError, EncodingError, LimitError
from sync.protocol.kinds import Line

MAX_SIGNS = 4_296
"""As many signs of the alphanumeric mode as the largest QR code holds."""
MAX_PARTS = 255
MAX_PEOPLE = 65_535
_FORMAT = 0x21
_HEAD_BYTES = 28
_SIGNATURE_BYTES = 64
_MAX_INFLATED = 65_536
_LEVEL = 19
_DOMAIN = b"lodge-muster-snapshot-v1\x00"
_DAMAGED, _UNCONFIRMED = 4, 8
_FRESHNESS_BITS = 3
_KNOWN_FLAGS = _FRESHNESS_BITS | _DAMAGED | _UNCONFIRMED
_SITE_SIGNS, _SHORT_NAME, _SHORT_TEXT = 24, 48, 12
"""The site's name, and the texts of somebody who fills a code alone: what still fits a small code, in any script."""
_CUT = "\u2026"
_FOREIGN = "this is not a code of an evacuation list"

Minutes = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
Readable = Annotated[str, msgspec.Meta(max_length=8)]


class SnapshotFreshness(IntEnum):
    """How far the kiosk believed its list."""

    COMPLETE = 0
    STALE = 1
    UNKNOWN = 2


class ListedPerson(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One person. ``name`` is empty for an unnamed person; ``minutes``: on site for so long when the list was made;
    ``readable``: the 8 signs on the badge, empty where they are not known.
    """

    name: Line
    company: Line
    host: Line
    zone: Line
    minutes: Minutes
    assistance: bool
    readable: Readable


class _Content(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    site: Line
    people: tuple[ListedPerson, ...]


@dataclass(frozen=True, slots=True)
class SnapshotHead:
    """What is true of the whole list. ``digest``: the first 8 bytes of ``muster.present_digest`` over the stays that
    it shows; ``as_of_s``: seconds since 1970, by the kiosk's clock.
    """

    digest: bytes
    as_of_s: int
    freshness: SnapshotFreshness
    damaged: bool
    unconfirmed: bool
    site: str


@dataclass(frozen=True, slots=True)
class SnapshotPart:
    """What one code claims; believe it only after ``check_part``. ``number`` counts from 1, ``first`` from 0."""

    key_id: bytes
    head: SnapshotHead
    number: int
    parts: int
    first: int
    total: int
    people: tuple[ListedPerson, ...]
    signed: bytes
    signature: bytes

    def is_of(self, other: Self) -> bool:
        """Whether both are parts of one list."""
        return (self.key_id, self.head, self.parts, self.total) == (other.key_id, other.head, other.parts, other.total)


def seal_snapshot(
    head: SnapshotHead,
    people: Sequence[ListedPerson],
    *,
    most_signs: int,
    tenant: UUID,
    key: Ed25519PrivateKey,
) -> tuple[str, ...]:
    """The texts of the codes that hold the list, each at most ``most_signs`` long; one code for a list of nobody.

    Raises:
        LimitError: it takes more than 255 codes, or a code is too small for one person.
        EncodingError: a text cannot be written.
    """
    room = most_signs // 3 * 2 - _HEAD_BYTES - _SIGNATURE_BYTES
    shares: list[tuple[int, int, bytes]] = []
    start = 0
    while start < len(people) or not shares:
        count, packed = _fill(_cut(head.site, _SITE_SIGNS), people[start:], room)
        shares.append((start, count, packed))
        start += count
    if len(shares) > MAX_PARTS or len(people) > MAX_PEOPLE:
        raise LimitError("this list is too long for codes on paper")
    own = key_id(key.public_key())
    texts = []
    for number, (first, _, packed) in enumerate(shares, 1):
        message = _head_bytes(own, head, (number, len(shares), first, len(people))) + packed
        texts.append(base45.encode(message + key.sign(_DOMAIN + tenant.bytes + message)))
    return tuple(texts)


def _fill(site: str, people: Sequence[ListedPerson], room: int) -> tuple[int, bytes]:
    """How many of these people fit, and the frame that holds them."""
    whole = _pack(site, people)
    if len(whole) <= room:
        return len(people), whole
    fits, too_many, best = 0, len(people), b""
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        packed = _pack(site, people[:middle])
        if len(packed) <= room:
            fits, best = middle, packed
        else:
            too_many = middle
    if fits:
        return fits, best
    packed = _pack(site, [_shortened(people[0])])
    if len(packed) > room:
        raise LimitError("this code is too small for a person")
    return 1, packed


def _shortened(person: ListedPerson) -> ListedPerson:
    return ListedPerson(
        _cut(person.name, _SHORT_NAME),
        _cut(person.company, _SHORT_TEXT),
        _cut(person.host, _SHORT_TEXT),
        _cut(person.zone, _SHORT_TEXT),
        person.minutes,
        person.assistance,
        person.readable,
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + _CUT


def _pack(site: str, people: Sequence[ListedPerson]) -> bytes:
    content = exact_json.encode(_Content(site, tuple(people)))
    return zstandard.ZstdCompressor(level=_LEVEL, write_checksum=False).compress(content)


def _head_bytes(own: bytes, head: SnapshotHead, place: tuple[int, int, int, int]) -> bytes:
    number, parts, first, total = place
    flags = head.freshness | (_DAMAGED if head.damaged else 0) | (_UNCONFIRMED if head.unconfirmed else 0)
    return (
        bytes([_FORMAT, flags])
        + own
        + head.digest
        + (min(max(head.as_of_s, 0), 2**32 - 1)).to_bytes(4, "big")
        + bytes([number, parts])
        + first.to_bytes(2, "big")
        + total.to_bytes(2, "big")
    )


def read_part(text: str) -> SnapshotPart:
    """Read the text of a code, unverified, to find the key that it names.

    Raises:
        CodeError: not a code of an evacuation list.
    """
    if len(text) > MAX_SIGNS:
        raise CodeError(_FOREIGN)
    data = base45.decode(text)
    if len(data) <= _HEAD_BYTES + _SIGNATURE_BYTES or data[0] != _FORMAT:
        raise CodeError(_FOREIGN)
    signed, signature = data[:-_SIGNATURE_BYTES], data[-_SIGNATURE_BYTES:]
    flags, freshness = data[1], data[1] & _FRESHNESS_BITS
    number, parts = data[22], data[23]
    first, total = int.from_bytes(data[24:26], "big"), int.from_bytes(data[26:28], "big")
    content = _unpack(signed[_HEAD_BYTES:])
    if flags & ~_KNOWN_FLAGS or freshness not in set(SnapshotFreshness):
        raise CodeError("this code is of a version that this program does not know")
    if not 1 <= number <= parts or first + len(content.people) > total:
        raise CodeError(_FOREIGN)
    head = SnapshotHead(
        digest=data[10:18],
        as_of_s=int.from_bytes(data[18:22], "big"),
        freshness=SnapshotFreshness(freshness),
        damaged=bool(flags & _DAMAGED),
        unconfirmed=bool(flags & _UNCONFIRMED),
        site=content.site,
    )
    return SnapshotPart(data[2:10], head, number, parts, first, total, content.people, signed, signature)


def _unpack(packed: bytes) -> _Content:
    try:
        # A frame may claim any size; zstandard believes it over max_output_size.
        size = zstandard.frame_content_size(packed)
        if not 0 <= size <= _MAX_INFLATED:
            raise CodeError(_FOREIGN)
        inflated = zstandard.ZstdDecompressor(max_window_size=1 << 23).decompress(
            packed, max_output_size=size, allow_extra_data=False
        )
        return exact_json.decode(inflated, _Content, what="a list's code")
    except (zstandard.ZstdError, EncodingError) as error:
        raise CodeError(_FOREIGN) from error


def check_part(part: SnapshotPart, *, key: Ed25519PublicKey, tenant: UUID) -> None:
    """Check the signature.

    Raises:
        CodeError: signed by another key or for another organisation.
    """
    if part.key_id != key_id(key):
        raise CodeError("this code is signed by another key")
    try:
        key.verify(part.signature, _DOMAIN + tenant.bytes + part.signed)
    except InvalidSignature as error:
        raise CodeError("this code may be for another place") from error


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Parts of one list put together. ``missing``: the numbers of the codes that were not given."""

    head: SnapshotHead
    key_id: bytes
    total: int
    people: tuple[ListedPerson, ...]
    missing: tuple[int, ...]


def join_parts(parts: Sequence[SnapshotPart], *, checked: Callable[[SnapshotPart], None]) -> Snapshot:
    """Put the parts of one list together, each once and only after ``checked`` let it pass.

    Raises:
        CodeError: no part, parts of two lists, or people that overlap; and whatever ``checked`` raises.
    """
    if not parts:
        raise CodeError(_FOREIGN)
    for part in parts:
        checked(part)
    if not all(part.is_of(parts[0]) for part in parts):
        raise CodeError("these codes are of two different lists")
    own = {part.number: part for part in parts}
    ordered = [own[number] for number in sorted(own)]
    people: list[ListedPerson] = []
    reached = 0
    for part in ordered:
        if part.first < reached:
            raise CodeError(_FOREIGN)
        reached = part.first + len(part.people)
        people += part.people
    missing = tuple(number for number in range(1, parts[0].parts + 1) if number not in own)
    if not missing and len(people) != parts[0].total:
        raise CodeError("these codes hold fewer people than they claim")
    return Snapshot(parts[0].head, parts[0].key_id, parts[0].total, tuple(people), missing)
