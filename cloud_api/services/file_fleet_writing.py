"""Bringing the fleet in line with an organisation's file, within the transaction that writes the rest of it.

What the file asks for is compared with what is there before anything is written: every fault is named by its place.
Order matters (see ``Feed.answer``): kiosks and stays are held before the sites, what needs a site comes after them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.command_page import read_arguments
from cloud_api.services.commanding import Commanding, Order
from cloud_api.services.confirmation import Confirmation
from cloud_api.services.erasing import Erased, Erasing
from cloud_api.services.feed_entries import Naming
from cloud_api.services.file_fleet import CommandEntry
from cloud_api.services.file_shape import quoted
from cloud_api.services.file_whole import OrganisationFile
from cloud_api.services.ingest_store import IngestTransaction
from cloud_api.services.postgres_ingest import PostgresIngestStore
from cloud_api.services.quotas import require_room
from cloud_api.store import commands, erasures, kiosks
from cloud_api.store.commands import StoredCommand
from cloud_api.store.db import Tenant
from cloud_api.store.kiosks import Kiosk

Name = tuple[UUID, str]
"""A kiosk's site and name."""


@dataclass(frozen=True, slots=True)
class FleetServices:
    """What does the same for one kiosk or visit at a time."""

    confirmation: Confirmation
    erasing: Erasing
    commanding: Commanding
    trail: AuditTrail
    store: PostgresIngestStore


@dataclass(frozen=True, slots=True)
class FleetDone:
    """What was new: how many kiosks, revocations, erasures and commands."""

    kiosks: int
    revoked: int
    erased: int
    commands: int


