"""Enrolment: a kiosk and the cloud prove to one another that they know the same one-time secret.

The secret never travels. Each side sends a MAC over everything that matters (nonces, the kiosk's new key, the
organisation's root key, the ids), so a man in the middle learns and forges nothing; the kiosk also signs with
its new key to show that it holds it. No trust in TLS is needed, which is why the root can be pinned here.
"""

import hmac
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.protocol import base32
from sync.protocol.errors import CodeError, SignatureError
from sync.protocol.identifiers import Sha256Hex
from sync.protocol.keys import from_base64url, public_key
from sync.protocol.keyspage import MAX_PAGE_BYTES

SECRET_BYTES = 16
LIFETIME_SECONDS = 15 * 60
_DIGITS = 26
_GROUPS = (5, 10, 15, 20, 26)

Hex32 = Sha256Hex
CodeId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}\Z")]
KeyText = Annotated[str, msgspec.Meta(min_length=43, max_length=43)]
SignatureText = Annotated[str, msgspec.Meta(min_length=86, max_length=86)]


@dataclass(frozen=True, slots=True)
class EnrolmentCode:
    """The secret of an enrolment: 128 random bits, single use, valid for 15 minutes."""

    secret: bytes = field(repr=False)

    def typed(self) -> str:
        """The code for people: 26 digits of Crockford's base32 in groups, then the check symbol."""
        digits = base32.encode(self.secret)
        groups = [digits[a:b] for a, b in zip((0, *_GROUPS), _GROUPS, strict=False)]
        return "-".join([*groups, base32.check_symbol(self.secret)])

    @property
    def id(self) -> str:
        """Which code this is, without telling it: 8 bytes of a hash, in hex."""
        return sha256(b"lodge-enrolment-id-v1\x00" + self.secret).hexdigest()[:16]

    @property
    def verifier(self) -> bytes:
        """The 32-byte MAC key that both sides derive; the server keeps it (encrypted), not the secret."""
        kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"lodge-enrolment-v1")
        return kdf.derive(self.secret)


def parse_code(text: str) -> EnrolmentCode:
    """Read a code that somebody typed; case, spaces, hyphens and look-alikes are forgiven.

    Raises:
        CodeError: not a code, or misread (the check symbol tells).
    """
    plain = base32.normalise(text)
    if len(plain) != _DIGITS + 1:
        raise CodeError("an enrolment code has 27 letters and digits")
    secret = base32.decode(plain[:-1], SECRET_BYTES)
    if base32.check_symbol(secret) != plain[-1]:
        raise CodeError("a letter or digit of the code was misread")
    return EnrolmentCode(secret)


class StartRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Kiosk to cloud: which code, a fresh nonce (32 bytes in hex), and the new public key."""

    v: Literal[1]
    code: CodeId
    nonce: Hex32
    key: KeyText


class StartResponse(msgspec.Struct, frozen=True, kw_only=True):
    """Cloud to kiosk: who it will be, whom to trust, and the proof that the cloud knows the secret."""

    v: Literal[1]
    nonce: Hex32
    origin: Annotated[str, msgspec.Meta(max_length=300)]
    tenant: UUID
    site: UUID
    kiosk: UUID
    root: KeyText
    mac: Hex32


class FinishRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Kiosk to cloud: its proof that it knows the secret and holds the private key."""

    v: Literal[1]
    code: CodeId
    nonce: Hex32
    server_nonce: Hex32
    key: KeyText
    mac: Hex32
    signature: SignatureText


class FinishResponse(msgspec.Struct, frozen=True, kw_only=True):
    """Cloud to kiosk: the keys page, signed by the root that the MAC vouched for."""

    v: Literal[1]
    keys: Annotated[str, msgspec.Meta(max_length=MAX_PAGE_BYTES)]


@dataclass(frozen=True, slots=True)
class Transcript:
    """Everything that both sides must have seen alike."""

    code: str
    kiosk_nonce: str
    server_nonce: str
    key: str
    origin: str
    tenant: UUID
    site: UUID
    kiosk: UUID
    root: str

    def bytes(self) -> bytes:
        """The fields in order, each after its length in 4 bytes, big-endian."""
        fields = (
            bytes.fromhex(self.code),
            bytes.fromhex(self.kiosk_nonce),
            bytes.fromhex(self.server_nonce),
            from_base64url(self.key, what="key"),
            self.origin.encode("utf-8"),
            self.tenant.bytes,
            self.site.bytes,
            self.kiosk.bytes,
            from_base64url(self.root, what="root key"),
        )
        return b"".join(len(field).to_bytes(4, "big") + field for field in fields)


def server_mac(verifier: bytes, transcript: Transcript) -> str:
    """The cloud's proof, in hex."""
    return _mac(verifier, b"lodge-enrolment-server-v1\x00", transcript)


def kiosk_mac(verifier: bytes, transcript: Transcript) -> str:
    """The kiosk's proof, in hex."""
    return _mac(verifier, b"lodge-enrolment-kiosk-v1\x00", transcript)


def same_mac(given: str, expected: str) -> bool:
    """Compare two proofs without telling where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8"))


def prove_possession(transcript: Transcript, key: Ed25519PrivateKey) -> bytes:
    """The kiosk's signature over the transcript (64 bytes)."""
    return key.sign(b"lodge-enrolment-key-v1\x00" + transcript.bytes())


def check_possession(transcript: Transcript, signature: bytes) -> None:
    """Check that the other side holds the private half of the transcript's key.

    Raises:
        SignatureError: it does not.
        EncodingError: the key is none.
    """
    try:
        public_key(transcript.key).verify(signature, b"lodge-enrolment-key-v1\x00" + transcript.bytes())
    except InvalidSignature as error:
        raise SignatureError("the kiosk does not hold the key that it names") from error


def _mac(verifier: bytes, label: bytes, transcript: Transcript) -> str:
    return hmac.new(verifier, label + transcript.bytes(), sha256).hexdigest()
