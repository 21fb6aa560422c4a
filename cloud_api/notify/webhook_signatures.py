"""Signatures of webhooks, after the Standard Webhooks specification 1.0 (symmetric, ``v1``).

A receiver computes HMAC-SHA256 over ``id.timestamp.body`` with its secret, compares, and refuses what is older than
five minutes or bears an id that it has had.
"""

import hmac
import secrets
from base64 import b64decode, b64encode
from hashlib import sha256

_PREFIX = "whsec_"
_SECRET_BYTES = 32


def new_secret() -> str:
    """A secret in its written form."""
    return _PREFIX + b64encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def signed_headers(secret: str, message: str, at_s: int, body: bytes) -> dict[str, str]:
    """The three headers of a delivery. ``message``: its id, the same at each attempt; ``at_s``: seconds since 1970."""
    return {
        "webhook-id": message,
        "webhook-timestamp": str(at_s),
        "webhook-signature": signature(secret, message, at_s, body),
    }


def signature(secret: str, message: str, at_s: int, body: bytes) -> str:
    """``v1,`` and the MAC in base64."""
    key = b64decode(secret.removeprefix(_PREFIX))
    mac = hmac.new(key, f"{message}.{at_s}.".encode("ascii") + body, sha256).digest()
    return f"v1,{b64encode(mac).decode('ascii')}"
