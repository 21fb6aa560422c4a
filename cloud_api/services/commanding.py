"""Commands to kiosks (F19): given, listed with what kiosks said of them; and what a wipe leaves to be seen to (C47)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4, uuid5

from cloud_api.clock import Clock
from cloud_api.errors import ConfigurationError
from cloud_api.keys.ring import KeyRing
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.command_page import read_answers
from cloud_api.services.feed import Feed
from cloud_api.services.file_rules import NO_WIPE_FOR_ALL
from cloud_api.store import commands, data_keys, kiosks, organisations
from cloud_api.store.commands import StoredCommand
from cloud_api.store.db import Database, Tenant
from cloud_api.store.jobs import announce_change
from cloud_api.store.kiosks import Kiosk
from cloud_api.store.organisations import Site
from sync.protocol import exact_json
from sync.protocol.feed import PageKind
from sync.protocol.feed.orders import KnownOrder

MOST_HOURS = 24 * 31
_MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class Order:
    """What a kiosk is to do, or all kiosks of a site. ``name``: what a file calls it, unique in the organisation."""

    site_id: UUID
    kiosk_id: UUID | None
    order: str
    hours: int
    arguments: Mapping[str, str] = field(default_factory=dict)
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a kiosk said of a command, in the entry ``seq`` of its log, whose hash is ``head``."""

    kiosk: str
    outcome: str
    at: datetime
    seq: int
    head: str


@dataclass(frozen=True, slots=True)
class CommandFacts:
    """A command and what was said of it. ``kiosk`` is empty where it is for all of the site."""

    command: StoredCommand
    site: str
    kiosk: str
    replies: tuple[Reply, ...]
    expired: bool


class Commanding:
    """Commands kiosks."""

    def __init__(self, db: Database, ring: KeyRing, feed: Feed, trail: AuditTrail, clock: Clock) -> None:
        self._db = db
        self._ring = ring
        self._feed = feed
        self._trail = trail
        self._clock = clock

    async def command(
        self, tenant: UUID, order: str, *, site: str | None, kiosk: str | None, hours: int, actor: Actor
    ) -> StoredCommand:
        """Give a command to a kiosk (its name or id), or to all of a site (its key; not needed where it is clear).

        Raises:
            ConfigurationError: there is no such kiosk or site, or it is not clear which; or a wipe for more than one.
        """
        if kiosk is None and order == KnownOrder.WIPE:
            raise ConfigurationError(NO_WIPE_FOR_ALL)
        async with self._db.tenant(tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            sites = await organisations.list_sites(tx, cipher)
            found = None if kiosk is None else _choose_kiosk(await kiosks.list_all(tx), sites, kiosk, site)
            site_id = _choose_site(sites, site).id if found is None else found.site_id
            given = await self.give(tx, Order(site_id, None if found is None else found.id, order, hours), actor)
            await self._feed.refresh(tx, site_id, (PageKind.COMMANDS,))
            await announce_change(tx)
        return given

    async def give(self, tx: Tenant, order: Order, actor: Actor) -> StoredCommand:
        """The same within a transaction; the page is made anew by the caller."""
        now = self._clock.now()
        given = StoredCommand(
            # Of a named one always the same: a server that was restored gives it again, and kiosks know it.
            id=uuid4() if order.name is None else uuid5(tx.id, f"command {order.name}"),
            name=order.name,
            site_id=order.site_id,
            kiosk_id=order.kiosk_id,
            order=order.order,
            arguments=exact_json.encode(dict(order.arguments)),
            issued_at=now,
            expires_at=now + timedelta(hours=order.hours),
        )
        await commands.add(tx, given)
        if given.order == KnownOrder.WIPE and given.kiosk_id is not None:
            await kiosks.note_wipe(tx, given.kiosk_id, now)
        detail = {
            "command": str(given.id),
            "order": given.order,
            "kiosk": "" if given.kiosk_id is None else str(given.kiosk_id),
            "site": str(given.site_id),
            "until": given.expires_at.isoformat(timespec="minutes"),
            **{name: order.arguments[name] for name in ("stay", "found") if name in order.arguments},
        }
        await self._trail.record(tx, AdminAct("command.given", actor, detail))
        return given

    async def list(self, tenant: UUID) -> list[CommandFacts]:
        """The last commands, newest first."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            sites = {site.id: site.key for site in await organisations.list_sites(tx, cipher)}
            names = {kiosk.id: kiosk.name for kiosk in await kiosks.list_all(tx)}
            found = await commands.list_newest(tx, limit=_MOST_LISTED)
            asked = {command.id: command for command in found}
            replies: dict[UUID, list[Reply]] = {}
            for told, answer in await read_answers(tx, self._ring, found[-1].issued_at) if found else ():
                command, name = asked.get(told.command), names.get(answer.kiosk_id, "")
                if command is not None and command.kiosk_id in (None, answer.kiosk_id):
                    said = Reply(name, told.outcome, answer.received_at, answer.seq, answer.hash)
                    replies.setdefault(command.id, []).append(said)
        now = self._clock.now()
        return [
            CommandFacts(
                command=command,
                site=sites.get(command.site_id, ""),
                kiosk="" if command.kiosk_id is None else names.get(command.kiosk_id, ""),
                replies=tuple(replies.get(command.id, ())),
                expired=command.expires_at <= now,
            )
            for command in found
        ]

    async def reviewed(self, tenant: UUID, kiosk_id: UUID, actor: Actor) -> bool:
        """A person has compared the list with the building after a wipe (C47); ``False`` where nothing was open."""
        async with self._db.tenant(tenant) as tx:
            if not await kiosks.close_wipe(tx, kiosk_id):
                return False
            await self._trail.record(tx, AdminAct("kiosk.reviewed", actor, {"kiosk": str(kiosk_id)}))
            await announce_change(tx)
        return True


def _choose_site(sites: list[Site], key: str | None) -> Site:
    if key is None and len(sites) == 1:
        return sites[0]
    for site in sites:
        if site.key == key:
            return site
    names = ", ".join(site.key for site in sites) or "none: run lodge-cloud org apply first"
    raise ConfigurationError(f"name one of the organisation's sites ({names})")


def _choose_kiosk(known: list[Kiosk], sites: list[Site], wanted: str, site: str | None) -> Kiosk:
    """By its id, or by its name among those that are not revoked."""
    site_id = None if site is None else _choose_site(sites, site).id
    here = [kiosk for kiosk in known if kiosk.revoked_at is None and site_id in (None, kiosk.site_id)]
    found = [kiosk for kiosk in here if wanted in (kiosk.name, str(kiosk.id))]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(str(kiosk.id) for kiosk in found)
        raise ConfigurationError(f'{len(found)} kiosks are called "{wanted}": name one by its id: {ids}')
    raise ConfigurationError(f'there is no kiosk "{wanted}" that could be commanded')
