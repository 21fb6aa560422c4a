"""HPKE in base mode as RFC 9180 writes it out, for DHKEM(X25519, HKDF-SHA256) and HKDF-SHA256 (sections 4 to 6).

The library seals with an ephemeral key of its own making. Where the same bytes must come out every time (published
values, seeded runs), the text of the RFC does it with a given one.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

AEADS: dict[str, tuple[type[AESGCM | ChaCha20Poly1305], int]] = {
    "1": (AESGCM, 16),
    "2": (AESGCM, 32),
    "3": (ChaCha20Poly1305, 32),
}
"""By the identifiers of section 7.3: the cipher and the size of its key in bytes."""
KEM_SUITE = b"KEM\x00\x20"


def extract(suite: bytes, salt: bytes, label: bytes, secret: bytes) -> bytes:
    """RFC 9180 section 4, LabeledExtract."""
    return hmac.new(salt or bytes(32), b"HPKE-v1" + suite + label + secret, hashlib.sha256).digest()


def expand(suite: bytes, secret: bytes, label: bytes, info: bytes, size: int) -> bytes:
    """RFC 9180 section 4, LabeledExpand; one block is always enough here."""
    assert size <= 32
    text = size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info + b"\x01"
    return hmac.new(secret, text, hashlib.sha256).digest()[:size]


def shared_secret(exchanged: bytes, enc: bytes, receiver: bytes) -> bytes:
    """RFC 9180 section 4.1, ExtractAndExpand of DHKEM(X25519, HKDF-SHA256)."""
    pseudorandom = extract(KEM_SUITE, b"", b"eae_prk", exchanged)
    return expand(KEM_SUITE, pseudorandom, b"shared_secret", enc + receiver, 32)


def key_and_nonce(aead: str, secret: bytes, info: bytes) -> tuple[bytes, bytes]:
    """RFC 9180 section 5.1, KeySchedule in base mode."""
    suite = b"HPKE\x00\x20\x00\x01" + int(aead).to_bytes(2, "big")
    context = b"\0" + extract(suite, b"", b"psk_id_hash", b"") + extract(suite, b"", b"info_hash", info)
    scheduled = extract(suite, secret, b"secret", b"")
    return (
        expand(suite, scheduled, b"key", context, AEADS[aead][1]),
        expand(suite, scheduled, b"base_nonce", context, 12),
    )


def seal(aead: str, sender: X25519PrivateKey, receiver: X25519PublicKey, info: bytes, plain: bytes) -> bytes:
    """What section 6.1 calls SealBase, with this ephemeral key and no associated data: ``enc`` and the sealed text."""
    enc = sender.public_key().public_bytes_raw()
    secret = shared_secret(sender.exchange(receiver), enc, receiver.public_bytes_raw())
    key, nonce = key_and_nonce(aead, secret, info)
    return enc + AEADS[aead][0](key).encrypt(nonce, plain, b"")


def open_base(aead: str, private: X25519PrivateKey, info: bytes, enc: bytes, sealed: bytes, aad: bytes) -> bytes:
    """What section 6.1 calls OpenBase."""
    exchanged = private.exchange(X25519PublicKey.from_public_bytes(enc))
    secret = shared_secret(exchanged, enc, private.public_key().public_bytes_raw())
    key, nonce = key_and_nonce(aead, secret, info)
    return AEADS[aead][0](key).decrypt(nonce, sealed, aad)
