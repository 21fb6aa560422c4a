"""Keys and signed messages, and the ways of bending them that are refused (C16)."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.protocol import enrolment, jws
from sync.protocol.chain import Head
from sync.protocol.checkpoint import Checkpoint
from sync.protocol.codes import Purpose, sign_code
from sync.protocol.errors import EncodingError, ProtocolError, SignatureError
from sync.protocol.keys import base64url, from_base64url, public_key, public_text
from sync.signable_request import SignableRequest
from sync.signed_requests import sign_request
from tests.vectors.sample import AUDIENCE, EPOCH, EPOCH_KEY, LOG, NOW_MS, STAY, TENANT, key_of, sample_wire

FIELD = 2**255 - 19
PAYLOAD = b'{"v":1}'


def encoded(y: int, sign: int = 0) -> str:
    return base64url((y | sign << 255).to_bytes(32, "little"))


def double(point: tuple[int, int]) -> tuple[int, int]:
    """Edwards doubling on curve25519 (RFC 8032 section 5.1.4), in affine coordinates."""
    d = -121665 * pow(121666, -1, FIELD) % FIELD
    x, y = point
    k = d * x * x * y * y
    return (
        2 * x * y * pow(1 + k, -1, FIELD) % FIELD,
        (y * y + x * x) * pow(1 - k, -1, FIELD) % FIELD,
    )


def square_roots(square: int, imaginary: int) -> set[int]:
    """RFC 8032 section 5.1.3, step 3."""
    root = pow(square, (FIELD + 3) // 8, FIELD)
    candidates = (root, root * imaginary % FIELD)
    return {sign * r % FIELD for r in candidates for sign in (1, -1) if r * r % FIELD == square % FIELD}


def points_of_small_order() -> set[int]:
    """The y of all eight points whose order divides 8.

    Those of order 8 double to y = 0, so x*x = -y*y, which the curve turns into d*y**4 + 2*y**2 - 1 = 0.
    """
    d = -121665 * pow(121666, -1, FIELD) % FIELD
    imaginary = pow(2, (FIELD - 1) // 4, FIELD)
    found = {1, FIELD - 1, 0}
    for discriminant in square_roots(1 + d, imaginary):
        for y in square_roots((discriminant - 1) * pow(d, -1, FIELD) % FIELD, imaginary):
            assert double(double(double((y * imaginary % FIELD, y)))) == (0, 1)
            found.add(y)
    return found


def test_points_of_small_order_are_no_keys() -> None:
    """Whoever enrols with one could deny every signature: anybody can make them."""
    forged = (1).to_bytes(32, "little") + bytes(32)
    Ed25519PublicKey.from_public_bytes((1).to_bytes(32, "little")).verify(forged, b"never signed")
    small = points_of_small_order()
    assert len(small) == 5
    for y in small:
        for sign in (0, 1):
            with pytest.raises(EncodingError):
                public_key(encoded(y, sign))


def test_public_keys_have_one_encoding() -> None:
    for y in range(FIELD, 2**255):
        with pytest.raises(EncodingError):
            public_key(encoded(y))
    text = public_text(EPOCH_KEY.public_key())
    for other in (text + "=", text[:-1], text + "A", text[:-1] + chr(ord(text[-1]) + 1), "é" * 43, text + "\n"):
        with pytest.raises(EncodingError):
            public_key(other)


def test_a_message_survives_signing_and_verifying() -> None:
    message = jws.sign(PAYLOAD, typ="a+jws", key=EPOCH_KEY)
    assert jws.verify(message, typ="a+jws", key=EPOCH_KEY.public_key(), what="it") == PAYLOAD
    assert jws.read_header(message, what="it").kid == EPOCH


def test_every_other_spelling_of_a_signed_message_is_refused() -> None:
    """base64url tails, padding, white space, other alphabets: one message, one text."""
    message = jws.sign(PAYLOAD, typ="a+jws", key=EPOCH_KEY)
    header, payload, signature = message.split(".")
    tail = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    spellings = [
        message + "=",
        message + "\n",
        " " + message,
        message.replace(".", "..", 1),
        message + ".",
        f"{header}.{payload}",
        f"{header}=.{payload}.{signature}",
        f"{header}.{payload}.{signature.replace('_', '/').replace('-', '+')}A",
        f"{header}.{payload}.",
        f"{header}..{signature}",
        "..",
        "",
        "é.é.é",
        "\ud800.a.a",
        *(f"{header}.{payload}.{signature[:-1]}{last}" for last in tail if last != signature[-1]),
        *(f"{header}.{payload[:-1]}{last}.{signature}" for last in tail if last != payload[-1]),
    ]
    for spelling in spellings:
        with pytest.raises(ProtocolError):
            jws.verify(spelling, typ="a+jws", key=EPOCH_KEY.public_key(), what="it")


def test_adding_the_group_order_to_a_signature_does_not_make_a_second_one() -> None:
    """RFC 8032 section 5.1.7: S is below the order of the base point."""
    message = jws.sign(PAYLOAD, typ="a+jws", key=EPOCH_KEY)
    head, _, signature = message.rpartition(".")
    raw = from_base64url(signature, what="signature")
    order = 2**252 + 27742317777372353535851937790883648493
    scalar = int.from_bytes(raw[32:], "little") + order
    forged = f"{head}.{base64url(raw[:32] + scalar.to_bytes(32, 'little'))}"
    with pytest.raises(SignatureError):
        jws.verify(forged, typ="a+jws", key=EPOCH_KEY.public_key(), what="it")


def test_no_two_purposes_of_a_key_can_sign_the_same_bytes() -> None:
    """Batches, requests, badge codes and enrolment by one kiosk key; archives and checkpoints by one log key."""
    request = SignableRequest("POST", "https://lodge.example.org/device/v1/events", b"x")
    sign_request(request, key=EPOCH_KEY, audience=AUDIENCE, nonce="n", created_s=NOW_MS // 1000)
    beginnings = {
        "jws": sample_wire()[:3],
        "request": b'"@method": ',
        "code": b"lodge-code-v1\x00",
        "enrolment": b"lodge-enrolment-key-v1\x00",
    }
    texts = list(beginnings.values())
    assert beginnings["jws"] == b"eyJ"
    assert not any(a.startswith(b) for a in texts for b in texts if a is not b)
    # A JWS signing input has no line feed; a checkpoint's text has three.
    assert Checkpoint(LOG, 1, bytes(32)).body().count("\n") == 3
    assert b"\n" not in sample_wire().partition(b"\n")[0]


def test_a_badge_code_signature_is_no_proof_of_possession() -> None:
    """The same key signs both: neither passes for the other."""
    transcript = enrolment.Transcript(
        code="00" * 8,
        kiosk_nonce="00" * 32,
        server_nonce="11" * 32,
        key=public_text(EPOCH_KEY.public_key()),
        origin="https://lodge.example.org",
        tenant=TENANT,
        site=TENANT,
        kiosk=TENANT,
        root=public_text(key_of("root").public_key()),
    )
    code = sign_code(Purpose.DEPARTURE, STAY, tenant=TENANT, expires_s=1, key=EPOCH_KEY)
    assert len(code) == 141
    with pytest.raises(SignatureError):
        enrolment.check_possession(transcript, EPOCH_KEY.sign(transcript.bytes()))
    with pytest.raises(InvalidSignature):
        EPOCH_KEY.public_key().verify(enrolment.prove_possession(transcript, EPOCH_KEY), transcript.bytes())
    assert Head.genesis(EPOCH).seq == 0
