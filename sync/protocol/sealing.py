"""Photos and signatures, sealed on the kiosk so that afterwards only the organisation's server can open them.

Each object is encrypted under a random key of its own, and that key is sealed to the organisation's sealing key by
HPKE (RFC 9180: base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM). Keeping and sending them is not
handled here.
"""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from sync.protocol.errors import EncodingError, LimitError, SignatureError
from sync.protocol.identifiers import Entropy
from sync.protocol.keys import base64url, from_base64url

MAX_OBJECT_BYTES = 2 * 1024 * 1024
OBJECT_DOMAIN = b"lodge-object-v1\x00"
KEY_DOMAIN = b"lodge-object-key-v1\x00"
KEY_BYTES = 32
_KID_BYTES, _SEALED_KEY_BYTES, _TAG_BYTES = 32, 32 + 32 + 16, 16
HEADER_BYTES = len(OBJECT_DOMAIN) + _KID_BYTES + _SEALED_KEY_BYTES
MAX_CONTENT_BYTES = MAX_OBJECT_BYTES - HEADER_BYTES - _TAG_BYTES

_ONCE = bytes(12)
"""The nonce: an object's key encrypts one content, ever."""
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_ANYBODY = X25519PrivateKey.from_private_bytes(bytes(range(32)))


@dataclass(frozen=True, slots=True)
class SealingKey:
    """A public key that objects are sealed to; ``kid`` is its RFC 7638 thumbprint."""

    kid: str
    public: X25519PublicKey


@dataclass(frozen=True, slots=True)
class ObjectName:
    """What an object is bound to: moved to another organisation or under another id, it does not open."""

    tenant: UUID
    id: UUID

    def bound(self, domain: bytes) -> bytes:
        """The bytes that stand for it in a seal."""
        return domain + self.tenant.bytes + self.id.bytes


@dataclass(frozen=True, slots=True)
class ObjectParts:
    """A sealed object taken apart: the key it is sealed to, its own key as sealed, the encrypted content."""

    kid: str
    sealed_key: bytes
    ciphertext: bytes


def sealing_kid(public: X25519PublicKey) -> str:
    """RFC 7638 thumbprint of an X25519 key (RFC 8037)."""
    member = f'{{"crv":"X25519","kty":"OKP","x":"{sealing_text(public)}"}}'
    return base64url(hashlib.sha256(member.encode("ascii")).digest())


def sealing_text(public: X25519PublicKey) -> str:
    """The 32 raw bytes of a sealing key in base64url (43 characters)."""
    return base64url(public.public_bytes_raw())


def read_sealing_key(text: str) -> SealingKey:
    """Read what ``sealing_text`` wrote.

    Raises:
        EncodingError: not 32 bytes in base64url in its only form, or a point of small order, for which the shared
            secret is known to everybody (RFC 7748 section 6.1).
    """
    raw = from_base64url(text, what="a sealing key")
    if len(raw) != KEY_BYTES:
        raise EncodingError("an X25519 public key has 32 bytes")
    public = X25519PublicKey.from_public_bytes(raw)
    try:
        _ANYBODY.exchange(public)
    except ValueError as error:
        raise EncodingError("this X25519 public key keeps nothing secret") from error
    return SealingKey(sealing_kid(public), public)


def seal_object(content: bytes, *, name: ObjectName, key: SealingKey, entropy: Entropy) -> bytes:
    """The sealed object, as it is kept, hashed and sent.

    Raises:
        LimitError: empty, or so large that the sealed object would have more than 2 MiB.
    """
    if not 0 < len(content) <= MAX_CONTENT_BYTES:
        raise LimitError("an object is empty or has more than 2 MiB")
    own = entropy(KEY_BYTES)
    sealed_key = _SUITE.encrypt(own, key.public, name.bound(KEY_DOMAIN))
    ciphertext = AESGCM(own).encrypt(_ONCE, content, name.bound(OBJECT_DOMAIN))
    return OBJECT_DOMAIN + from_base64url(key.kid, what="a kid") + sealed_key + ciphertext


def read_object(sealed: bytes) -> ObjectParts:
    """Take a sealed object apart.

    Raises:
        LimitError: more than 2 MiB.
        EncodingError: not an object of version 1.
    """
    if len(sealed) > MAX_OBJECT_BYTES:
        raise LimitError("a sealed object has more than 2 MiB")
    if not sealed.startswith(OBJECT_DOMAIN) or len(sealed) <= HEADER_BYTES + _TAG_BYTES:
        raise EncodingError("this is not a sealed object of version 1")
    start, end = len(OBJECT_DOMAIN), len(OBJECT_DOMAIN) + _KID_BYTES
    return ObjectParts(base64url(sealed[start:end]), sealed[end:HEADER_BYTES], sealed[HEADER_BYTES:])


def open_object_key(parts: ObjectParts, *, name: ObjectName, key: X25519PrivateKey) -> bytes:
    """The object's own key (32 bytes).

    Raises:
        SignatureError: sealed to another key, for another organisation or id, or changed.
    """
    if parts.kid != sealing_kid(key.public_key()):
        raise SignatureError("the object is sealed to another key")
    try:
        own: bytes = _SUITE.decrypt(parts.sealed_key, key, name.bound(KEY_DOMAIN))
    except (InvalidTag, ValueError) as error:
        raise SignatureError("the object's key does not open") from error
    if len(own) != KEY_BYTES:
        raise SignatureError("the object's key is not a key")
    return own


def open_content(ciphertext: bytes, *, name: ObjectName, own: bytes) -> bytes:
    """The content under the object's own key.

    Raises:
        SignatureError: another key, organisation or id, or changed.
    """
    try:
        return AESGCM(own).decrypt(_ONCE, ciphertext, name.bound(OBJECT_DOMAIN))
    except (InvalidTag, ValueError) as error:
        raise SignatureError("the object does not open") from error
