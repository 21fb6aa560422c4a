"""The newest verified page of each kind. A version that is not above the one held is refused (C23)."""

from dataclasses import dataclass
from typing import TypeVar

import msgspec

from sync.device.database import DeviceDatabase
from sync.device.rows import put_row
from sync.device.settings import Enrolment
from sync.protocol import jws
from sync.protocol.errors import EncodingError, SignatureError
from sync.protocol.feed import (
    SHAPES,
    PageHead,
    PageKind,
    SentPage,
    apply_changes,
    open_head,
    page_hash,
    read_content,
    require_content,
)
from sync.protocol.keyspage import KeysPage, KeyUse

_DISTRUSTED = -1
"""The version of a page whose key is believed no more: every version that is offered is above it."""

C = TypeVar("C", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class HeldPage:
    """A page that the kiosk works with. ``expires_ms``: milliseconds since 1970."""

    kind: PageKind
    version: int
    expires_ms: int


class ForeignPageError(EncodingError):
    """A verified page of a kind that came later: it concerns a newer kiosk."""

    def __init__(self, head: PageHead) -> None:
        super().__init__(f"the page {head.page} is of a kind that this kiosk does not know")
        self.head = head


class FeedStore:
    """Keeps pages, and answers from memory after the first time: an arrival asks while a visitor waits.

    One process takes pages (the running kiosk); others read what they find when they first ask.
    """

    def __init__(self, database: DeviceDatabase, enrolment: Enrolment) -> None:
        self._database = database
        self._enrolment = enrolment
        self._contents: dict[PageKind, msgspec.Struct] = {}
        self._held: dict[PageKind, HeldPage] | None = None

    def held(self) -> dict[PageKind, HeldPage]:
        """What is held, by kind."""
        known = self._held
        if known is None:
            with self._database.lock:
                rows = self._database.read("select kind, version, expires_ms from feed_page")
                pages = [HeldPage(PageKind(row["kind"]), row["version"], row["expires_ms"]) for row in rows]
                known = self._held = {page.kind: page for page in pages}
        return dict(known)

    def stale(self, now_ms: int) -> tuple[HeldPage, ...]:
        """The pages that have expired, for the kiosk's status: it goes on working with them, and says so (C23).

        ``now_ms``: milliseconds since 1970 as believed; at clock quality 0 the answer is worth as little.
        """
        held = sorted(self.held().values(), key=lambda page: page.kind)
        return tuple(page for page in held if page.expires_ms <= now_ms)

    def stale_since_ms(self, now_ms: int) -> int | None:
        """When the first of the expired pages expired, milliseconds since 1970; ``None`` while none has."""
        return min((page.expires_ms for page in self.stale(now_ms)), default=None)

    def content(self, kind: PageKind, shape: type[C]) -> C | None:
        """The content of a page, or ``None`` when the kiosk has never had it."""
        known = self._contents.get(kind)
        if isinstance(known, shape):
            return known
        with self._database.lock:
            if kind not in self.held():
                return None
            rows = self._database.read("select content from feed_page where kind = ?", (kind.value,))
            content = read_content(kind, bytes(rows[0]["content"]), shape)
            self._contents[kind] = content
        return content

    def distrust(self, keys: KeysPage) -> bool:
        """Forget the versions of pages whose key the keys page lists no more; whether there were any.

        Whoever had that key could have signed any version. The kiosk goes on with what it has, says that it is out of
        date, and takes whatever the server offers next (C46).

        Raises:
            StorageError: the disk refused.
        """
        listed = {entry.kid for entry in keys.keys if entry.use == KeyUse.FEED}
        rows = self._database.read("select kind, signed from feed_page where version > ?", (_DISTRUSTED,))
        gone = [row["kind"] for row in rows if jws.read_header(row["signed"], what="a page").kid not in listed]
        if not gone:
            return False
        since = keys.issued_ms
        with self._database.lock:
            with self._database.transaction() as tables:
                for kind in gone:
                    tables.execute(
                        "update feed_page set version = ?, expires_ms = min(expires_ms, ?) where kind = ?",
                        (_DISTRUSTED, since, kind),
                    )
            self._held = None
        return True

    def take(self, sent: SentPage, keys: KeysPage) -> bool:
        """Verify and keep a page; ``False`` when it is the one already held.

        Raises:
            ForeignPageError: of a kind that came later.
            SignatureError: not by the feed's key, of a lower version, or not the successor it claims to be.
            ProtocolError: not a page, or its content is not of its kind's shape.
            StorageError: the disk refused; the page held before stays.
        """
        kid = jws.read_header(sent.head, what="a feed page").kid
        head = open_head(
            sent.head,
            key=keys.find(KeyUse.FEED, kid),
            tenant=self._enrolment.tenant,
            site=self._enrolment.site,
        )
        if head.page not in SHAPES:
            raise ForeignPageError(head)
        kind = PageKind(head.page)
        rows = self._database.read("select version, signed, content from feed_page where kind = ?", (kind.value,))
        before = rows[0] if rows else None
        if before is not None and before["signed"] == sent.head:
            return False
        _require_above(head, None if before is None else (before["version"], before["signed"]))
        raw = _content(kind, sent, None if before is None else (before["version"], bytes(before["content"])))
        require_content(head, raw)
        read_content(kind, raw, SHAPES[kind])
        self._keep(kind, head, sent.head, raw)
        return True

    def _keep(self, kind: PageKind, head: PageHead, signed: str, raw: bytes) -> None:
        row = {
            "kind": kind.value,
            "version": head.version,
            "signed": signed,
            "expires_ms": head.expires_ms,
            "content": raw,
        }
        with self._database.lock:
            with self._database.transaction() as tables:
                put_row(tables, "feed_page", row, key="kind")
            self._contents.pop(kind, None)
            self._held = None


def _require_above(head: PageHead, before: tuple[int, str] | None) -> None:
    """C23: no way back, and no successor of another page than the one held."""
    if before is None:
        return
    version, signed = before
    if head.version <= version:
        raise SignatureError("the server offers an older page than the kiosk has")
    if head.version == version + 1 and head.previous != page_hash(signed):
        raise SignatureError("a page names another predecessor than the kiosk has")


def _content(kind: PageKind, sent: SentPage, before: tuple[int, bytes] | None) -> bytes:
    """What was sent, or what the changes make of what is held. The head's hash judges it either way."""
    whole = sent.whole
    if whole is not None:
        return whole
    if sent.changes is None:
        raise EncodingError("a page came without its content")
    if before is None or before[0] != sent.changes.since:
        raise EncodingError("a page came as changes to another version than the kiosk has")
    return apply_changes(kind, before[1], sent.changes)
