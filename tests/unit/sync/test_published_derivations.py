"""HMAC and HKDF as others published them, and the keys and proofs of enrolment derived by the same rules."""

import hashlib
import hmac
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.protocol import enrolment
from sync.protocol.enrolment import EnrolmentCode
from sync.protocol.keys import public_text
from tests.vectors.published import load, unhex
from tests.vectors.sample import ORIGIN, key_of

MACS = load("wycheproof/hmac_sha256.json")
DERIVATIONS = load("wycheproof/hkdf_sha256.json")
BLOCK = 64


def plain_hmac(key: bytes, message: bytes) -> bytes:
    """RFC 2104 over SHA-256, by its text."""
    key = (hashlib.sha256(key).digest() if len(key) > BLOCK else key).ljust(BLOCK, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key) + message).digest()
    return hashlib.sha256(bytes(byte ^ 0x5C for byte in key) + inner).digest()


def plain_hkdf(secret: bytes, salt: bytes, info: bytes, size: int) -> bytes:
    """RFC 5869 over SHA-256, by its text."""
    pseudorandom = plain_hmac(salt or bytes(32), secret)
    output = block = b""
    for count in range(1, -(-size // 32) + 1):
        block = plain_hmac(pseudorandom, block + info + bytes([count]))
        output += block
    return output[:size]


def test_macs_are_judged_as_wycheproof_published_them() -> None:
    """Each tag is compared by the very call that judges the proofs of an enrolment."""
    judged = {}
    for case in MACS:
        ours = hmac.new(unhex(case["key"]), unhex(case["msg"]), hashlib.sha256).hexdigest()
        assert ours == plain_hmac(unhex(case["key"]), unhex(case["msg"])).hex()
        judged[case["tcId"]] = enrolment.same_mac(case["tag"], ours) == (case["result"] == "valid")
    assert {case["result"] for case in MACS} == {"valid", "invalid"}
    assert [number for number, right in judged.items() if not right] == []


def test_keys_are_derived_as_wycheproof_published_them() -> None:
    for case in DERIVATIONS:
        secret, salt, info = (unhex(case[name]) for name in ("ikm", "salt", "info"))
        kdf = HKDF(algorithm=hashes.SHA256(), length=case["size"], salt=salt or None, info=info)
        assert case["result"] == "valid"
        assert kdf.derive(secret).hex() == case["okm"] == plain_hkdf(secret, salt, info, case["size"]).hex()


SECRETS = sorted({case["ikm"] for case in DERIVATIONS if len(case["ikm"]) == 2 * enrolment.SECRET_BYTES})


@pytest.mark.parametrize("secret", SECRETS)
def test_the_verifier_of_a_code_is_that_derivation(secret: str) -> None:
    """docs/protocol.md section 9: no salt, the protocol's own info, 32 bytes."""
    expected = plain_hkdf(unhex(secret), b"", b"lodge-enrolment-v1", 32)
    assert EnrolmentCode(unhex(secret)).verifier == expected


def test_the_proofs_of_an_enrolment_are_that_mac_over_label_and_transcript() -> None:
    transcript = enrolment.Transcript(
        code="00" * 8,
        kiosk_nonce="01" * 32,
        server_nonce="02" * 32,
        key=public_text(key_of("kiosk epoch 1").public_key()),
        origin=ORIGIN,
        tenant=UUID(int=1),
        site=UUID(int=2),
        kiosk=UUID(int=3),
        root=public_text(key_of("root").public_key()),
    )
    for key in (bytes(32), bytes(range(32))):
        server = plain_hmac(key, b"lodge-enrolment-server-v1\0" + transcript.bytes()).hex()
        kiosk = plain_hmac(key, b"lodge-enrolment-kiosk-v1\0" + transcript.bytes()).hex()
        assert (enrolment.server_mac(key, transcript), enrolment.kiosk_mac(key, transcript)) == (server, kiosk)
