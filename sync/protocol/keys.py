"""Ed25519 keys as the protocol names and writes them: RFC 7638 thumbprints, RFC 8037 ``x`` members."""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.protocol.errors import EncodingError

PUBLIC_KEY_BYTES = 32

_FIELD = 2**255 - 19
_ORDER_8 = int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")
_SMALL_ORDER = frozenset({0, 1, _FIELD - 1, _ORDER_8, _FIELD - _ORDER_8})
"""The y coordinates of the points whose order divides 8: for a "key" there, anybody can make signatures."""


def base64url(data: bytes) -> str:
    """RFC 4648 section 5 without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_base64url(text: str, *, what: str) -> bytes:
    """Read unpadded base64url in its only form (unused bits zero).

    Raises:
        EncodingError: other characters, padding, or unused bits set.
    """
    try:
        data = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (ValueError, UnicodeEncodeError) as error:
        raise EncodingError(f"{what} is not base64url") from error
    if base64url(data) != text:
        raise EncodingError(f"{what} is not base64url in its only form")
    return data


def thumbprint(key: Ed25519PublicKey) -> str:
    """RFC 7638 thumbprint (SHA-256, base64url): the ``kid`` of a key everywhere, and the name of an epoch."""
    member = f'{{"crv":"Ed25519","kty":"OKP","x":"{public_text(key)}"}}'
    return base64url(hashlib.sha256(member.encode("ascii")).digest())


def public_text(key: Ed25519PublicKey) -> str:
    """The 32 raw bytes of a public key in base64url (43 characters)."""
    return base64url(key.public_bytes_raw())


def public_key(text: str) -> Ed25519PublicKey:
    """Read what ``public_text`` wrote.

    Raises:
        EncodingError: not 32 bytes in base64url, not in its only form, or a point of small order.
    """
    raw = from_base64url(text, what="public key")
    if len(raw) != PUBLIC_KEY_BYTES:
        raise EncodingError("an Ed25519 public key has 32 bytes")
    y = int.from_bytes(raw, "little") & (1 << 255) - 1
    if y >= _FIELD or y in _SMALL_ORDER:
        raise EncodingError("this Ed25519 public key proves nothing")
    return Ed25519PublicKey.from_public_bytes(raw)


def private_key(raw: bytes) -> Ed25519PrivateKey:
    """A private key from its 32-byte seed (RFC 8032 section 5.1.5)."""
    return Ed25519PrivateKey.from_private_bytes(raw)
