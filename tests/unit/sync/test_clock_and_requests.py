"""The hybrid clock's bounds (C22), and device requests signed as RFC 9421 (C14, C16)."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import ED25519

from sync.protocol.errors import LimitError, SignatureError
from sync.protocol.hlc import MAX_AHEAD_MS, Hlc, HybridClock
from sync.signable_request import AUDIENCE_HEADER, SignableRequest
from sync.signed_requests import COVERED, TAG, claimed_key, sign_request, verify_request
from tests.vectors.sample import AUDIENCE, EPOCH, EPOCH_KEY, NOW_MS, ORIGIN, OTHER_TENANT, key_of

URL = f"{ORIGIN}/device/v1/events?a=1&b=%20"
NONCE = "bm9uY2U.1"


def signed(method: str = "POST", url: str = URL, body: bytes = b"batch", created_s: int = 0) -> SignableRequest:
    request = SignableRequest(method, url, body)
    sign_request(request, key=EPOCH_KEY, audience=AUDIENCE, nonce=NONCE, created_s=created_s)
    return request


def verify(request: SignableRequest, audience: str = AUDIENCE) -> str:
    return verify_request(request, key=EPOCH_KEY.public_key(), audience=audience).nonce


@pytest.mark.parametrize("created_s", [0, NOW_MS // 1000, NOW_MS // 1000 + 10 * 365 * 86_400])
def test_a_request_verifies_whatever_the_kiosk_takes_the_time_to_be(created_s: int) -> None:
    """C06: freshness is the nonce's affair."""
    request = signed(created_s=created_s)
    assert claimed_key(request.headers) == EPOCH
    assert verify(request) == NONCE


