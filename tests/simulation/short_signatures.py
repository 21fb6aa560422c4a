"""Signed requests in short: the same key, audience, nonce and body, without the framing of RFC 9421 and its Ed25519.

Both take half the time of a run and are proved elsewhere, so most seeds do without them: the digest of what would be
signed stands in, bound to the key's name, for nobody in a run forges anything. What it means to kiosk and cloud is the
same: any other key, body, address, audience or nonce is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.protocol.errors import SignatureError
from sync.protocol.keys import thumbprint
from sync.signable_request import AUDIENCE_HEADER, SignableRequest
from sync.signed_requests import SignedBy

_NONCE, _SIGNATURE = "nonce-in-short", "signature-in-short"


def sign_short(request: SignableRequest, *, key: Ed25519PrivateKey, audience: str, nonce: str, created_s: int) -> None:
    """As ``sync.signed_requests.sign_request``."""
    kid = thumbprint(key.public_key())
    request.headers[AUDIENCE_HEADER] = audience
    request.headers["signature-input"] = f'lodge=();keyid="{kid}"'
    request.headers[_NONCE] = nonce
    request.headers[_SIGNATURE] = _short(kid, request, audience, nonce)


def verify_short(request: SignableRequest, *, key: Ed25519PublicKey, audience: str) -> SignedBy:
    """As ``sync.signed_requests.verify_request``.

    Raises:
        SignatureError: anything of the request is not what was signed, or it is meant for another server.
    """
    nonce, kid = request.headers[_NONCE], thumbprint(key)
    if request.headers.get(AUDIENCE_HEADER) != audience:
        raise SignatureError("the request is meant for another server or organisation")
    if request.headers[_SIGNATURE] != _short(kid, request, audience, nonce):
        raise SignatureError("the signature of the request does not verify")
    return SignedBy(kid, nonce)


@contextmanager
def short_signatures() -> Iterator[None]:
    """While inside, both sides use them."""
    with (
        patch("sync.signed_requests.sign_request", sign_short),
        patch("tests.simulation.cloud_machine.verify_request", verify_short),
    ):
        yield


def _short(kid: str, request: SignableRequest, audience: str, nonce: str) -> str:
    covered = f"{kid}\n{request.method}\n{request.url}\n{audience}\n{nonce}\n".encode()
    return sha256(covered + request.body).hexdigest()
