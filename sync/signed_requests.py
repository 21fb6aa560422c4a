"""Device requests signed as RFC 9421, over http-message-signatures.

Covered: method, path, query, the digest of the body, and ``lodge-audience`` (origin and organisation). Fresh
by a nonce that the server issued (``lodge-nonce`` on each response); ``created`` is carried and never judged,
for kiosks have wrong clocks. Which nonces are fresh, and which key belongs to a ``keyid``, callers decide.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
)
from http_message_signatures.algorithms import ED25519
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from sync.protocol.errors import SignatureError
from sync.protocol.identifiers import is_thumbprint
from sync.protocol.keys import thumbprint
from sync.signable_request import AUDIENCE_HEADER, SignableRequest

TAG = "lodge-device-v1"
COVERED = ("@method", "@path", "@query", AUDIENCE_HEADER)
_LABEL = "lodge"
_SIGNING_HEADERS = (AUDIENCE_HEADER, "content-digest", "signature", "signature-input")
_FOREIGN = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError)
"""What parsing a hostile header or address may raise in the libraries below, besides their own errors."""


@dataclass(frozen=True, slots=True)
class SignedBy:
    """What a verified signature says: which key, and the nonce that it carries."""

    kid: str
    nonce: str


class _OneKey(HTTPSignatureKeyResolver):
    def __init__(self, *, kid: str, private: Ed25519PrivateKey | None, public: Ed25519PublicKey | None) -> None:
        self._kid, self._private, self._public = kid, private, public

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        if self._private is None or key_id != self._kid:
            raise SignatureError("no such signing key")
        return self._private

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        if self._public is None or key_id != self._kid:
            raise SignatureError("the request is signed by another key")
        return self._public


class _AnyClock(HTTPMessageVerifier):
    """Accepts a ``created`` of any time: freshness comes from the nonce."""

    max_clock_skew = timedelta(days=36_500)


def sign_request(
    request: SignableRequest, *, key: Ed25519PrivateKey, audience: str, nonce: str, created_s: int
) -> None:
    """Put the audience, digest and signature headers on a request, in place of any from an earlier signing.

    ``created_s``: seconds since 1970.

    Raises:
        SignatureError: something of it cannot be signed, such as a nonce with signs that RFC 9421 forbids.
    """
    for stale in _SIGNING_HEADERS:
        request.headers.pop(stale, None)
    request.headers[AUDIENCE_HEADER] = audience
    kid = thumbprint(key.public_key())
    signer = HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=_OneKey(kid=kid, private=key, public=None))
    try:
        signer.sign(
            request,
            key_id=kid,
            created=datetime.fromtimestamp(created_s, tz=UTC),
            nonce=nonce,
            label=_LABEL,
            tag=TAG,
            covered_component_ids=COVERED,
            body=request.body,
        )
    except (HTTPMessageSignaturesException, *_FOREIGN) as error:
        raise SignatureError("the request cannot be signed") from error


def claimed_key(headers: Mapping[str, str]) -> str:
    """The ``keyid`` of a request, unverified, to look up the device record.

    Raises:
        SignatureError: the request carries no signature of ours.
    """
    value = headers.get("signature-input", "")
    _, found, rest = value.partition('keyid="')
    kid, closed, _ = rest.partition('"')
    if not found or not closed or value.count("keyid=") != 1 or not is_thumbprint(kid):
        raise SignatureError("the request is not signed")
    return kid


def verify_request(request: SignableRequest, *, key: Ed25519PublicKey, audience: str) -> SignedBy:
    """Verify a request against the key of the device record and this server's audience.

    Raises:
        SignatureError: unsigned, signed by another key, changed, or meant for another server (C14, C16).
    """
    if request.headers.get(AUDIENCE_HEADER) != audience:
        raise SignatureError("the request is meant for another server or organisation")
    kid = thumbprint(key)
    verifier = _AnyClock(signature_algorithm=ED25519, key_resolver=_OneKey(kid=kid, private=None, public=key))
    try:
        results = verifier.verify(
            request,
            max_age=None,
            expect_tag=TAG,
            require_components=(*COVERED, "content-digest"),
            body=request.body,
        )
    except (InvalidSignature, HTTPMessageSignaturesException, SignatureError, *_FOREIGN) as error:
        raise SignatureError("the signature of the request does not verify") from error
    if len(results) != 1 or results[0].nonce is None:
        raise SignatureError("the request carries no nonce")
    return SignedBy(kid, results[0].nonce)
