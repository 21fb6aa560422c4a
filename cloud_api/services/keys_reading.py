"""An organisation's keys and its kiosks' keys as administrators read them: nothing here changes or opens any."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from uuid import UUID

from cloud_api.keys.ring import KeyRing
from cloud_api.services.place_zones import place_zone
from cloud_api.store import data_keys, epochs, keks, kiosks, organisations, signing_keys
from cloud_api.store.db import Database
from cloud_api.store.kiosks import Epoch, Kiosk
from cloud_api.store.signing_keys import KeyPurpose, StoredKey, StoredPage
from sync.protocol.keys import base64url, public_key, thumbprint

ROTATED_EVERY = timedelta(days=365)
"""How old a key that signs or seals should grow: a year, as the handbook advises. Nothing rotates by itself, for each
keys page is signed by the root key, which may be in a safe.
"""
PURPOSE_WORDS: dict[KeyPurpose, str] = {
    "receipt": "Receipts: what kiosks were told is stored",
    "feed": "Feed: what kiosks are told",
    "command": "Commands to kiosks",
    "token": "Invitations and links",
    "log": "Checkpoints of this audit log",
    "sealing": "Sealing of photos and signatures",
}


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key of the organisation. ``due``: when the one that is in use should be replaced; ``None`` for others."""

    key: StoredKey
    words: str
    since: datetime
    due: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class DataVersion:
    """A version of the key that protects the organisation's data, and by which service it is kept."""

    number: int
    service: str
    since: datetime
    destroyed: bool


@dataclass(frozen=True, slots=True)
class KioskKeys:
    """A kiosk and its keys, the newest first."""

    name: str
    revoked: bool
    keys: tuple[Epoch, ...]


@dataclass(frozen=True, slots=True)
class KeysView:
    """All of it at one moment. ``root``: the fingerprint of the root key that signed the newest page."""

    now: datetime
    root: str
    page: StoredPage | None
    keys: tuple[KeyLine, ...]
    retired: int
    versions: tuple[DataVersion, ...]
    kiosks: tuple[KioskKeys, ...]

    @property
    def overdue(self) -> tuple[KeyLine, ...]:
        """Keys in use that should have been replaced."""
        return tuple(line for line in self.keys if line.overdue)


class KeysReading:
    """Reads them."""

    def __init__(self, db: Database, ring: KeyRing) -> None:
        self._db = db
        self._ring = ring

    async def read(self, tenant: UUID, now: datetime) -> KeysView:
        """The organisation's keys and those of all its kiosks."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            zone = place_zone(await organisations.list_sites(tx, cipher), None)
            found = await signing_keys.list_all(tx)
            page = await signing_keys.newest_page(tx)
            versions = await keks.list_versions(tx)
            fleet, device = await kiosks.list_all(tx), await epochs.list_all(tx)
        shown = [key for key in found if key.standing in ("current", "next", "withdrawn")]
        return KeysView(
            now=now.astimezone(zone),
            root=thumbprint(public_key(base64url(page.root_key))) if page else "",
            page=replace(page, created_at=page.created_at.astimezone(zone)) if page else None,
            keys=tuple(_line(key, found, now, zone) for key in sorted(shown, key=_order)),
            retired=sum(key.standing == "retired" for key in found),
            versions=tuple(
                DataVersion(number, service, since.astimezone(zone), destroyed is not None)
                for number, service, since, destroyed in versions
            ),
            kiosks=_of_kiosks(fleet, device, zone),
        )


def _order(key: StoredKey) -> tuple[int, int]:
    return list(PURPOSE_WORDS).index(key.purpose), ("current", "next", "withdrawn").index(key.standing)


def _line(key: StoredKey, known: Sequence[StoredKey], now: datetime, zone: tzinfo) -> KeyLine:
    # A key is made when the one before it comes into use, and waits as the next one: it is in use since the one after
    # it was made.
    later = [item.created_at for item in known if item.purpose == key.purpose and item.created_at > key.created_at]
    since = min(later) if later and key.standing == "current" else key.created_at
    due = since + ROTATED_EVERY if key.standing == "current" else None
    return KeyLine(
        key=key,
        words=PURPOSE_WORDS[key.purpose],
        since=since.astimezone(zone),
        due=due.astimezone(zone) if due else None,
        overdue=due is not None and due <= now,
    )


def _of_kiosks(fleet: Sequence[Kiosk], device: Sequence[Epoch], zone: tzinfo) -> tuple[KioskKeys, ...]:
    ordered = sorted(fleet, key=lambda kiosk: (kiosk.revoked_at is not None, kiosk.name.casefold(), kiosk.id))
    return tuple(
        KioskKeys(
            kiosk.name,
            kiosk.revoked_at is not None,
            tuple(
                replace(item, started_at=item.started_at.astimezone(zone))
                for item in reversed(device)
                if item.kiosk_id == kiosk.id
            ),
        )
        for kiosk in ordered
    )