@dataclass
class FleetWriting:
    """One transaction's writing. ``inner`` is the same transaction for what concerns kiosks' logs."""

    tx: Tenant
    inner: IngestTransaction
    services: FleetServices
    naming: Naming
    wanted: OrganisationFile
    actor: Actor
    now: datetime
    _known: dict[Name, list[Kiosk]] = field(default_factory=dict)
    _given: dict[str, StoredCommand] = field(default_factory=dict)
    _revoked: set[Name] = field(default_factory=set)
    _has_key: dict[UUID, bool] = field(default_factory=dict)
    erased: list[UUID] = field(default_factory=list)
    """Visits that were erased; the caller writes them down before the transaction commits."""

    async def faults(self) -> list[str]:
        """Read what is there; whatever of the file cannot be done, by place."""
        for kiosk in await kiosks.list_all(self.tx):
            self._known.setdefault((kiosk.site_id, kiosk.name), []).append(kiosk)
        self._given = await commands.find_named(self.tx, [entry.name for entry in self.wanted.commands])
        found = [*self._kiosk_faults(), *self._revocation_faults(), *self._command_faults()]
        self._has_key = await erasures.have_keys(self.tx, [entry.id for entry in self.wanted.erasures])
        for index, entry in enumerate(self.wanted.erasures):
            if entry.id not in self._has_key:
                found.append(f"erasures[{index}].stay: there is no visit {quoted(entry.stay)}")
        return found

    async def put_before_sites(self) -> None:
        """Hold the kiosks that change; revoke, erase, and say who stands where no more."""
        moved = [kiosk for _, kiosk, zone in self._places() if kiosk is not None and kiosk.zone != zone]
        doomed = [(name, reason, live) for name, reason in self._revocations() if (live := self._live(name))]
        for _, _, kiosk in doomed:
            await self.inner.lock_kiosk(kiosk.id)
        for name, reason, kiosk in doomed:
            await self.services.confirmation.revoke_within(self.inner, kiosk.id, replace(self.actor, reason=reason))
            self._revoked.add(name)
        for entry in (entry for entry in self.wanted.erasures if self._has_key[entry.id]):
            actor = replace(self.actor, reason=entry.reason)
            if await self.services.erasing.erase_within(self.tx, entry.id, actor) is Erased.NOW:
                self.erased.append(entry.id)
        wiped = [self._live(self._name(entry)) for entry in self._new_commands() if entry.order == "wipe"]
        await kiosks.lock(self.tx, [kiosk.id for kiosk in (*moved, *wiped) if kiosk is not None])

    async def put_after_sites(self) -> FleetDone:
        """Kiosks that are new, where each stands, and commands. Pages are made anew by the caller."""
        made = 0
        for name, kiosk, zone in self._places():
            found = kiosk
            if found is None:
                found = await self._create(name)
                made += 1
            if found.zone != zone:
                zone_id = self.naming.zone(found.site_id, zone) if zone else None
                await kiosks.put_zone(self.tx, found.id, zone_id)
        for name, reason in self._revocations():
            if name not in self._revoked and (kiosk := self._live(name)) is not None:
                await self.services.confirmation.revoke_within(self.inner, kiosk.id, replace(self.actor, reason=reason))
                self._revoked.add(name)
        fresh = list(self._new_commands())
        for entry in fresh:
            await self._command(entry)
        return FleetDone(made, len(self._revoked), len(self.erased), len(fresh))

    async def _create(self, name: Name) -> Kiosk:
        site_id, text = name
        kiosk = Kiosk(uuid4(), site_id, text, self.now, None, None)
        await require_room(self.tx, "kiosks")
        await kiosks.add(self.tx, kiosk)
        key = next(site.key for site in self.wanted.sites if self.naming.site(site.key) == site_id)
        detail = {"kiosk": str(kiosk.id), "name": text, "site": key}
        await self.services.trail.record(self.tx, AdminAct("kiosk.created", self.actor, detail))
        self._known.setdefault(name, []).append(kiosk)
        return kiosk

    async def _command(self, entry: CommandEntry) -> None:
        kiosk = None if entry.kiosk is None else self._live(self._name(entry))
        order = Order(
            site_id=self.naming.site(entry.site),
            kiosk_id=None if kiosk is None else kiosk.id,
            order=entry.order,
            hours=entry.hours,
            arguments=entry.arguments,
            name=entry.name,
        )
        await self.services.commanding.give(self.tx, order, replace(self.actor, reason=entry.reason))

    def _places(self) -> Iterator[tuple[Name, Kiosk | None, str]]:
        """Each kiosk of the file, as it is there (``None``: not yet), and the key of its zone, empty for the first."""
        for site in self.wanted.sites:
            for entry in site.kiosks:
                name = (self.naming.site(site.key), entry.name)
                known = self._known.get(name, [])
                yield name, self._live(name) or next(iter(known), None), entry.zone or ""

    def _revocations(self) -> Sequence[tuple[Name, str]]:
        return [((self.naming.site(entry.site), entry.kiosk), entry.reason) for entry in self.wanted.revocations]

    def _new_commands(self) -> Iterator[CommandEntry]:
        return (entry for entry in self.wanted.commands if entry.name not in self._given)

    def _name(self, entry: CommandEntry) -> Name:
        return (self.naming.site(entry.site), entry.kiosk or "")

    def _live(self, name: Name) -> Kiosk | None:
        return next((kiosk for kiosk in self._known.get(name, ()) if kiosk.revoked_at is None), None)

    def _is_named(self, name: Name) -> bool:
        return any(name == named for named, _, _ in self._places())

    def _kiosk_faults(self) -> Iterator[str]:
        for index, site in enumerate(self.wanted.sites):
            for place, entry in enumerate(site.kiosks):
                known = self._known.get((self.naming.site(site.key), entry.name), [])
                if sum(kiosk.revoked_at is None for kiosk in known) > 1:
                    yield f"sites[{index}].kiosks[{place}].name: there are two kiosks {quoted(entry.name)}"

    def _revocation_faults(self) -> Iterator[str]:
        for index, (name, _) in enumerate(self._revocations()):
            known, where = self._known.get(name, []), f"revocations[{index}].kiosk"
            live = sum(kiosk.revoked_at is None for kiosk in known)
            if not known and not self._is_named(name):
                yield f"{where}: there is no kiosk {quoted(name[1])} at this site"
            elif live > 1 or (live and len(known) > 1):
                yield (
                    f"{where}: another kiosk {quoted(name[1])} was there before, so it is not clear which is meant; "
                    "revoke it by its id: lodge-cloud kiosk revoke"
                )

    def _command_faults(self) -> Iterator[str]:
        for index, entry in enumerate(self.wanted.commands):
            given, where = self._given.get(entry.name), f"commands[{index}]"
            if given is not None:
                if not self._is_same(given, entry):
                    yield f"{where}.name: {quoted(entry.name)} was another command; give the new one a name of its own"
            elif entry.kiosk is not None:
                name = self._name(entry)
                doomed = any(name == revoked for revoked, _ in self._revocations())
                if doomed or (self._live(name) is None and (self._known.get(name) or not self._is_named(name))):
                    yield f"{where}.kiosk: there is no kiosk {quoted(entry.kiosk)} at this site that could be commanded"

    def _is_same(self, given: StoredCommand, entry: CommandEntry) -> bool:
        """Whether a command of before is this one, wherever its kiosk has gone since."""
        ids = [kiosk.id for kiosk in self._known.get(self._name(entry), ())]
        hours = (given.expires_at - given.issued_at).total_seconds() / 3600
        return (
            given.site_id == self.naming.site(entry.site)
            and (given.kiosk_id in ids if entry.kiosk is not None else given.kiosk_id is None)
            and (given.order, read_arguments(given), hours) == (entry.order, entry.arguments, entry.hours)
        )