@pytest.mark.parametrize("body", [b"", b"x"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_requests_with_and_without_a_body_are_covered(method: str, body: bytes) -> None:
    request = signed(method, body=body)
    assert "content-digest" in {name.lower() for name in request.headers}
    assert verify(request) == NONCE


CHANGES: list[Callable[[SignableRequest], object]] = [
    lambda request: setattr(request, "method", "PUT"),
    lambda request: setattr(request, "url", URL.replace("events", "feed")),
    lambda request: setattr(request, "url", URL.replace("a=1", "a=2")),
    lambda request: setattr(request, "url", URL.partition("?")[0]),
    lambda request: setattr(request, "url", URL.replace("%20", "+")),
    lambda request: setattr(request, "url", "not an address"),
    lambda request: setattr(request, "body", b"other"),
    lambda request: setattr(request, "body", b""),
    lambda request: request.headers.pop("content-digest"),
    lambda request: request.headers.pop("signature"),
    lambda request: request.headers.pop("signature-input"),
    lambda request: request.headers.pop(AUDIENCE_HEADER),
    lambda request: request.headers.__setitem__("content-digest", "sha-256=:AAAA:"),
    lambda request: request.headers.__setitem__("signature", "lodge=:AAAA:"),
    lambda request: request.headers.__setitem__("signature", "\x00\xff"),
    lambda request: request.headers.__setitem__("signature", "lodge=1"),
    lambda request: request.headers.__setitem__("signature-input", 'lodge=("@method");keyid="x"'),
    lambda request: request.headers.__setitem__("signature-input", "("),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_request_with_anything_changed_is_refused(change: Callable[[SignableRequest], object]) -> None:
    """C14, C16."""
    request = signed()
    change(request)
    with pytest.raises(SignatureError):
        verify(request)


PARAMETERS = [
    ('"@query" ', ""),
    ('"@path" ', ""),
    (f'"{AUDIENCE_HEADER}" ', ""),
    (f"{TAG}", "another-tag"),
    (NONCE, "other"),
    ("created=", "expires=1;created="),
    ('alg="ed25519"', 'alg="hmac-sha256"'),
    (f'keyid="{EPOCH}"', f'keyid="{EPOCH[::-1]}"'),
    ("lodge=", "lodge2="),
    ("created=0", "created=99999999999999"),
    ("created=0", "created=1.5"),
    ("created=0", 'created="0"'),
]


@pytest.mark.parametrize(("old", "new"), PARAMETERS)
def test_a_signature_input_with_anything_changed_is_refused(old: str, new: str) -> None:
    request = signed()
    before = request.headers["signature-input"]
    assert old in before
    request.headers["signature-input"] = before.replace(old, new)
    with pytest.raises(SignatureError):
        verify(request)


def test_a_request_for_another_server_or_organisation_is_refused() -> None:
    """C14."""
    for audience in (f"{ORIGIN} {OTHER_TENANT}", AUDIENCE.replace("example.org", "example.net")):
        with pytest.raises(SignatureError):
            verify(signed(), audience)
        forwarded = signed()
        forwarded.headers[AUDIENCE_HEADER] = audience
        with pytest.raises(SignatureError):
            verify(forwarded, audience)


def test_another_key_or_another_tag_signs_nothing_here() -> None:
    """C16."""
    request = SignableRequest("POST", URL, b"batch")
    sign_request(request, key=key_of("attacker"), audience=AUDIENCE, nonce=NONCE, created_s=0)
    with pytest.raises(SignatureError):
        verify(request)
    request.headers["signature-input"] = request.headers["signature-input"].replace(claimed_key(request.headers), EPOCH)
    with pytest.raises(SignatureError):
        verify(request)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "keyid=",
        'lodge=();keyid="',
        f'lodge=();nonce="keyid=";keyid="{EPOCH}"',
        'lodge=();keyid="\x00"',
        'lodge=();keyid="1 or 1=1"',
        f'lodge=();keyid="{EPOCH}\n"',
        f'a=();keyid="{EPOCH}", b=();keyid="{EPOCH}"',
    ],
)
def test_only_one_well_formed_key_id_is_looked_up(value: str) -> None:
    """What goes to the database is a thumbprint or nothing."""
    with pytest.raises(SignatureError):
        claimed_key({"signature-input": value})


def test_a_request_is_signed_anew_with_the_nonce_of_a_401() -> None:
    request = signed()
    sign_request(request, key=EPOCH_KEY, audience=AUDIENCE, nonce="fresh", created_s=0)
    assert verify(request) == "fresh"


@pytest.mark.parametrize("nonce", ["é", "a\nb", "\x00", "\ud800"])
def test_a_nonce_that_cannot_be_signed_is_refused_and_breaks_nothing(nonce: str) -> None:
    """A hostile server's header must not stop the kiosk."""
    with pytest.raises(SignatureError):
        sign_request(SignableRequest("POST", URL), key=EPOCH_KEY, audience=AUDIENCE, nonce=nonce, created_s=0)


def test_c22_a_peer_moves_our_clock_by_ten_minutes_at_most_however_often_it_tries() -> None:
    clock = HybridClock(Hlc(NOW_MS, 0))
    heard = [clock.hear(Hlc(NOW_MS + step * MAX_AHEAD_MS, 0), NOW_MS) for step in range(1, 100)]
    assert heard[0] is True
    assert not any(heard[1:])
    assert clock.tick(NOW_MS).wall_ms == NOW_MS + MAX_AHEAD_MS


def test_a_clock_of_1970_goes_on_from_its_floor() -> None:
    """C06."""
    clock = HybridClock(Hlc(NOW_MS, 7))
    assert clock.tick(0) == Hlc(NOW_MS, 8)
    assert clock.hear(Hlc(NOW_MS + 1, 0), 0)
    assert clock.tick(0) == Hlc(NOW_MS + 1, 1)


def test_a_full_counter_carries_into_the_milliseconds_and_the_end_of_time_is_refused() -> None:
    clock = HybridClock(Hlc(NOW_MS, 0xFFFF))
    assert clock.tick(NOW_MS) == Hlc(NOW_MS + 1, 0)
    last = HybridClock(Hlc((1 << 48) - 1, 0xFFFF))
    with pytest.raises(LimitError):
        last.tick(1 << 60)
    assert len(str(last.last)) == 16


class OneKey(HTTPSignatureKeyResolver):
    """The kiosk's key, whatever is asked for."""

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        return EPOCH_KEY


def loosely_signed(covered: tuple[str, ...], tag: str) -> SignableRequest:
    """A request that the right key signed, but not in the way that is asked for."""
    request = SignableRequest("POST", URL, b"batch")
    request.headers[AUDIENCE_HEADER] = AUDIENCE
    HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=OneKey()).sign(
        request,
        key_id=EPOCH,
        created=datetime.fromtimestamp(0, tz=UTC),
        nonce=NONCE,
        tag=tag,
        covered_component_ids=covered,
        body=request.body,
    )
    return request


def test_a_true_signature_that_covers_too_little_or_is_for_something_else_is_refused() -> None:
    """C16: what is not covered could be changed on the way."""
    assert verify(loosely_signed(COVERED, TAG)) == NONCE
    for left_out in COVERED:
        with pytest.raises(SignatureError):
            verify(loosely_signed(tuple(name for name in COVERED if name != left_out), TAG))
    with pytest.raises(SignatureError):
        verify(loosely_signed(COVERED, "some-other-protocol"))
