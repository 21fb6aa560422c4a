"""Creating organisations, and bringing one in line with its file."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID, uuid4, uuid5

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud_api.clock import Clock
from cloud_api.errors import ConfigurationError
from cloud_api.keys.fields import FieldCipher
from cloud_api.keys.ring import KeyRing
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.feed import Feed
from cloud_api.services.feed_contents import SiteSettings
from cloud_api.services.key_ceremony import KeyCeremony
from cloud_api.services.organisation_file import OrganisationFile, SiteEntry
from cloud_api.store import audit_log, catalogue, data_keys, hosts, organisations
from cloud_api.store.catalogue import DocumentText, TypeDefinition
from cloud_api.store.db import Database, Tenant
from cloud_api.store.hosts import Host
from cloud_api.store.organisations import Site, Zone
from sync.protocol import exact_json
from sync.protocol.feed import document_hash
from sync.protocol.keys import thumbprint

PIN_HASHER = PasswordHasher(time_cost=1, memory_cost=47104, parallelism=1)


@dataclass(frozen=True, slots=True)
class Created:
    """A new organisation and the name (thumbprint) of its root key."""

    id: UUID
    name: str
    root_thumbprint: str


@dataclass(frozen=True, slots=True)
class Applied:
    """What a file brought about: how many of each there are now, and how many hosts were retired."""

    sites: int
    zones: int
    hosts: int
    hosts_retired: int
    documents: int
    visitor_types: int


class Organisations:
    """Creates and changes organisations."""

    def __init__(
        self,
        db: Database,
        ring: KeyRing,
        ceremony: KeyCeremony,
        feed: Feed,
        trail: AuditTrail,
        clock: Clock,
    ) -> None:
        self._db = db
        self._ring = ring
        self._ceremony = ceremony
        self._feed = feed
        self._trail = trail
        self._clock = clock

    async def create(self, name: str, actor: Actor, keep_root: Callable[[bytes], None]) -> Created:
        """Create an organisation with its keys. ``keep_root`` gets the root's private half (32 bytes) and must
        have stored it before it returns; if it raises, nothing is created.
        """
        root = Ed25519PrivateKey.generate()
        tenant = uuid4()
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
            ConfigurationError: a document's text changed without a new version.
        """
        async with self._db.tenant(tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            await organisations.rename(tx, wanted.name)
            await self._put_sites(tx, cipher, wanted)
            retired = await self._put_hosts(tx, cipher, wanted)
            await self._put_catalogue(tx, wanted)
            for site in wanted.sites:
                await self._feed.refresh(tx, _site_id(tenant, site.key))
            applied = _count(wanted, retired)
            detail = {"sites": str(applied.sites), "hosts": str(applied.hosts)}
            await self._trail.record(tx, AdminAct("configuration.applied", actor, detail))
        return applied

    async def _put_sites(self, tx: Tenant, cipher: FieldCipher, wanted: OrganisationFile) -> None:
        pins = {site.id: site.pin_hash for site in await organisations.list_sites(tx, cipher)}
        for entry in wanted.sites:
            site_id = _site_id(tx.id, entry.key)
            settings = SiteSettings(languages=entry.languages, badge_hours=entry.badge_hours)
            site = Site(
                id=site_id,
                key=entry.key,
                name=entry.name,
                time_zone=entry.time_zone,
                settings=exact_json.encode(settings),
                pin_hash=_pin_hash(entry, pins.get(site_id, "")),
            )
            await organisations.put_site(tx, cipher, site)
            for zone in entry.zones:
                zone_id = uuid5(site_id, f"zone|{zone.key}")
                await organisations.put_zone(tx, Zone(zone_id, site_id, zone.key, zone.name, zone.muster_point))

    async def _put_hosts(self, tx: Tenant, cipher: FieldCipher, wanted: OrganisationFile) -> int:
        id_key = cipher.derive("host-ids")
        kept: list[UUID] = []
        for entry in wanted.hosts:
            host = Host(
                id=_host_id(id_key, entry.key),
                site_id=None if entry.site is None else _site_id(tx.id, entry.site),
                active=True,
                name=entry.name,
                email=entry.email,
                department=entry.department,
            )
            await hosts.put(tx, self._ring, host, self._clock.now())
            kept.append(host.id)
        return await hosts.retire_others(tx, kept)

    async def _put_catalogue(self, tx: Tenant, wanted: OrganisationFile) -> None:
        texts = [
            DocumentText(
                entry.id,
                entry.version,
                entry.language,
                entry.title,
                entry.paragraphs,
                document_hash(entry.title, entry.paragraphs),
            )
            for entry in wanted.documents
        ]
        clashing = await catalogue.put_documents(tx, texts)
        if clashing:
            raise ConfigurationError(
                f"documents: the text of {', '.join(sorted(set(clashing)))} changed without a new version; "
                "consents name a version, so give the new text a new one"
            )
        types = [TypeDefinition(kind.id, exact_json.encode(kind)) for kind in wanted.visitor_types]
        await catalogue.put_types(tx, types)


def _count(wanted: OrganisationFile, retired: int) -> Applied:
    return Applied(
        sites=len(wanted.sites),
        zones=sum(len(site.zones) for site in wanted.sites),
        hosts=len(wanted.hosts),
        hosts_retired=retired,
        documents=len(wanted.documents),
        visitor_types=len(wanted.visitor_types),
    )


def _site_id(tenant: UUID, key: str) -> UUID:
    return uuid5(tenant, f"site|{key}")


def _host_id(id_key: bytes, key: str) -> UUID:
    # Keyed, because the operator's key for a host is often a name or an address.
    return UUID(bytes=hmac.new(id_key, key.encode("utf-8"), sha256).digest()[:16], version=4)


def _pin_hash(entry: SiteEntry, before: str) -> str:
    """The old hash while it fits: a new one would send every kiosk a new page for nothing."""
    if entry.staff_pin is None:
        return ""
    try:
        if before and PIN_HASHER.verify(before, entry.staff_pin):
            return before
    except (Argon2Error, InvalidHashError):
        pass
    return PIN_HASHER.hash(entry.staff_pin)
