"""Tokens of sessions, and of what is half signed in: random, in one cookie, kept as their SHA-256."""

import secrets
from hashlib import sha256
from uuid import UUID

_BYTES = 32
_LONGEST = 64
_TENANT_SIGNS = 32


def new_token() -> str:
    """32 random bytes as text."""
    return secrets.token_urlsafe(_BYTES)


def digest(token: str) -> bytes:
    """What is kept of a token."""
    return sha256(token.encode("utf-8", "replace")).digest()


def may_be_token(token: str) -> bool:
    """Whether this can be a token at all."""
    return 0 < len(token) <= _LONGEST


def with_tenant(tenant: UUID, token: str) -> str:
    """A token that says itself whose organisation's it is, so that nothing need look past the tenant door for it."""
    return tenant.hex + token


def split_tenant(text: str) -> tuple[UUID, str] | None:
    """The organisation and the token of such a text, or ``None`` when it is none."""
    tenant, token = text[:_TENANT_SIGNS], text[_TENANT_SIGNS:]
    if not may_be_token(token):
        return None
    try:
        return UUID(hex=tenant), token
    except ValueError:
        return None
