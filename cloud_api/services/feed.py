"""The feed: pages are built when something changed or their time runs out, and signed once."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import msgspec

from cloud_api.clock import Clock, unix_ms
from cloud_api.errors import CloudError
from cloud_api.keys.ring import KeyRing
from cloud_api.services.devices import Device
from cloud_api.services.feed_contents import build_contents
from cloud_api.services.signatures import Signatures
from cloud_api.store import data_keys, feed_pages, kiosks, root_moves, signing_keys
from cloud_api.store.db import Database, Tenant
from cloud_api.store.feed_pages import StoredFeedPage
from sync.protocol import exact_json
from sync.protocol.exchange import KEYS_PAGE, FeedAnswer
from sync.protocol.feed import FeedPage, PageKind, page_hash
from sync.protocol.identifiers import ZERO_SHA256, sha256_hex
from sync.protocol.jws import read_header


@dataclass(frozen=True, slots=True)
class FeedTerms:
    """How long a page is valid, and how old one may grow before it is signed anew."""

    valid_days: int = 7
    renew_after_days: int = 1


class Feed:
    """Builds pages and answers kiosks."""

    def __init__(self, db: Database, ring: KeyRing, signatures: Signatures, clock: Clock, terms: FeedTerms) -> None:
        self._db = db
        self._ring = ring
        self._signatures = signatures
        self._clock = clock
        self._terms = terms

    async def answer(self, device: Device, have: dict[str, int]) -> FeedAnswer:
        """The newest keys page, the moves of the root key that lead to it, and every page above the versions that the
        kiosk has; ``have`` names them by kind, and by ``keys`` that of the keys page.
        """
        async with self._db.tenant(device.tenant) as tx:
            # The kiosk's row before the site's: in this order everywhere, or two of us wait for one another.
            await kiosks.note_seen(tx, device.kiosk_id, self._clock.now())
            newest = await self.refresh(tx, device.site_id)
            keys = await signing_keys.newest_page(tx)
            moves = await root_moves.list_after(tx, have.get(KEYS_PAGE, 0))
        if keys is None:
            raise CloudError("the organisation has no keys page")
        pages = tuple(page.page for kind, page in newest.items() if page.version > have.get(kind, 0))
        return FeedAnswer(keys=keys.page, pages=pages, moves=tuple(moves))

    async def refresh(self, tx: Tenant, site_id: UUID) -> dict[str, StoredFeedPage]:
        """The newest pages of a site, built anew where content changed or time runs out."""
        await feed_pages.lock_site(tx, site_id)
        cipher = await data_keys.open_organisation_key(tx, self._ring)
        newest = await feed_pages.list_newest(tx, cipher, site_id)
        contents = await build_contents(tx, self._ring, site_id)
        withdrawn = await signing_keys.withdrawn_ids(tx)
        for kind, content in contents.items():
            raw = exact_json.encode(content)
            before = newest.get(kind)
            if before is not None and self._stands(before, raw, withdrawn):
                continue
            newest[kind] = await self._make(tx, site_id, kind, raw, before)
            await feed_pages.add(tx, cipher, newest[kind])
        return newest

    def _stands(self, page: StoredFeedPage, raw: bytes, withdrawn: set[str]) -> bool:
        if withdrawn and read_header(page.page, what="our own page").kid in withdrawn:
            return False
        age = self._clock.now() - page.created_at
        return page.content_hash == sha256_hex(raw) and age < timedelta(days=self._terms.renew_after_days)

    async def _make(
        self, tx: Tenant, site_id: UUID, kind: PageKind, raw: bytes, before: StoredFeedPage | None
    ) -> StoredFeedPage:
        now = self._clock.now()
        expires = now + timedelta(days=self._terms.valid_days)
        page = FeedPage(
            v=1,
            tenant=tx.id,
            site=site_id,
            page=kind,
            # By the clock: a restored database goes on above the pages that it has forgotten, and follows none of them.
            version=max(before.version + 1 if before else 1, int(now.timestamp())),
            previous=before.hash if before else ZERO_SHA256,
            issued_ms=unix_ms(now),
            expires_ms=unix_ms(expires),
            content=msgspec.Raw(raw),
        )
        signed = await self._signatures.sign_page(tx, page)
        return StoredFeedPage(
            site_id=site_id,
            kind=kind.value,
            version=page.version,
            hash=page_hash(signed),
            content_hash=sha256_hex(raw),
            page=signed,
            expires_at=expires,
            created_at=now,
        )
