"""Creating organisations, and bringing one in line with its file."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud_api.clock import Clock
from cloud_api.keys.ring import KeyRing
from cloud_api.services.audit_trail import Actor, AdminAct
from cloud_api.services.feed import Feed
from cloud_api.services.feed_entries import Naming
from cloud_api.services.file_fleet_writing import FleetDone, FleetServices, FleetWriting
from cloud_api.services.file_taken_back import count_taken_back, read_standing
from cloud_api.services.file_writing import FileWriting
from cloud_api.services.key_ceremony import KeyCeremony
from cloud_api.services.organisation_file import OrganisationFile, require_none
from cloud_api.services.zone_names import names_of_kept_zones
from cloud_api.store import audit_log, data_keys, organisations
from cloud_api.store.db import Database
from cloud_api.store.jobs import announce_change
from sync.protocol.keys import thumbprint


@dataclass(frozen=True, slots=True)
class Created:
    """A new organisation and the name (thumbprint) of its root key."""

    id: UUID
    name: str
    root_thumbprint: str


@dataclass(frozen=True, slots=True)
class Seed:
    """What an organisation that does not exist yet is made from: its id and its root key."""

    tenant: UUID = field(default_factory=uuid4)
    root: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)


@dataclass(frozen=True, slots=True)
class Applied:
    """What a file brought about: how many of each there are now, how many hosts were retired, how many of each other
    kind were taken back, and the name of before where there is another one now.
    """

    sites: int
    zones: int
    hosts: int
    hosts_retired: int
    documents: int
    visitor_types: int
    badge_templates: int
    staff_pins: int
    invitations: int
    attestations: int
    watchlist: int
    taken_back: dict[str, int]
    renamed_from: str | None
    fleet: FleetDone


class Organisations:
    """Creates and changes organisations."""

    def __init__(
        self,
        db: Database,
        ring: KeyRing,
        ceremony: KeyCeremony,
        feed: Feed,
        fleet: FleetServices,
        clock: Clock,
    ) -> None:
        self._db = db
        self._ring = ring
        self._ceremony = ceremony
        self._feed = feed
        self._fleet = fleet
        self._trail = fleet.trail
        self._clock = clock

    async def create(
        self, name: str, actor: Actor, keep_root: Callable[[bytes], None], *, seed: Seed | None = None
    ) -> Created:
        """Create an organisation with its keys. ``keep_root`` gets the root's private half (32 bytes) and must
        have stored it before it returns; if it raises, nothing is created. ``seed``: where that was stored before.
        """
        seed = seed or Seed()
        root, tenant = seed.root, seed.tenant
        now = self._clock.now()
        async with self._db.tenant(tenant) as tx:
            await organisations.add(tx, name, now)
            cipher = await data_keys.make_organisation_key(tx, self._ring, now)
            await self._ceremony.make_keys(tx, cipher)
            await self._ceremony.publish_page(tx, root)
            await audit_log.open_log(tx)
            await self._trail.record(tx, AdminAct("organisation.created", actor, {"name": name}))
            keep_root(root.private_bytes_raw())
        return Created(tenant, name, thumbprint(root.public_key()))

    async def apply(self, tenant: UUID, wanted: OrganisationFile, actor: Actor) -> Applied:
        """Bring an organisation in line with its file, whole or not at all.

        Raises:
            ConfigurationError: a document's text changed without a new version, a page would be too large, or something
                that the file names is not there or not clear; by place. Nothing was changed.
            ErasureJournalError: visits are to be erased and the journal cannot be written. Nothing was changed.
            ObjectStoreError: all is done, but the file of an erased visit's photo may still be there.
        """
        async with self._db.tenant(tenant) as tx:
            await organisations.hold_settings(tx)
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            now, inner, naming = self._clock.now(), self._fleet.store.within(tx), Naming.of(tx.id, cipher)
            fleet = FleetWriting(tx, inner, self._fleet, naming, wanted, actor, now)
            require_none(await fleet.faults())
            require_none(list(names_of_kept_zones(wanted.sites, naming, await organisations.list_zones(tx))))
            before, called = await read_standing(tx, cipher, now), await organisations.find_name(tx)
            await fleet.put_before_sites()
            retired = await FileWriting(tx, self._ring, cipher, now).put(wanted)
            applied = replace(
                _count(wanted, retired, await fleet.put_after_sites()),
                taken_back=count_taken_back(before, await read_standing(tx, cipher, now)),
                renamed_from=None if called == wanted.name else called,
            )
            await self._feed.refresh_all(tx)
            detail = {"sites": str(applied.sites), "hosts": str(applied.hosts)}
            await self._trail.record(tx, AdminAct("configuration.applied", actor, detail))
            await announce_change(tx)
            await self._fleet.erasing.write_down(tx, fleet.erased)
        for entry in wanted.erasures:
            await self._fleet.erasing.delete_files(tenant, entry.id)
        return applied


def _count(wanted: OrganisationFile, retired: int, fleet: FleetDone) -> Applied:
    return Applied(
        sites=len(wanted.sites),
        zones=sum(len(site.zones) for site in wanted.sites),
        hosts=len(wanted.hosts),
        hosts_retired=retired,
        documents=len(wanted.documents),
        visitor_types=len(wanted.visitor_types),
        badge_templates=len(wanted.badge_templates),
        staff_pins=len(wanted.staff_pins) + sum(site.staff_pin is not None for site in wanted.sites),
        invitations=len(wanted.invitations),
        attestations=len(wanted.attestations),
        watchlist=len(wanted.watchlist),
        taken_back={},
        renamed_from=None,
        fleet=fleet,
    )
