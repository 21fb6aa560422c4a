"""The pages of the feed: versions as ``cloud_api.services.feed`` counts them, content as production builds it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.protocol import exact_json
from sync.protocol.feed import (
    PageHead,
    PageKind,
    Roster,
    SentPage,
    changes_between,
    page_hash,
    send_changes,
    send_whole,
    sign_head,
)
from sync.protocol.identifiers import ZERO_SHA256, sha256_hex

_LIFETIME_MS = 7 * 86_400_000


@dataclass(frozen=True)
class RosterPage:
    """The newest signed roster, and the one before it, to which changes are told."""

    version: int
    content: bytes
    signed: str
    before: RosterPage | None

    def sent_to(self, held: int) -> SentPage:
        """Whole, or as changes to a kiosk that holds the page before."""
        if self.before is None or self.before.version != held:
            return send_whole(self.signed, self.content)
        return send_changes(
            self.signed, changes_between(PageKind.ROSTER, self.before.content, self.content, since=held)
        )


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
    head = PageHead(
        v=1,
        tenant=tenant,
        site=site,
        page=PageKind.ROSTER,
        version=version,
        previous=ZERO_SHA256 if before is None else page_hash(before.signed),
        issued_ms=now_ms,
        expires_ms=now_ms + _LIFETIME_MS,
        sha256=sha256_hex(content),
        size=len(content),
    )
    last = None if before is None else replace(before, before=None)
    return RosterPage(version, content, sign_head(head, key), last)
