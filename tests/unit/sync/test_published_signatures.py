"""Ed25519 and JWS as others published them, through every call by which Lodge verifies a signature (C16)."""

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures.algorithms import ED25519
from joserfc.jwk import OKPKey
from joserfc.jws import default_registry

from sync.protocol import enrolment, jws
from sync.protocol.errors import EncodingError, ProtocolError
from sync.protocol.keys import base64url, from_base64url, private_key, public_key, public_text, thumbprint
from sync.protocol.keyspage import KeyEntry, KeyState, KeyUse, open_keys_page, sign_keys_page
from tests.vectors.published import load, unhex
from tests.vectors.sample import ROOT_KEY, TENANT, key_of, sample_keys_page

RFC_8032 = load("rfc8032/ed25519.json")
RFC_8037 = load("rfc8037/jws.json")
RFC_7515 = load("rfc7515/jws.json")
RFC_9421_KEY = load("http-signatures/requests.json")["key"]
WYCHEPROOF = load("wycheproof/ed25519.json")
EDGES = load("cctv/ed25519.json")

Verifier = Callable[[Ed25519PublicKey, bytes, bytes], bool]


def by_key(key: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    """As badge codes, checkpoints and proofs of possession are verified."""
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def by_jws(key: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    """As every JWS is: the algorithm that ``sync.protocol.jws`` allows."""
    return default_registry.algorithms[jws.ALGORITHM].verify(message, signature, OKPKey(key, key))


def by_request(key: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    """As every device request is: the algorithm that ``sync.signed_requests`` allows."""
    try:
        algorithm = ED25519(public_key=key)  # type: ignore[no-untyped-call]  # the library is untyped here
        algorithm.verify(signature=signature, message=message)
    except Exception:  # noqa: BLE001 -- the library documents no base; any refusal counts, none is let through
        return False
    return True


VERIFIERS = [by_key, by_jws, by_request]


def accepted(verifier: Verifier, public: str, signature: str, message: bytes) -> bool:
    """Whether Lodge takes this: a key that it reads, and a signature that verifies under it."""
    try:
        key = public_key(base64url(unhex(public)))
    except EncodingError:
        return False
    return verifier(key, unhex(signature), message)


@pytest.mark.parametrize("case", RFC_8032, ids=lambda case: case["source"])
def test_the_signatures_of_rfc_8032_are_made_and_verified(case: dict[str, str]) -> None:
    """RFC 8032 section 7.1."""
    key = private_key(unhex(case["seed"]))
    assert key.public_key().public_bytes_raw().hex() == case["public"]
    assert key.sign(unhex(case["message"])).hex() == case["signature"]
    for verifier in VERIFIERS:
        assert accepted(verifier, case["public"], case["signature"], unhex(case["message"]))
        assert not accepted(verifier, case["public"], case["signature"], unhex(case["message"]) + b"\0")


@pytest.mark.parametrize("pair", [RFC_8037, RFC_9421_KEY], ids=["RFC 8037", "RFC 9421"])
def test_published_private_keys_lead_to_their_public_keys(pair: dict[str, str]) -> None:
    """RFC 8037 appendix A.1, RFC 9421 appendix B.1.4."""
    assert public_text(private_key(from_base64url(pair["d"], what="d")).public_key()) == pair["x"]
    assert public_text(public_key(pair["x"])) == pair["x"]


def test_the_published_thumbprint_is_computed() -> None:
    """RFC 8037 appendix A.3."""
    assert thumbprint(public_key(RFC_8037["x"])) == RFC_8037["thumbprint"]


def test_the_published_jws_verifies_and_is_none_of_ours() -> None:
    """RFC 8037 appendix A.4: its header names no type and no key, so nothing of Lodge's could have sent it."""
    protected, payload, signature = RFC_8037["jws"].split(".")
    assert from_base64url(protected, what="it").decode() == RFC_8037["protected"]
    assert from_base64url(payload, what="it").decode() == RFC_8037["payload"]
    key = public_key(RFC_8037["x"])
    signed = f"{protected}.{payload}".encode()
    assert all(verifier(key, from_base64url(signature, what="it"), signed) for verifier in VERIFIERS)
    with pytest.raises(ProtocolError):
        jws.verify(RFC_8037["jws"], typ="lodge-batch+jws", key=key, what="it")


def test_the_segments_of_rfc_7515_are_read_as_published() -> None:
    """RFC 7515 appendix A.1.1: white space inside is kept, and is why it could not be ours."""
    for name in ("protected", "payload"):
        assert from_base64url(RFC_7515[name], what=name).decode() == RFC_7515["octets"][name]


@pytest.mark.parametrize("message", ["{protected}.{payload}.{mac}", "{unsecured}"])
def test_a_mac_or_no_algorithm_at_all_is_no_signature(message: str) -> None:
    """C16: RFC 7515 appendix A.1 (HS256) and A.5 (none)."""
    with pytest.raises(ProtocolError):
        jws.verify(message.format(**RFC_7515), typ="JWT", key=public_key(RFC_8037["x"]), what="it")


@pytest.mark.parametrize("verifier", VERIFIERS)
def test_wycheproofs_signatures_are_judged_as_published(verifier: Verifier) -> None:
    """Malleable, truncated, padded and plainly wrong signatures; keys at the edge of the field."""
    judged = {
        case["tcId"]: accepted(verifier, case["pk"], case["sig"], unhex(case["msg"])) == (case["result"] == "valid")
        for case in WYCHEPROOF
    }
    assert len(judged) == 151
    assert [number for number, right in judged.items() if not right] == []


def is_sound(flags: list[str]) -> bool:
    """What docs/protocol.md section 2 asks for: no small-order key, one encoding, no cofactor in the check."""
    return not {"low_order_A", "non_canonical_A", "non_canonical_R", "low_order_residue"} & set(flags)


@pytest.mark.parametrize("verifier", VERIFIERS)
def test_edge_cases_of_the_curve_are_judged_as_specified(verifier: Verifier) -> None:
    judged = {
        case["number"]: accepted(verifier, case["key"], case["sig"], case["msg"].encode()) == is_sound(case["flags"])
        for case in EDGES
    }
    assert {is_sound(case["flags"]) for case in EDGES} == {True, False}
    assert [number for number, right in judged.items() if not right] == []


SMALL = sorted({case["key"] for case in EDGES if "low_order_A" in case["flags"]})


def test_the_edge_cases_hold_every_spelling_of_every_small_point() -> None:
    assert len(SMALL) == 14


@pytest.mark.parametrize("public", SMALL)
def test_a_published_small_order_key_is_neither_enrolled_nor_trusted(public: str) -> None:
    """C16: anybody could sign for it, and whoever enrolled with it could deny everything."""
    text = base64url(unhex(public))
    case: dict[str, Any] = next(item for item in EDGES if item["key"] == public)
    transcript = enrolment.Transcript(
        code="00" * 8,
        kiosk_nonce="00" * 32,
        server_nonce="11" * 32,
        key=text,
        origin="https://lodge.example.org",
        tenant=TENANT,
        site=TENANT,
        kiosk=TENANT,
        root=public_text(key_of("root").public_key()),
    )
    with pytest.raises(EncodingError):
        enrolment.check_possession(transcript, unhex(case["sig"]))
    page = sample_keys_page()
    others = tuple(entry for entry in page.keys if entry.use != KeyUse.RECEIPT)
    entry = KeyEntry(use=KeyUse.RECEIPT.value, state=KeyState.CURRENT, kid=page.keys[0].kid, public=text)
    fields = {name: getattr(page, name) for name in page.__struct_fields__}
    signed = sign_keys_page(type(page)(**{**fields, "keys": (entry, *others)}), ROOT_KEY)
    with pytest.raises(EncodingError):
        open_keys_page(signed, root=ROOT_KEY.public_key(), tenant=TENANT)
