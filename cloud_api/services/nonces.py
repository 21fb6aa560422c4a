"""Nonces for device requests: issued by any replica, checked by any other, remembered by none.

A nonce says when it was issued and is authentic by an HMAC; it is fresh for five minutes. It may be used more
than once in that time, as with DPoP (RFC 9449 section 8): what a replayed request could do again is idempotent.
"""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

from cloud_api.clock import Clock

_FRESH_SECONDS = 300
_AHEAD_SECONDS = 60  # replicas' clocks may differ by so much
_TIME_BYTES = 6
_RANDOM_BYTES = 6
_MAC_BYTES = 18


class Nonces:
    """Issues and checks nonces under a secret that all replicas share."""

    def __init__(self, secret: bytes, clock: Clock) -> None:
        self._secret = secret
        self._clock = clock

    def issue(self) -> str:
        """A fresh nonce, 40 characters of base64url."""
        moment = int(self._clock.now().timestamp()).to_bytes(_TIME_BYTES, "big")
        body = moment + secrets.token_bytes(_RANDOM_BYTES)
        return urlsafe_b64encode(body + self._mac(body)).decode("ascii")

    def is_fresh(self, nonce: str) -> bool:
        """Whether we issued this nonce within the last minutes."""
        try:
            raw = urlsafe_b64decode(nonce.encode("ascii"))
        except (ValueError, UnicodeEncodeError):
            return False
        if urlsafe_b64encode(raw).decode("ascii") != nonce:
            return False  # the decoder reads other signs too, as "/" for "_"
        body, mac = raw[: _TIME_BYTES + _RANDOM_BYTES], raw[_TIME_BYTES + _RANDOM_BYTES :]
        if not hmac.compare_digest(mac, self._mac(body)):
            return False
        age = int(self._clock.now().timestamp()) - int.from_bytes(body[:_TIME_BYTES], "big")
        return -_AHEAD_SECONDS <= age <= _FRESH_SECONDS

    def _mac(self, body: bytes) -> bytes:
        return hmac.new(self._secret, body, sha256).digest()[:_MAC_BYTES]
