"""Salted commitments: a header says which body belongs to it without saying anything about the body.

``SHA-256(domain | len | salt | len | body)`` with lengths of 8 bytes, big-endian. When salt and body are
erased, the header, its chain, its signature and its audit proof stay valid, and nothing can be guessed.
"""

import hashlib
import hmac
from collections.abc import Mapping
from enum import Enum
from typing import Annotated

import msgspec

from sync.protocol import exact_json
from sync.protocol.errors import EncodingError, LimitError
from sync.protocol.identifiers import Entropy

SALT_BYTES = 32
MAX_BODY_BYTES = 64 * 1024
_SIZE_BYTES = 8
_SALT_SIZE = SALT_BYTES.to_bytes(_SIZE_BYTES, "big")

SaltHex = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]


class Part(Enum):
    """Which body: the two of an event, or that of an administrative entry; the value is the domain."""

    MUSTER = b"lodge-body-muster-v1\x00"
    FULL = b"lodge-body-full-v1\x00"
    ADMIN = b"lodge-body-admin-v1\x00"


class SealedBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One body with its salt (32 bytes in hex). ``body`` keeps the exact bytes that are committed to."""

    salt: SaltHex
    body: msgspec.Raw

    def bytes(self) -> bytes:
        """The exact JSON bytes of the body."""
        return bytes(self.body)


def seal_body(content: msgspec.Struct | Mapping[str, object], entropy: Entropy) -> SealedBody:
    """Encode a body once and give it a salt of its own.

    Raises:
        EncodingError: something that JSON has no form for.
        LimitError: more than 64 KiB.
    """
    raw = exact_json.encode(content)
    if len(raw) > MAX_BODY_BYTES:
        raise LimitError("a body has more than 64 KiB")
    return SealedBody(salt=entropy(SALT_BYTES).hex(), body=msgspec.Raw(raw))


def commitment(part: Part, sealed: SealedBody) -> str:
    """The commitment, as 64 hex digits, that the header carries for this body."""
    return _commitment(part, sealed.salt, sealed.bytes())


def matches(part: Part, sealed: SealedBody, committed: str) -> bool:
    """Whether this body is the one that the header committed to."""
    return hmac.compare_digest(commitment(part, sealed), committed)


def body_fault(part: Part, sealed: SealedBody, committed: str) -> str | None:
    """Why this body cannot be taken, or ``None``: too large, not the committed one, not exact JSON."""
    raw = sealed.bytes()
    if len(raw) > MAX_BODY_BYTES:
        return "too large"
    if not hmac.compare_digest(_commitment(part, sealed.salt, raw), committed):
        return "not the body that the header commits to"
    try:
        exact_json.require_exact_object(raw, what="a body")
    except (EncodingError, LimitError) as error:
        return str(error)
    return None


def _commitment(part: Part, salt: str, body: bytes) -> str:
    size = len(body).to_bytes(_SIZE_BYTES, "big")
    return hashlib.sha256(b"".join((part.value, _SALT_SIZE, bytes.fromhex(salt), size, body))).hexdigest()
