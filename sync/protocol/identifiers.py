"""Identifiers: sortable event ids (UUIDv7), random stay ids (UUIDv4), and SHA-256 in its written form."""

import hashlib
import re
from collections.abc import Callable
from typing import Annotated
from uuid import UUID

import msgspec

Entropy = Callable[[int], bytes]
"""Gives that many random bytes; ``secrets.token_bytes`` outside simulations."""

# \Z, not $: the latter also matches before a line feed at the end.
Sha256Hex = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Thumbprint = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]\Z")]
"""RFC 7638 thumbprint of a public key: 32 bytes in base64url; the last sign carries four bits only."""

_UNIX_MS_BITS = (1 << 48) - 1
_RANDOM_BITS = (1 << 80) - 1 & ~(0xF << 76) & ~(0x3 << 62)
_VERSION_7 = 0x7 << 76 | 0x2 << 62

ZERO_SHA256 = "0" * 64
_SHA256_PATTERN = re.compile(r"[0-9a-f]{64}")
_THUMBPRINT_PATTERN = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")


def event_id(unix_ms: int, entropy: Entropy) -> UUID:
    """A UUIDv7 (RFC 9562 section 5.7): 48 bits of milliseconds since 1970, then 74 random bits."""
    random = int.from_bytes(entropy(10), "big") & _RANDOM_BITS
    return UUID(int=(unix_ms & _UNIX_MS_BITS) << 80 | random | _VERSION_7)


def stay_id(entropy: Entropy) -> UUID:
    """A random UUIDv4: one person on one visit. It tells nothing, not even when."""
    return UUID(bytes=entropy(16), version=4)


def sha256_hex(*parts: bytes) -> str:
    """SHA-256 over the parts in a row, as 64 lower-case hex digits."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def is_sha256_hex(text: str) -> bool:
    """Whether this is a SHA-256 in its written form."""
    return _SHA256_PATTERN.fullmatch(text) is not None


def is_thumbprint(text: str) -> bool:
    """Whether this can be the thumbprint of a key."""
    return _THUMBPRINT_PATTERN.fullmatch(text) is not None
