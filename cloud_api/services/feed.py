"""The feed: pages are built when something changed or their time runs out, and signed once.

Whoever changes what stands on a page calls ``refresh`` in the same transaction; a kiosk that asks is answered from what
is signed already.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from uuid import UUID

import anyio.to_thread
import msgspec

from cloud_api.clock import Clock, unix_ms
from cloud_api.errors import CloudError, PageFullError
from cloud_api.keys.fields import FieldCipher
from cloud_api.keys.ring import KeyRing
from cloud_api.services.command_page import command_page
from cloud_api.services.devices import Device
from cloud_api.services.feed_contents import BUILT, build_contents
from cloud_api.services.signatures import Signatures
from cloud_api.store import data_keys, feed_pages, kiosks, organisations, root_moves, signing_keys
from cloud_api.store.db import Database, Tenant
from cloud_api.store.feed_pages import StoredFeedPage
from sync.protocol import exact_json
from sync.protocol.exchange import FEED_PAUSE_SECONDS, KEYS_PAGE, FeedAnswer
from sync.protocol.feed import (
    MAX_CONTENT_BYTES,
    SHAPES,
    PageHead,
    PageKind,
    SentPage,
    changes_between,
    page_hash,
    send_changes,
    send_whole,
)
from sync.protocol.identifiers import ZERO_SHA256, sha256_hex
from sync.protocol.jws import read_header

_LONGEST_LEAD_SECONDS = 3600
"""How far versions may run ahead of the clock, when a page changes more than once a second for a while."""


@dataclass(frozen=True, slots=True)
class FeedTerms:
    """How long a page is valid, how old one may grow before it is signed anew, and how much goes into one answer."""

    valid_days: int = 7
    renew_after_days: int = 1
    answer_bytes: int = 2 * MAX_CONTENT_BYTES


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
        kiosk has, as far as one answer goes; ``have`` names them by kind, and by ``keys`` that of the keys page.

        ``again_seconds`` is 0 where something is news to this kiosk.
        """
        async with self._db.tenant(device.tenant) as tx:
            # The kiosk's row before the site's: in this order everywhere, or two of us wait for one another.
            await kiosks.note_seen(tx, device.kiosk_id, self._clock.now())
            newest = await feed_pages.list_newest(tx, device.site_id)
            forgotten = self._forgotten(newest, have)
            withdrawn = await signing_keys.withdrawn_ids(tx)
            if forgotten or not self._all_stand(newest, withdrawn):
                newest = await self.refresh(tx, device.site_id, above=forgotten)
            keys = await signing_keys.newest_page(tx)
            moves = await root_moves.list_after(tx, have.get(KEYS_PAGE, 0))
            wanted = [newest[kind] for kind in PageKind if newest[kind].version > have.get(kind, 0)]
            pages, more = await self._gather(tx, wanted, have, withdrawn)
        if keys is None:
            raise CloudError("the organisation has no keys page")
        # A kiosk that does not name its keys page is told of the newest one, but not for that reason at once.
        news = bool(pages) or keys.version > have.get(KEYS_PAGE, keys.version)
        return FeedAnswer(
            keys=keys.page,
            pages=tuple(pages),
            moves=tuple(moves),
            more=more,
            again_seconds=0 if news else FEED_PAUSE_SECONDS,
        )

    async def refresh_all(self, tx: Tenant, kinds: Collection[PageKind] = tuple(PageKind)) -> None:
        """The same for these pages of every site, in an order that lets nobody wait for one another.

        Raises:
            PageFullError: a page has outgrown what a kiosk takes.
        """
        await feed_pages.lock_sites(tx)
        for site_id in await organisations.list_site_ids(tx):
            await self.refresh(tx, site_id, kinds)

    async def refresh(
        self,
        tx: Tenant,
        site_id: UUID,
        kinds: Collection[PageKind] = tuple(PageKind),
        *,
        above: Mapping[str, int] = MappingProxyType({}),
    ) -> dict[str, StoredFeedPage]:
        """The newest pages of a site; those of these kinds built anew where content changed, time runs out, or a
        version ``above`` the one given is needed.

        Raises:
            PageFullError: a page has outgrown what a kiosk takes.
        """
        await feed_pages.lock_site(tx, site_id)
        cipher = await data_keys.open_organisation_key(tx, self._ring)
        newest = await feed_pages.list_newest(tx, site_id)
        withdrawn = await signing_keys.withdrawn_ids(tx)
        for kind, content in (await self._contents(tx, site_id, kinds)).items():
            raw = await anyio.to_thread.run_sync(exact_json.encode, content)
            require_page_size(kind, len(raw))
            before = newest.get(kind)
            floor = above.get(kind, 0)
            stands = before is not None and self._stands(before, withdrawn) and before.version > floor
            if before is not None and stands and before.content_hash == sha256_hex(raw):
                continue
            newest[kind] = await self._make(tx, site_id, kind, raw, before, floor)
            await feed_pages.add(tx, cipher, newest[kind], raw)
        return newest

    async def _contents(self, tx: Tenant, site_id: UUID, kinds: Collection[PageKind]) -> dict[PageKind, msgspec.Struct]:
        now = self._clock.now()
        contents = await build_contents(tx, self._ring, site_id, now, [kind for kind in kinds if kind in BUILT])
        if PageKind.COMMANDS in kinds:
            contents[PageKind.COMMANDS] = await command_page(tx, self._ring, self._signatures, site_id, now)
        return contents

    def _all_stand(self, newest: dict[str, StoredFeedPage], withdrawn: set[str]) -> bool:
        return all(kind in newest and self._stands(newest[kind], withdrawn) for kind in SHAPES)

    def _forgotten(self, newest: dict[str, StoredFeedPage], have: dict[str, int]) -> dict[str, int]:
        """Versions that kiosks hold of pages that this database has forgotten, as after it was restored (C09).

        A kiosk cannot hold what is far beyond the clock; what it says of that is not believed.
        """
        last = int(self._clock.now().timestamp()) + _LONGEST_LEAD_SECONDS
        return {kind: held for kind, held in have.items() if kind in newest and newest[kind].version < held <= last}

    def _stands(self, page: StoredFeedPage, withdrawn: set[str]) -> bool:
        if _signed_by_one_of(withdrawn, page.head):
            return False
        return self._clock.now() - page.created_at < timedelta(days=self._terms.renew_after_days)

    async def _gather(
        self, tx: Tenant, wanted: list[StoredFeedPage], have: dict[str, int], withdrawn: set[str]
    ) -> tuple[list[SentPage], bool]:
        cipher = await data_keys.open_organisation_key(tx, self._ring)
        pages: list[SentPage] = []
        room = self._terms.answer_bytes
        for page in wanted:
            known = await feed_pages.find(tx, page.site_id, page.kind, have.get(page.kind, 0))
            if known is not None and _signed_by_one_of(withdrawn, known.head):
                known = None  # a kiosk that hears of the withdrawal goes by that page no more
            sent, size = await self._send(tx, cipher, page, known)
            if pages and size > room:
                return pages, True
            pages.append(sent)
            room -= size
        return pages, False

    async def _send(
        self, tx: Tenant, cipher: FieldCipher, page: StoredFeedPage, held: StoredFeedPage | None
    ) -> tuple[SentPage, int]:
        """The page as changes to what the kiosk holds, where that is known and shorter, else whole; and its size."""
        site, kind = page.site_id, PageKind(page.kind)
        content = await feed_pages.read_content(tx, cipher, site, kind, page.content_hash)
        if held is not None:
            old = await feed_pages.read_content(tx, cipher, site, kind, held.content_hash)
            changes = changes_between(kind, old, content, since=held.version)
            size = len(exact_json.encode(changes))
            if size < len(content):
                return send_changes(page.head, changes), size
        return send_whole(page.head, content), len(content)

    async def _make(
        self, tx: Tenant, site_id: UUID, kind: PageKind, raw: bytes, before: StoredFeedPage | None, floor: int
    ) -> StoredFeedPage:
        now = self._clock.now()
        expires = now + timedelta(days=self._terms.valid_days)
        head = PageHead(
            v=1,
            tenant=tx.id,
            site=site_id,
            page=kind,
            # By the clock: a restored database goes on above the pages that it has forgotten, and follows none of them.
            version=max(before.version + 1 if before else 1, floor + 1, int(now.timestamp())),
            previous=before.hash if before else ZERO_SHA256,
            issued_ms=unix_ms(now),
            expires_ms=unix_ms(expires),
            sha256=sha256_hex(raw),
            size=len(raw),
        )
        signed = await self._signatures.sign_head(tx, head)
        return StoredFeedPage(
            site_id=site_id,
            kind=kind.value,
            version=head.version,
            hash=page_hash(signed),
            content_hash=head.sha256,
            head=signed,
            expires_at=expires,
            created_at=now,
        )


def _signed_by_one_of(withdrawn: set[str], head: str) -> bool:
    """Whether a key that is believed no more signed this page of ours (C46)."""
    return bool(withdrawn) and read_header(head, what="our own page").kid in withdrawn


def require_page_size(kind: PageKind, size: int) -> None:
    """Refuse a page that no kiosk would take.

    Raises:
        PageFullError: ``size`` (bytes) is beyond 4 MiB.
    """
    if size > MAX_CONTENT_BYTES:
        raise PageFullError(
            f"{kind}: a site's page would have {size / 2**20:.1f} MiB, and a kiosk takes 4 MiB at most; name fewer, or "
            "give each its site"
        )
