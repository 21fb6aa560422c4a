"""Codes on badges and invitations: nothing personal, at most 160 signs of QR's alphanumeric mode.

Bytes: version 1, purpose, 8 bytes of the key's thumbprint, subject (a stay or an invitation, 16 bytes),
expiry (seconds since 1970, 4 bytes), Ed25519 signature over a domain, the organisation's id and all before.
"""

from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.protocol import base32, base45
from sync.protocol.errors import CodeError
from sync.protocol.keys import from_base64url, thumbprint

MAX_SIGNS = 160
_VERSION = 1
_SIGNED_BYTES = 30
_BYTES = _SIGNED_BYTES + 64
_DOMAIN = b"lodge-code-v1\x00"


class Purpose(IntEnum):
    """What a code is for."""

    DEPARTURE = 1
    INVITATION = 2


@dataclass(frozen=True, slots=True)
class Code:
    """What a code claims; believe it only after ``check_code``. ``expires_s``: seconds since 1970."""

    purpose: Purpose
    key_id: bytes
    subject: UUID
    expires_s: int
    signature: bytes

    def signed_bytes(self) -> bytes:
        """The bytes before the signature."""
        head = bytes([_VERSION, self.purpose])
        return head + self.key_id + self.subject.bytes + self.expires_s.to_bytes(4, "big")


def key_id(key: Ed25519PublicKey) -> bytes:
    """The first 8 bytes of a key's thumbprint."""
    return from_base64url(thumbprint(key), what="thumbprint")[:8]


def sign_code(purpose: Purpose, subject: UUID, *, tenant: UUID, expires_s: int, key: Ed25519PrivateKey) -> str:
    """The text of the code (141 signs)."""
    unsigned = Code(purpose, key_id(key.public_key()), subject, expires_s, b"")
    message = unsigned.signed_bytes()
    return base45.encode(message + key.sign(_DOMAIN + tenant.bytes + message))


def read_code(text: str) -> Code:
    """Read the text of a code, unverified, to find the key that it names (C33).

    Raises:
        CodeError: not one of our codes.
    """
    if len(text) > MAX_SIGNS:
        raise CodeError("this is not one of our codes")
    data = base45.decode(text)
    if len(data) != _BYTES or data[0] != _VERSION:
        raise CodeError("this is not one of our codes")
    try:
        purpose = Purpose(data[1])
    except ValueError as error:
        raise CodeError("this code is for something that this version does not know") from error
    return Code(
        purpose,
        data[2:10],
        UUID(bytes=data[10:26]),
        int.from_bytes(data[26:_SIGNED_BYTES], "big"),
        data[_SIGNED_BYTES:],
    )


def check_code(code: Code, *, key: Ed25519PublicKey, tenant: UUID) -> None:
    """Check the signature; expiry is for the caller, who has a clock and knows what it is worth.

    Raises:
        CodeError: signed by another key or for another organisation.
    """
    if code.key_id != key_id(key):
        raise CodeError("this code is signed by another key")
    try:
        key.verify(code.signature, _DOMAIN + tenant.bytes + code.signed_bytes())
    except InvalidSignature as error:
        raise CodeError("this code may be for another place") from error


def readable_code(subject: UUID) -> str:
    """The 8 letters and digits under a badge's code, for typing."""
    return base32.encode(sha256(b"lodge-readable-v1\x00" + subject.bytes).digest()[:5])
