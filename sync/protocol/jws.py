"""Compact JWS (RFC 7515) with Ed25519 (RFC 9864) in exact form, through joserfc.

Algorithm, key and type are the caller's; nothing of a message chooses how it is verified (C16).
"""

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.protocol import exact_json
from sync.protocol.errors import EncodingError, SignatureError
from sync.protocol.identifiers import Thumbprint
from sync.protocol.keys import from_base64url, thumbprint

ALGORITHM = "Ed25519"
_SEGMENTS = 3


class ProtectedHeader(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The three members that every signed message of Lodge has, in this order."""

    alg: str
    typ: str
    kid: Thumbprint


def sign(payload: bytes, *, typ: str, key: Ed25519PrivateKey) -> str:
    """A compact JWS over exactly these payload bytes."""
    from sync.protocol.compact_jws import sign_compact  # noqa: PLC0415 -- see there

    return sign_compact({"alg": ALGORITHM, "typ": typ, "kid": thumbprint(key.public_key())}, payload, key)


def verify(message: str, *, typ: str, key: Ed25519PublicKey, what: str) -> bytes:
    """The payload, if this key signed it with this type.

    Raises:
        EncodingError: not a compact JWS in its only form.
        SignatureError: another key, type or algorithm, or a signature that does not verify.
    """
    header = read_header(message, what=what)
    if header.alg != ALGORITHM or header.typ != typ:
        raise SignatureError(f"{what} is of another type or algorithm")
    if header.kid != thumbprint(key):
        raise SignatureError(f"{what} is signed by another key")
    from sync.protocol.compact_jws import verify_compact  # noqa: PLC0415 -- see there

    return verify_compact(message, key, ALGORITHM, what=what)


def read_header(message: str, *, what: str) -> ProtectedHeader:
    """The protected header, unverified: only to look up which trusted key to verify with."""
    segments = message.split(".")
    if len(segments) != _SEGMENTS:
        raise EncodingError(f"{what} is not a compact JWS")
    decoded = [from_base64url(segment, what=what) for segment in segments]
    return exact_json.decode(decoded[0], ProtectedHeader, what=f"the header of {what}")


def read_unverified_payload(message: str, *, what: str) -> bytes:
    """The payload before verification: only to find out whose it claims to be."""
    read_header(message, what=what)
    return from_base64url(message.split(".")[1], what=what)
