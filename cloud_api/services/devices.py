"""Who a device is: its record, found by the key that it names, never by anything else it says."""

from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cloud_api.store import closed, epochs, organisations
from cloud_api.store.db import Database
from cloud_api.store.kiosks import Standing
from sync.protocol.batch import Expectation
from sync.protocol.keys import base64url, public_key


@dataclass(frozen=True, slots=True)
class Device:
    """A kiosk's key as the cloud holds it. ``organisation``: where its organisation stands."""

    tenant: UUID
    site_id: UUID
    kiosk_id: UUID
    epoch: str
    key: Ed25519PublicKey
    audience: str
    standing: Standing
    organisation: organisations.Standing = "open"

    def expectation(self) -> Expectation:
        """Whom its batches must come from and go to."""
        return Expectation(self.tenant, self.site_id, self.kiosk_id, self.key, self.audience)


class Devices:
    """Finds devices."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def find(self, epoch: str) -> Device | None:
        """The device whose key has this thumbprint, revoked ones included."""
        async with self._db.lookup() as lookups:
            tenant = await lookups.find_device(epoch)
        if tenant is None:
            return None
        async with self._db.tenant(tenant) as tx:
            found = await epochs.find(tx, epoch)
            organisation = await organisations.find_standing(tx)
        if found is None or organisation is None:
            return None
        return Device(
            tenant=tenant,
            site_id=found.site_id,
            kiosk_id=found.kiosk_id,
            epoch=found.epoch,
            key=public_key(base64url(found.public_key)),
            audience=found.audience,
            standing=found.standing,
            organisation=organisation,
        )

    async def was_closed(self, epoch: str) -> bool:
        """Whether this is a key of an organisation that was closed, and of which nothing else is left."""
        return await closed.has_key(self._db, epoch)
