"""The kiosk's few lasting settings, kept in the database: who it is, whom it trusts, its epoch key."""

from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlite_utils import Database

from sync.device.database import DeviceDatabase
from sync.device.errors import EnrolmentError
from sync.protocol.batch import audience
from sync.protocol.chain import Identity
from sync.protocol.keys import private_key, public_key, thumbprint
from sync.protocol.keyspage import KeysPage, open_keys_page
from sync.protocol.sealing import SealingKey

_ENROLMENT = "enrolment"
_KEYS = "keys"


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """What enrolment settled. ``server`` is the address dialled, ``origin`` the server's own name for itself.

    ``root`` is the organisation's root key in base64url: the one thing that is pinned.
    """

    server: str
    origin: str
    tenant: UUID
    site: UUID
    kiosk: UUID
    root: str
    epoch: str

    @property
    def identity(self) -> Identity:
        """Who makes this kiosk's events."""
        return Identity(self.tenant, self.site, self.kiosk, self.epoch)

    @property
    def audience(self) -> str:
        """For whom everything is that this kiosk signs."""
        return audience(self.origin, self.tenant)

    @property
    def root_key(self) -> Ed25519PublicKey:
        """The pinned root key."""
        return public_key(self.root)


class Settings:
    """Reads and writes them. A kiosk without ``enrolment`` has not been enrolled."""

    def __init__(self, database: DeviceDatabase) -> None:
        self._database = database

    def enrolment(self) -> Enrolment | None:
        """Who this kiosk is, or ``None``."""
        raw = self._value(_ENROLMENT)
        return None if raw is None else msgspec.json.decode(raw, type=Enrolment)

    def epoch_key(self, kid: str) -> Ed25519PrivateKey:
        """The private key of an epoch.

        Raises:
            KeyError: no such epoch.
        """
        for row in self._database.read("select private from epoch where kid = ?", (kid,)):
            return private_key(row["private"])
        raise KeyError(kid)

    def keys_page(self) -> tuple[str, KeysPage] | None:
        """The newest keys page, signed and read, or ``None`` before enrolment."""
        raw, enrolment = self._value(_KEYS), self.enrolment()
        if raw is None or enrolment is None:
            return None
        signed = raw.decode("ascii")
        return signed, open_keys_page(signed, root=enrolment.root_key, tenant=enrolment.tenant)

    def sealing_key(self) -> SealingKey | None:
        """The organisation's key that photos are sealed to now; ``None`` where it has none, or none known here.

        Raises:
            ProtocolError, StorageError: the page or the disk is damaged.
        """
        keys = self.keys_page()
        return None if keys is None else keys[1].sealing_key()

    def enrol(self, enrolment: Enrolment, *, key: Ed25519PrivateKey, keys: str, started_ms: int) -> None:
        """Record an enrolment, its epoch key and the first keys page in one transaction.

        Raises:
            EnrolmentError: somebody else has enrolled this kiosk meanwhile (C24).
            StorageError: the disk refused; nothing was recorded.
        """
        row = {
            "kid": thumbprint(key.public_key()),
            "private": key.private_bytes_raw(),
            "started_ms": started_ms,
        }
        with self._database.transaction() as tables:
            if self.enrolment() is not None:
                raise EnrolmentError("This kiosk was enrolled meanwhile, by another program.")
            tables.table("epoch").upsert(row, pk="kid")
            put_setting(tables, _ENROLMENT, msgspec.json.encode(enrolment))
            put_setting(tables, _KEYS, keys.encode("ascii"))

    def move_to_epoch(self, tables: Database, epoch: str) -> None:
        """Name the epoch that this kiosk is in from now on, within a transaction that the caller holds.

        Raises:
            EnrolmentError: the kiosk is not enrolled.
        """
        enrolment = self.enrolment()
        if enrolment is None:
            raise EnrolmentError("This kiosk is not enrolled.")
        moved = msgspec.structs.replace(enrolment, epoch=epoch)
        put_setting(tables, _ENROLMENT, msgspec.json.encode(moved))

    def replace_keys(self, signed: str) -> None:
        """Keep a newer keys page, already verified."""
        with self._database.transaction() as tables:
            put_setting(tables, _KEYS, signed.encode("ascii"))

    def get(self, name: str) -> bytes | None:
        """Another value by name."""
        return self._value(name)

    def put(self, name: str, value: bytes) -> None:
        """Keep another value by name."""
        with self._database.transaction() as tables:
            put_setting(tables, name, value)

    def remove(self, name: str) -> None:
        """Forget another value by name."""
        with self._database.transaction() as tables:
            tables.table("setting").delete_where("name = ?", [name])

    def _value(self, name: str) -> bytes | None:
        for row in self._database.read("select value from setting where name = ?", (name,)):
            return bytes(row["value"])
        return None


def put_setting(tables: Database, name: str, value: bytes) -> None:
    """Keep a value within a transaction that the caller holds."""
    tables.table("setting").upsert({"name": name, "value": value}, pk="name")
