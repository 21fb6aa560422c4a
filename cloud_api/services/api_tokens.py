"""Tokens of programs: what they look like, and what is kept of them (ADR 67).

Each says itself what it is and whose organisation's: ``lodge_key_``, ``lodge_access_`` or ``lodge_refresh_``, the
organisation's id in 32 hex digits, and random bytes. So nothing need look past the tenant door for one.
"""

import secrets
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

_TENANT_SIGNS = 32
_LONGEST = 160


class TokenKind(StrEnum):
    """What a token is, as it begins."""

    KEY = "lodge_key_"
    ACCESS = "lodge_access_"
    REFRESH = "lodge_refresh_"


RANDOM_BYTES = {TokenKind.KEY: 32, TokenKind.ACCESS: 32, TokenKind.REFRESH: 64}


def new_token(kind: TokenKind, tenant: UUID) -> str:
    """A new token."""
    return kind.value + tenant.hex + secrets.token_urlsafe(RANDOM_BYTES[kind])


def digest(token: str) -> bytes:
    """What is kept of a token."""
    return sha256(token.encode("utf-8", "replace")).digest()


def read_token(token: str) -> tuple[TokenKind, UUID] | None:
    """What a token says that it is, and whose; ``None`` when it can be none."""
    kind = next((kind for kind in TokenKind if token.startswith(kind.value)), None)
    if kind is None or len(token) > _LONGEST:
        return None
    tenant = token[len(kind.value) : len(kind.value) + _TENANT_SIGNS]
    try:
        return kind, UUID(hex=tenant)
    except ValueError:
        return None
