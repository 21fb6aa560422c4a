"""The compact JWS itself, by joserfc. Apart from ``jws``: it brings certificates and more, and few starts need it."""

import joserfc.errors
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc import jws
from joserfc.jwk import OKPKey

from sync.protocol.errors import SignatureError


def sign_compact(header: dict[str, str], payload: bytes, key: Ed25519PrivateKey) -> str:
    """A compact JWS with this header, whose ``alg`` is the one that is used."""
    return jws.serialize_compact(header, payload, OKPKey(key, key), algorithms=[header["alg"]])


def verify_compact(message: str, key: Ed25519PublicKey, algorithm: str, *, what: str) -> bytes:
    """The payload, if this key signed it.

    Raises:
        SignatureError: it did not, or by another algorithm.
    """
    try:
        return jws.deserialize_compact(message, OKPKey(key, key), algorithms=[algorithm]).payload
    except (joserfc.errors.JoseError, ValueError) as error:
        raise SignatureError(f"the signature of {what} does not verify") from error
