"""The audit log for people: searched, and each entry in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal
from uuid import UUID

from cloud_api.clock import from_unix_ms
from cloud_api.keys.fields import FieldCipher
from cloud_api.keys.ring import KeyRing
from cloud_api.keys.tokens import actor_token, begins
from cloud_api.services.audit_kinds import ADMIN_KINDS, DEVICE_KINDS, Topic, device_words, plain_words
from cloud_api.services.audit_trail import BY
from cloud_api.services.place_zones import place_zone
from cloud_api.services.stored_bodies import read_admin_body
from cloud_api.store import audit_listing, audit_search, data_keys, kiosks, organisations, users
from cloud_api.store.audit_listing import ListedEntry, LogHead
from cloud_api.store.audit_search import Wanted
from cloud_api.store.db import Database, Tenant
from sync.protocol.audit import decode_admin_header
from sync.protocol.events import decode_header
from sync.protocol.hlc import Hlc

PAGE = 50


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for; empty for whatever. ``who``: how a name of the team begins, or a whole name. ``since``
    and ``until``: days, both included, as most of the sites count. ``security``: the security timeline alone.
    """

    who: str = ""
    topic: Topic | None = None
    kind: str = ""
    kiosk: UUID | None = None
    stay: UUID | None = None
    id: UUID | None = None
    since: date | None = None
    until: date | None = None
    security: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether something is looked for."""
        return self != Search(security=self.security)


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One entry. ``at``: when it happened, by the clock of whoever recorded it; ``received_at``: when the server had
    it. ``standing`` of its personal part: ``shown``, ``erased``, or ``elsewhere`` (what kiosks record of visits is read
    with the visit). ``who`` and ``address`` are empty where it is erased. ``detail``: the particulars by name; ``id``:
    of the event or act.
    """

    number: int
    at: datetime
    received_at: datetime
    what: str
    why: str
    who: str
    address: str
    kind: str
    security: bool
    standing: Literal["shown", "erased", "elsewhere"]
    detail: Mapping[str, str]
    id: UUID
    kiosk: UUID | None = None
    stay: UUID | None = None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of what was found, newest first; ``older`` continues it, ``None`` at its end. ``people`` and ``kiosks``
    are what can be chosen.
    """

    now: datetime
    head: LogHead
    signed_at: datetime | None
    lines: tuple[AuditLine, ...]
    older: int | None
    people: tuple[str, ...] = ()
    kiosks: Mapping[UUID, str] | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """What a sentence names: kiosks by id (as text), and the zone that times are told in."""

    kiosks: Mapping[str, str]
    zone: tzinfo


class AuditReading:
    """Reads the log."""

    def __init__(self, db: Database, ring: KeyRing) -> None:
        self._db = db
        self._ring = ring

    async def page(
        self,
        tenant: UUID,
        now: datetime,
        search: Search | None = None,
        *,
        before: int | None = None,
        limit: int = PAGE,
    ) -> AuditPage:
        """The entries that match, numbered below ``before``, or the newest."""
        search = search or Search()
        async with self._db.tenant(tenant, snapshot=True) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            head = await audit_listing.read_head(tx)
            names = await read_names(tx, cipher)
            people = sorted({user.name for user in await users.list_all(tx, cipher)})
            wanted = await resolve(tx, cipher, search, people, names.zone)
            numbers = await numbers_of(tx, wanted, head, before=before, limit=limit + 1)
            found = await audit_listing.list_numbers(tx, cipher, numbers[:limit])
        return AuditPage(
            now=now.astimezone(names.zone),
            head=head,
            signed_at=head.signed_at.astimezone(names.zone) if head.signed_at else None,
            lines=tuple(describe(entry, names) for entry in found),
            older=numbers[limit - 1] if len(numbers) > limit else None,
            people=tuple(people),
            kiosks={UUID(kiosk): name for kiosk, name in names.kiosks.items()},
        )


async def numbers_of(tx: Tenant, wanted: Wanted, head: LogHead, *, before: int | None, limit: int) -> list[int]:
    """The numbers of the newest entries that match, below ``before``. Where nothing is looked for they are those of the
    log itself.
    """
    if not wanted.everything:
        return await audit_search.find(tx, wanted, before=before, limit=limit)
    top = min(end for end in (head.entries + 1, before, wanted.until) if end is not None) - 1
    return list(range(top, max(top - limit, wanted.since - 1), -1))


async def read_names(tx: Tenant, cipher: FieldCipher) -> Names:
    """What sentences of this organisation name."""
    known = sorted(await kiosks.list_all(tx), key=lambda kiosk: kiosk.name.casefold())
    zone = place_zone(await organisations.list_sites(tx, cipher), None)
    return Names({str(kiosk.id): kiosk.name for kiosk in known}, zone)


async def resolve(tx: Tenant, cipher: FieldCipher, search: Search, people: list[str], zone: tzinfo) -> Wanted:
    """A search in the terms of the store: names as tokens, days as numbers of entries."""
    kinds = [search.kind] if search.kind else None
    since = 1
    if search.since is not None:
        since = 1 + await audit_search.entries_by(tx, datetime.combine(search.since, time(), zone))
    until = None
    if search.until is not None and search.until < date.max:
        until = 1 + await audit_search.entries_by(tx, datetime.combine(search.until + timedelta(days=1), time(), zone))
    actors = _actors(cipher, search.who, people)
    return Wanted(kinds, search.topic, actors, search.kiosk, search.stay, since, until, security=search.security)


def _actors(cipher: FieldCipher, who: str, people: list[str]) -> list[bytes] | None:
    if not who.strip():
        return None
    # The name itself too: somebody who has left the team is found by the whole of it. Of an act by a key or a program,
    # whose name goes on with what it was done by, the person's is what it is found by (once it was by all of it).
    names = {who.strip(), who.partition(", by the ")[0].strip(), *(name for name in people if begins(who, name))}
    return sorted({actor_token(cipher, name) for name in names})


def describe(entry: ListedEntry, names: Names) -> AuditLine:
    """An entry in plain words."""
    return _device_line(entry, names) if entry.is_device else _admin_line(entry, names)


def _device_line(entry: ListedEntry, names: Names) -> AuditLine:
    header = decode_header(entry.raw)
    words = DEVICE_KINDS.get(header.kind)
    return AuditLine(
        number=entry.number,
        at=min(from_unix_ms(Hlc.parse(header.hlc).wall_ms), entry.received_at).astimezone(names.zone),
        received_at=entry.received_at.astimezone(names.zone),
        what=device_words(header.kind),
        why="",
        who=entry.kiosk or "",
        address="Kiosk",
        kind=header.kind,
        security=words is not None and words.security,
        standing="elsewhere",
        detail={},
        kiosk=header.kiosk,
        stay=header.stay,
        id=header.id,
    )


def _admin_line(entry: ListedEntry, names: Names) -> AuditLine:
    admin = decode_admin_header(entry.raw)
    body = read_admin_body(entry.body)
    detail = dict(body.detail) if body else {}
    words = ADMIN_KINDS.get(admin.kind)
    kiosk = detail.get("kiosk") or None
    return AuditLine(
        number=entry.number,
        at=from_unix_ms(admin.at_ms).astimezone(names.zone),
        received_at=entry.received_at.astimezone(names.zone),
        what=_sentence(
            plain_words(admin.kind) if words is None else words.sentence, detail, names, shown=body is not None
        ),
        why=body.reason if body else "",
        who=_who(body.actor, detail.get(BY, "")) if body else "",
        address=_where(body.address) if body else "",
        kind=admin.kind,
        security=words is not None and words.security,
        standing="erased" if body is None else "shown",
        detail=detail,
        kiosk=UUID(kiosk) if kiosk else None,
        stay=UUID(detail["stay"]) if detail.get("stay") else None,
        id=admin.id,
    )


def _sentence(text: str, detail: Mapping[str, str], names: Names, *, shown: bool) -> str:
    # Not str.format: what a person typed may hold braces, and is put in as it is, once.
    filled = {
        **detail,
        "kiosk_name": names.kiosks.get(detail.get("kiosk", ""), "A kiosk"),
        "as_roles": f" ({detail['roles']})" if detail.get("roles") else "",
        "as_format": f" as {detail['format']}" if detail.get("format") else "",
    }
    parts: list[str] = []
    for piece in text.split("{"):
        name, closed, rest = piece.partition("}")
        parts += [filled.get(name, "" if shown else "…"), rest] if closed else [piece]
    return "".join(parts).strip()


def _who(actor: str, by: str) -> str:
    if ":" in by:
        return actor  # an account's, key's or program's name, whatever it says
    kind, colon, name = actor.partition(":")
    if colon and kind == "operator":
        return f"{name}, operator"
    return {"kiosk": "A kiosk", "server": "The server", "host": "A host, by their link"}.get(actor, actor)


def _where(address: str) -> str:
    return "On the server" if address == "local" else address
