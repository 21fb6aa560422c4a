"""RFC 9421 and RFC 9530 as published, through the verifier that Lodge builds its own upon (C15, C16)."""

import base64
import hashlib
from typing import Any

import pytest
from http_message_signatures import HTTPMessageVerifier, InvalidSignature
from http_message_signatures.algorithms import ED25519
from http_message_signatures.structures import CaseInsensitiveDict

from sync import signed_requests
from sync.protocol.errors import SignatureError
from sync.protocol.keys import from_base64url, private_key, public_key, thumbprint
from sync.signable_request import SignableRequest
from sync.signed_requests import sign_request, verify_request
from tests.vectors.published import load
from tests.vectors.sample import AUDIENCE, NOW_MS

PUBLISHED = load("http-signatures/requests.json")
KEY = public_key(PUBLISHED["key"]["x"])
DIGESTS = [case for case in PUBLISHED["digests"] if case["digest"].startswith("sha-256=")]
URL = "https://lodge.example.org/device/v1/events"


def request_of(case: dict[str, Any]) -> SignableRequest:
    """The published request; fields that stand twice are joined as RFC 9421 section 2.1 says."""
    headers = CaseInsensitiveDict()  # type: ignore[no-untyped-call]  # the library is untyped here
    for name, value in case["headers"]:
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return SignableRequest(case["method"], f"https://{headers['host']}{case['target']}", case["body"].encode(), headers)


def published_verifier() -> HTTPMessageVerifier:
    """What ``verify_request`` makes for each request, but with the name that the RFC gave its key."""
    resolver = signed_requests._OneKey(kid="test-key-ed25519", private=None, public=KEY)
    return signed_requests._AnyClock(signature_algorithm=ED25519, key_resolver=resolver)


@pytest.mark.parametrize("case", PUBLISHED["requests"], ids=lambda case: case["source"])
def test_published_requests_are_judged_as_published(case: dict[str, Any]) -> None:
    """RFC 9421 appendix B.2.6 and B.4: what a proxy may change, and what it may not."""
    verifier, request = published_verifier(), request_of(case)
    if case["valid"]:
        assert [result.parameters["created"] for result in verifier.verify(request, max_age=None)] == [1618884473]
    else:
        with pytest.raises(InvalidSignature):
            verifier.verify(request, max_age=None)


@pytest.mark.parametrize("case", PUBLISHED["requests"], ids=lambda case: case["source"])
def test_no_published_request_passes_for_one_of_ours(case: dict[str, Any]) -> None:
    """C14, C16: a true signature over other components, without our tag, nonce and audience, says nothing here."""
    request = request_of(case)
    request.headers["Lodge-Audience"] = AUDIENCE
    for name in ("Signature-Input", "signature-input"):
        value = request.headers[name].replace("test-key-ed25519", thumbprint(KEY))
        request.headers[name] = value
    with pytest.raises(SignatureError):
        verify_request(request, key=KEY, audience=AUDIENCE)


def signed(body: bytes) -> SignableRequest:
    """A device request with the published private key."""
    request = SignableRequest("POST", URL, body)
    key = private_key(from_base64url(PUBLISHED["key"]["d"], what="d"))
    sign_request(request, key=key, audience=AUDIENCE, nonce="n", created_s=NOW_MS // 1000)
    return request


@pytest.mark.parametrize("case", DIGESTS, ids=lambda case: case["source"])
def test_our_requests_carry_the_published_digests_of_published_bodies(case: dict[str, str]) -> None:
    """RFC 9530 appendix B.1, B.2 (no content at all) and B.3."""
    request = signed(case["body"].encode())
    assert request.headers["content-digest"] == case["digest"]
    assert verify_request(request, key=KEY, audience=AUDIENCE).kid == thumbprint(KEY)
    for other in DIGESTS:
        if other is not case:
            request.body = other["body"].encode()
            with pytest.raises(SignatureError):
                verify_request(request, key=KEY, audience=AUDIENCE)


@pytest.mark.parametrize("case", PUBLISHED["digests"], ids=lambda case: case["digest"][:12])
def test_published_digests_are_what_they_say(case: dict[str, str]) -> None:
    """Including RFC 9421's own, in SHA-512, which appear in its requests."""
    algorithm, _, value = case["digest"].partition("=:")
    digest = hashlib.new(algorithm.replace("-", ""), case["body"].encode()).digest()
    assert base64.b64encode(digest).decode() == value.removesuffix(":")
