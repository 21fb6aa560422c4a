"""The pages of the feed: versions as ``cloud_api.services.feed`` counts them, content as production builds it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.protocol import exact_json
from sync.protocol.feed import FeedPage, PageKind, Roster, page_hash, sign_page
from sync.protocol.identifiers import ZERO_SHA256

_LIFETIME_MS = 7 * 86_400_000


@dataclass(frozen=True)
class RosterPage:
    """The newest signed roster."""

    version: int
    content: bytes
    signed: str


def next_roster(
    before: RosterPage | None, roster: Roster, *, tenant: UUID, site: UUID, key: Ed25519PrivateKey, now_ms: int
) -> RosterPage:
    """The newest page: the one before, or a new one where the roster changed.

    A version is at least the time in seconds, so that a server that was restored never counts backwards.
    """
    content = exact_json.encode(roster)
    if before is not None and before.content == content:
        return before
    version = max(1 if before is None else before.version + 1, now_ms // 1000)
    page = FeedPage(
        v=1,
        tenant=tenant,
        site=site,
        page=PageKind.ROSTER,
        version=version,
        previous=ZERO_SHA256 if before is None else page_hash(before.signed),
        issued_ms=now_ms,
        expires_ms=now_ms + _LIFETIME_MS,
        content=msgspec.Raw(content),
    )
    return RosterPage(version, content, sign_page(page, key))
