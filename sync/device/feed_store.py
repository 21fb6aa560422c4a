"""The newest verified page of each kind. A version that is not above the one held is refused (C23)."""

from dataclasses import dataclass
from typing import TypeVar

import msgspec

from sync.device.database import DeviceDatabase
from sync.device.settings import Enrolment
from sync.protocol import exact_json, jws
from sync.protocol.errors import SignatureError
from sync.protocol.feed import (
    Configuration,
    Documents,
    FeedPage,
    Hosts,
    PageKind,
    Roster,
    open_page,
    page_hash,
    read_content,
)
from sync.protocol.identifiers import ZERO_SHA256
from sync.protocol.keyspage import KeysPage, KeyUse

_SHAPES: dict[PageKind, type[msgspec.Struct]] = {
    PageKind.CONFIGURATION: Configuration,
    PageKind.HOSTS: Hosts,
    PageKind.DOCUMENTS: Documents,
    PageKind.ROSTER: Roster,
}

_DISTRUSTED = -1

C = TypeVar("C", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class HeldPage:
    """A page that the kiosk works with. ``expires_ms``: milliseconds since 1970."""

    kind: PageKind
    version: int
    expires_ms: int


class FeedStore:
    """Keeps pages, and answers from memory after the first time: an arrival asks while a visitor waits.

    One process takes pages (the running kiosk); others read what they find when they first ask.
    """

    def __init__(self, database: DeviceDatabase, enrolment: Enrolment) -> None:
        self._database = database
        self._enrolment = enrolment
        self._contents: dict[PageKind, msgspec.Struct] = {}

    def held(self) -> dict[PageKind, HeldPage]:
        """What is held, by kind."""
        rows = self._database.read("select kind, version, expires_ms from page")
        pages = [HeldPage(PageKind(row["kind"]), row["version"], row["expires_ms"]) for row in rows]
        return {page.kind: page for page in pages}

    def stale(self, now_ms: int) -> tuple[HeldPage, ...]:
        """The pages that have expired, for the kiosk's status: it goes on working with them, and says so (C23).

        ``now_ms``: milliseconds since 1970 as believed; at clock quality 0 the answer is worth as little.
        """
        held = sorted(self.held().values(), key=lambda page: page.kind)
        return tuple(page for page in held if page.expires_ms <= now_ms)

    def content(self, kind: PageKind, shape: type[C]) -> C | None:
        """The content of a page, or ``None`` when the kiosk has never had it."""
        known = self._contents.get(kind)
        if isinstance(known, shape):
            return known
        with self._database.lock:
            rows = self._database.read("select signed from page where kind = ?", (kind.value,))
            if not rows:
                return None
            payload = jws.read_unverified_payload(rows[0]["signed"], what="a page that was verified")
            content = read_content(exact_json.decode(payload, FeedPage, what="a page that was verified"), shape)
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
        rows = self._database.read("select kind, signed from page where version > ?", (_DISTRUSTED,))
        gone = [row["kind"] for row in rows if jws.read_header(row["signed"], what="a page").kid not in listed]
        if not gone:
            return False
        with self._database.transaction() as tables:
            for kind in gone:
                tables.execute("update page set version = ?, expires_ms = 0 where kind = ?", (_DISTRUSTED, kind))
        return True

    def take(self, signed: str, keys: KeysPage) -> bool:
        """Verify and keep a page; ``False`` when it is the one already held.

        Raises:
            SignatureError: not by the feed's key, of a lower version, or not the successor it claims to be.
            ProtocolError: not a page, or its content is not of its kind's shape.
            StorageError: the disk refused; the page held before stays.
        """
        kid = jws.read_header(signed, what="a feed page").kid
        page = open_page(
            signed,
            key=keys.find(KeyUse.FEED, kid),
            tenant=self._enrolment.tenant,
            site=self._enrolment.site,
        )
        read_content(page, _SHAPES[page.page])
        rows = self._database.read("select version, signed from page where kind = ?", (page.page.value,))
        if rows and rows[0]["signed"] == signed:
            return False
        if rows and page.version <= rows[0]["version"]:
            raise SignatureError("the server offers an older page than the kiosk has")
        if rows and page.version == rows[0]["version"] + 1 and page.previous != page_hash(rows[0]["signed"]):
            raise SignatureError("a page names another predecessor than the kiosk has")
        if page.version == 1 and page.previous != ZERO_SHA256:
            raise SignatureError("a first page names a predecessor")
        row = {
            "kind": page.page.value,
            "version": page.version,
            "signed": signed,
            "expires_ms": page.expires_ms,
        }
        with self._database.lock:
            with self._database.transaction() as tables:
                tables.table("page").upsert(row, pk="kind")
            self._contents.pop(page.page, None)
        return True
