"""HPKE in base mode (RFC 9180) as published, and the library that seals photos and signatures.

Sealing is random and the library takes no associated data, so published values can rarely be fed to it. RFC 9180 is
written out here by its text and held to the published values, step by step; then it and the library must open what
the other sealed. RFC 9458 has a sealed text without associated data: that one the library opens itself.
"""

from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from tests.fakes.hpke_by_text import key_and_nonce, open_base, seal, shared_secret
from tests.vectors.published import load, unhex

CASES = load("hpke/base_mode.json")
LIBRARY = {"1": AEAD.AES_128_GCM, "2": AEAD.AES_256_GCM, "3": AEAD.CHACHA20_POLY1305}


def suite_of(case: dict[str, str]) -> Suite:
    """The library's suite."""
    return Suite(KEM.X25519, KDF.HKDF_SHA256, LIBRARY[case["aead_id"]])


def receiver_of(case: dict[str, str]) -> X25519PrivateKey:
    """The published private key."""
    return X25519PrivateKey.from_private_bytes(unhex(case["skRm"]))


by_suite = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['source']} aead {case['aead_id']}")


@by_suite
def test_the_published_keys_secrets_and_nonces_are_derived(case: dict[str, Any]) -> None:
    receiver, sender = receiver_of(case), X25519PrivateKey.from_private_bytes(unhex(case["skEm"]))
    assert receiver.public_key().public_bytes_raw().hex() == case["pkRm"]
    assert sender.public_key().public_bytes_raw().hex() == case["pkEm"]
    exchanged = sender.exchange(receiver.public_key())
    assert exchanged == receiver.exchange(sender.public_key())
    secret = shared_secret(exchanged, unhex(case["pkEm"]), unhex(case["pkRm"]))
    key, nonce = key_and_nonce(case["aead_id"], secret, unhex(case["info"]))
    derived = {"shared_secret": secret.hex(), "key": key.hex(), "base_nonce": nonce.hex()}
    published = {name: case[name] for name in derived if name in case}
    assert {name: derived[name] for name in published} == published
    # RFC 9458 and the added suite publish no intermediate values; their sealed texts stand for them.
    assert len(published) == (3 if "RFC 9180" in case["source"] else 0)


@by_suite
def test_published_sealed_texts_open(case: dict[str, Any]) -> None:
    private, info, enc = receiver_of(case), unhex(case["info"]), unhex(case["pkEm"])
    sealed, aad, plain = unhex(case["ct"]), unhex(case["aad"]), unhex(case["pt"])
    assert open_base(case["aead_id"], private, info, enc, sealed, aad) == plain
    with pytest.raises(InvalidTag):
        open_base(case["aead_id"], private, info + b"x", enc, sealed, aad)


def test_the_library_opens_the_sealed_text_of_rfc_9458() -> None:
    case = next(case for case in CASES if case["aad"] == "")
    sealed = unhex(case["pkEm"]) + unhex(case["ct"])
    assert suite_of(case).decrypt(sealed, receiver_of(case), unhex(case["info"])) == unhex(case["pt"])


@by_suite
def test_the_library_opens_what_the_text_of_the_rfc_seals(case: dict[str, Any]) -> None:
    """With the published ephemeral key, so that the sealed bytes are always the same."""
    sender = X25519PrivateKey.from_private_bytes(unhex(case["skEm"]))
    suite, private, info = suite_of(case), receiver_of(case), unhex(case["info"])
    sealed = seal(
        case["aead_id"], sender, X25519PublicKey.from_public_bytes(unhex(case["pkRm"])), info, unhex(case["pt"])
    )
    assert suite.decrypt(sealed, private, info) == unhex(case["pt"])
    for wrong in (sealed[:-1], sealed[:31], b"", sealed[:-1] + bytes([sealed[-1] ^ 1]), bytes(32) + sealed[32:]):
        with pytest.raises((InvalidTag, ValueError)):
            suite.decrypt(wrong, private, info)
    with pytest.raises(InvalidTag):
        suite.decrypt(sealed, private, info + b"x")


@by_suite
def test_what_the_library_seals_opens_by_the_text_of_the_rfc(case: dict[str, Any]) -> None:
    private, info = receiver_of(case), unhex(case["info"])
    sealed = suite_of(case).encrypt(unhex(case["pt"]), private.public_key(), info)
    assert len(sealed) == KEM.X25519.enc_length() + len(unhex(case["pt"])) + 16
    opened = open_base(case["aead_id"], private, info, sealed[:32], sealed[32:], b"")
    assert opened == unhex(case["pt"])
