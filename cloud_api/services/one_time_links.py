"""Tokens of links that are used once: random, known to whoever has the link, and here by their SHA-256 (ADR 69)."""

from dataclasses import dataclass
from uuid import UUID

from cloud_api.services.session_tokens import digest, new_token, split_tenant, with_tenant


@dataclass(frozen=True, slots=True)
class FreshToken:
    """What goes into a link, and what is kept of it."""

    text: str
    kept: bytes


def make_token(tenant: UUID) -> FreshToken:
    """A token that says itself whose organisation's it is, so that nothing need look past the tenant door."""
    token = new_token()
    return FreshToken(with_tenant(tenant, token), digest(token))


def read_token(text: str) -> tuple[UUID, bytes]:
    """The organisation of a link and the hash of its token; of what is none, some that nothing has."""
    parts = split_tenant(text)
    return (parts[0], digest(parts[1])) if parts else (UUID(int=0), digest(""))
