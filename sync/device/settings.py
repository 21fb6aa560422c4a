"""The kiosk's few lasting settings, kept in the database: who it is, whom it trusts, its epoch key."""

from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.device.database import DeviceDatabase
from sync.device.errors import EnrolmentError
from sync.device.rows import put_row
from sync.device.tables import Tables
from sync.protocol.batch import audience
from sync.protocol.chain import Identity
from sync.protocol.keys import private_key, public_key, public_text, thumbprint
from sync.protocol.keyspage import KeysPage, open_keys_page
from sync.protocol.sealing import SealingKey

_ENROLMENT = "enrolment"
_KEYS = "keys"
_MOVES = "root_moves"


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
        self._opened: tuple[tuple[str, str, UUID], KeysPage] | None = None

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
        with self._database.lock:
            raw, enrolment = self._value(_KEYS), self.enrolment()
        if raw is None or enrolment is None:
            return None
        signed, opened = raw.decode("ascii"), self._opened
        under = (signed, enrolment.root, enrolment.tenant)
        if opened is None or opened[0] != under:
            opened = under, open_keys_page(signed, root=enrolment.root_key, tenant=enrolment.tenant)
            self._opened = opened  # the same text under the same root: verified once
        return signed, opened[1]

    def sealing_key(self) -> SealingKey | None:
        """The organisation's key that photos are sealed to now; ``None`` where it has none, or none known here.

        Raises:
            ProtocolError, StorageError: the page or the disk is damaged.
        """
        keys = self.keys_page()
        return None if keys is None else keys[1].sealing_key()

    def enrol(
        self, enrolment: Enrolment, *, key: Ed25519PrivateKey, keys: str, started_ms: int, again: bool = False
    ) -> None:
        """Record an enrolment, its epoch key and the first keys page in one transaction.

        ``again``: in the place of the one that there is, for the same kiosk; its records and what waits stay (C46).

        Raises:
            EnrolmentError: somebody else has enrolled this kiosk meanwhile (C24), or it would become another kiosk.
            StorageError: the disk refused; nothing was recorded.
        """
        row = {
            "kid": thumbprint(key.public_key()),
            "private": key.private_bytes_raw(),
            "started_ms": started_ms,
        }
        with self._database.transaction() as tables:
            before = self.enrolment()
            if before is not None and not again:
                raise EnrolmentError("This kiosk was enrolled meanwhile, by another program.")
            if before is not None:
                _require_same_kiosk(before, enrolment)
            put_row(tables, "epoch", row, key="kid")
            put_setting(tables, _ENROLMENT, msgspec.json.encode(enrolment))
            put_setting(tables, _KEYS, keys.encode("ascii"))
            tables.execute("delete from setting where name = ?", (_MOVES,))

    def move_to_epoch(self, tables: Tables, epoch: str) -> None:
        """Name the epoch that this kiosk is in from now on, within a transaction that the caller holds.

        Raises:
            EnrolmentError: the kiosk is not enrolled.
        """
        enrolment = self.enrolment()
        if enrolment is None:
            raise EnrolmentError("This kiosk is not enrolled.")
        moved = msgspec.structs.replace(enrolment, epoch=epoch)
        put_setting(tables, _ENROLMENT, msgspec.json.encode(moved))

    def replace_keys(self, signed: str, *, root: Ed25519PublicKey, moves: tuple[str, ...] = ()) -> None:
        """Keep a newer keys page, already verified under ``root``; ``moves``: those of the root key that led there.

        Raises:
            EnrolmentError: the kiosk is not enrolled.
            StorageError: the disk refused; page and root stay as they were.
        """
        with self._database.transaction() as tables:
            enrolment = self.enrolment()
            if enrolment is None:
                raise EnrolmentError("This kiosk is not enrolled.")
            if moves:
                moved = msgspec.structs.replace(enrolment, root=public_text(root))
                put_setting(tables, _ENROLMENT, msgspec.json.encode(moved))
                put_setting(tables, _MOVES, msgspec.json.encode([*self.root_moves(), *moves]))
            put_setting(tables, _KEYS, signed.encode("ascii"))

    def root_moves(self) -> list[str]:
        """The moves of the root key that this kiosk has followed since it was enrolled, oldest first."""
        raw = self._value(_MOVES)
        return [] if raw is None else msgspec.json.decode(raw, type=list[str])

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
            tables.execute("delete from setting where name = ?", (name,))

    def _value(self, name: str) -> bytes | None:
        for row in self._database.read("select value from setting where name = ?", (name,)):
            return bytes(row["value"])
        return None


def _require_same_kiosk(before: Enrolment, after: Enrolment) -> None:
    """Events name their kiosk, site and organisation, and batches their server: those must stay as they are."""
    if (before.tenant, before.kiosk) != (after.tenant, after.kiosk):
        raise EnrolmentError(
            "This code is for another kiosk, and this one's visits would be lost to it. Ask for a new code of this "
            "very kiosk (console, Kiosks, New code); lodge-kiosk status says which it is."
        )
    if (before.site, before.origin) != (after.site, after.origin):
        raise EnrolmentError(
            "The server has another name now, or the kiosk another site: what waits here could not be sent any more. "
            "Let it be sent first."
        )


def put_setting(tables: Tables, name: str, value: bytes) -> None:
    """Keep a value within a transaction that the caller holds."""
    put_row(tables, "setting", {"name": name, "value": value}, key="name")
