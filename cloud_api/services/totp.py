"""Codes of an authenticator app (RFC 6238): six digits, steps of 30 seconds, SHA-1, as every such app knows them.

Usage::

    secret = new_secret()
    address = provisioning_uri(secret, "yarrow@example.org")      # what the QR code holds
    step = matching_step(secret, typed, now)                      # None: wrong; else remember it, and take it once
"""

import base64
import hmac
import secrets
from datetime import datetime

import pyotp

SECRET_BYTES = 20
STEP_SECONDS = 30
DIGITS = 6
_WINDOW = 1
_ISSUER = "Lodge"


def new_secret() -> bytes:
    """20 random bytes, as long as the hash (RFC 4226, 4)."""
    return secrets.token_bytes(SECRET_BYTES)


def secret_text(secret: bytes) -> str:
    """The secret as an app takes it typed: base32."""
    return base64.b32encode(secret).decode("ascii").rstrip("=")


def code_at(secret: bytes, step: int) -> str:
    """The code of a step."""
    return pyotp.HOTP(secret_text(secret), digits=DIGITS).at(step)


def step_at(moment: datetime) -> int:
    """The step that a moment is in."""
    return int(moment.timestamp()) // STEP_SECONDS


def matching_step(secret: bytes, typed: str, now: datetime) -> int | None:
    """The step whose code was typed, one on either side of now at most (RFC 6238, 5.2); ``None`` for none of them."""
    code = "".join(typed.split())
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        return None
    current, found = step_at(now), None
    for step in range(max(0, current - _WINDOW), current + _WINDOW + 1):
        if hmac.compare_digest(code_at(secret, step), code):
            found = step
    return found


def provisioning_uri(secret: bytes, email: str) -> str:
    """The address that an app reads from the QR code."""
    return pyotp.TOTP(secret_text(secret), digits=DIGITS, interval=STEP_SECONDS).provisioning_uri(
        name=email, issuer_name=_ISSUER
    )


def secret_of(text: str) -> bytes:
    """The secret from what ``secret_text`` gave, however it was spaced."""
    plain = "".join(text.split())
    return base64.b32decode(plain + "=" * (-len(plain) % 8))
