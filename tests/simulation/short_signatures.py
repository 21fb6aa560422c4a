"""Signed requests in short: the same key, audience, nonce and body, without the framing of RFC 9421.

The framing takes half the time of a run and is proved elsewhere, so most seeds do without it. What a request's
signature means to kiosk and cloud is the same: any other key, body, address, audience or nonce is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from unittest.mock import patch

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.protocol.errors import SignatureError
from sync.protocol.keys import thumbprint
from sync.signed_requests import AUDIENCE_HEADER, SignableRequest, SignedBy

_NONCE, _SIGNATURE = "nonce-in-short", "signature-in-short"


def sign_short(request: SignableRequest, *, key: Ed25519PrivateKey, audience: str, nonce: str, created_s: int) -> None:
    """As ``sync.signed_requests.sign_request``."""
    kid = thumbprint(key.public_key())
    request.headers[AUDIENCE_HEADER] = audience
    request.headers["signature-input"] = f'lodge=();keyid="{kid}"'
    request.headers[_NONCE] = nonce
    request.headers[_SIGNATURE] = key.sign(_covered(request, audience, nonce)).hex()


def verify_short(request: SignableRequest, *, key: Ed25519PublicKey, audience: str) -> SignedBy:
    """As ``sync.signed_requests.verify_request``.

    Raises:
        SignatureError: anything of the request is not what was signed, or it is meant for another server.
    """
    nonce = request.headers[_NONCE]
    if request.headers.get(AUDIENCE_HEADER) != audience:
        raise SignatureError("the request is meant for another server or organisation")
    try:
        key.verify(bytes.fromhex(request.headers[_SIGNATURE]), _covered(request, audience, nonce))
    except (InvalidSignature, ValueError) as error:
        raise SignatureError("the signature of the request does not verify") from error
    return SignedBy(thumbprint(key), nonce)


@contextmanager
def short_signatures() -> Iterator[None]:
    """While inside, both sides use them."""
    with (
        patch("sync.device.signed_channel.sign_request", sign_short),
        patch("tests.simulation.cloud_machine.verify_request", verify_short),
    ):
        yield


def _covered(request: SignableRequest, audience: str, nonce: str) -> bytes:
    digest = sha256(request.body).hexdigest()
    return f"{request.method}\n{request.url}\n{audience}\n{nonce}\n{digest}".encode()
