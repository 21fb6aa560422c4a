"""An organisation's kiosks: created, listed, revoked."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from cloud_api.clock import Clock
from cloud_api.errors import ConfigurationError
from cloud_api.keys.ring import KeyRing
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.command_page import wipe_is_open
from cloud_api.services.confirmation import Confirmation
from cloud_api.services.enrolment import Enrolment, IssuedCode
from cloud_api.services.names import is_name
from cloud_api.services.quotas import require_room
from cloud_api.store import data_keys, epochs, kiosks, organisations
from cloud_api.store.db import Database, Tenant
from cloud_api.store.kiosks import Epoch, Kiosk
from cloud_api.store.organisations import Site

MAX_NAME = 60


@dataclass(frozen=True, slots=True)
class KioskFacts:
    """A kiosk with its site and keys, for whoever looks after the fleet."""

    kiosk: Kiosk
    site_name: str
    epochs: tuple[Epoch, ...]

    @property
    def state(self) -> str:
        """``revoked``, ``enrolled`` or ``waiting`` for its code."""
        if self.kiosk.revoked_at is not None:
            return "revoked"
        return "enrolled" if self.epochs else "waiting"


class Fleet:
    """Looks after kiosks."""

    def __init__(
        self,
        db: Database,
        ring: KeyRing,
        enrolment: Enrolment,
        confirmation: Confirmation,
        trail: AuditTrail,
        clock: Clock,
    ) -> None:
        self._db = db
        self._ring = ring
        self._enrolment = enrolment
        self._confirmation = confirmation
        self._trail = trail
        self._clock = clock

    async def create(self, tenant: UUID, name: str, site: str | None, actor: Actor) -> IssuedCode:
        """A new kiosk and the code that enrols it. ``site`` is a site's key; needed where there are several.

        Raises:
            ConfigurationError: that is no name, there is no such site, it is not clear which, or the organisation has
                all the kiosks that it may have.
        """
        if not is_name(name, MAX_NAME):
            raise ConfigurationError(f"a kiosk needs a name of 1 to {MAX_NAME} letters, all of which can be seen")
        async with self._db.tenant(tenant) as tx:
            found = await self._choose_site(tx, site)
            await require_room(tx, "kiosks")
            kiosk = Kiosk(uuid4(), found.id, name, self._clock.now(), None, None)
            await kiosks.add(tx, kiosk)
            issued = await self._enrolment.issue(tx, kiosk.id)
            detail = {"kiosk": str(kiosk.id), "name": name, "site": found.key}
            await self._trail.record(tx, AdminAct("kiosk.created", actor, detail))
        return issued

    async def renew_code(self, tenant: UUID, kiosk_id: UUID, actor: Actor) -> IssuedCode:
        """A new code for a kiosk that exists.

        Raises:
            ConfigurationError: there is no such kiosk, it was revoked, or a wipe of it is open.
        """
        async with self._db.tenant(tenant) as tx:
            kiosk = await kiosks.find(tx, kiosk_id)
            if kiosk is None or kiosk.revoked_at is not None:
                raise ConfigurationError("there is no such kiosk, or it was revoked")
            if await wipe_is_open(tx, self._ring, kiosk, self._clock.now()):
                raise ConfigurationError(
                    "this kiosk was told to wipe itself and has not answered yet: a machine that is enrolled in its"
                    " place would be wiped. Create another one for it: lodge-cloud kiosk create"
                )
            issued = await self._enrolment.issue(tx, kiosk_id)
            await self._trail.record(tx, AdminAct("kiosk.code_issued", actor, {"kiosk": str(kiosk_id)}))
        return issued

    async def list(self, tenant: UUID) -> list[KioskFacts]:
        """All kiosks, by name."""
        async with self._db.tenant(tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            sites = {site.id: site.name for site in await organisations.list_sites(tx, cipher)}
            keys = await epochs.list_all(tx)
            return [
                KioskFacts(
                    kiosk,
                    sites.get(kiosk.site_id, ""),
                    tuple(epoch for epoch in keys if epoch.kiosk_id == kiosk.id),
                )
                for kiosk in await kiosks.list_all(tx)
            ]

    async def revoke(self, tenant: UUID, kiosk_id: UUID, actor: Actor) -> bool:
        """Believe a kiosk no more (C17); ``False`` when there is none or it was revoked before."""
        return await self._confirmation.revoke(tenant, kiosk_id, actor)

    async def _choose_site(self, tx: Tenant, key: str | None) -> Site:
        cipher = await data_keys.open_organisation_key(tx, self._ring)
        sites = await organisations.list_sites(tx, cipher)
        names = ", ".join(site.key for site in sites) or "none: run lodge-cloud org apply first"
        if key is None and len(sites) == 1:
            return sites[0]
        for site in sites:
            if site.key == key:
                return site
        raise ConfigurationError(f"name one of the organisation's sites ({names})")
