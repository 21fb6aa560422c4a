"""Recovery codes: ten, of 80 random bits each, written down by whoever may lose a telephone; kept as keyed hashes.

So many random bits need no slow hash: nobody tries 2^80 of them, with the key or without.
"""

import hmac
import secrets
from hashlib import sha256
from uuid import UUID

from sync.protocol import base32

COUNT = 10
PURPOSE = "recovery-codes"
_BYTES = 10
_GROUP = 4


def new_codes() -> list[str]:
    """Codes as they are shown, once: ``7K3M-9QRT-VW2X-4ABC``."""
    return [_grouped(base32.encode(secrets.token_bytes(_BYTES))) for _ in range(COUNT)]


def hash_of(key: bytes, user_id: UUID, typed: str) -> bytes:
    """32 bytes, the same for every way of typing a code; ``key`` is derived for ``PURPOSE``."""
    return hmac.new(key, user_id.bytes + base32.normalise(typed).encode("utf-8", "replace"), sha256).digest()


def _grouped(code: str) -> str:
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))
