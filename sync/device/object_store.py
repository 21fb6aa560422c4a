"""Sealed photos and signatures that the cloud does not have yet, in the kiosk's database. This kiosk cannot open them.

They are written with the event that names them, in one transaction, and leave by a signed receipt, by erasure or by
age, whichever comes first.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from sync.device.database import DeviceDatabase
from sync.device.tables import Tables
from sync.protocol.events import Event
from sync.protocol.objects import SealedObject

_INSERT = "insert into object (id, stay, epoch, seq, sha256, size, since_ms, sealed) values (?, ?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class WaitingObject:
    """An object to be sent; the event (``epoch``, ``seq``) names it. ``size`` in bytes, ``sha256`` in hex."""

    id: UUID
    epoch: str
    seq: int
    size: int
    sha256: str


class ObjectStore:
    """Keeps them. Any thread may ask."""

    def __init__(self, database: DeviceDatabase) -> None:
        self._database = database

    @property
    def waiting(self) -> int:
        """How many the cloud does not have for sure yet.

        Raises:
            StorageError: the disk refused.
        """
        return int(self._database.read("select count(*) as waiting from object")[0]["waiting"])

    def keep(self, tables: Tables, objects: Sequence[SealedObject], event: Event, since_ms: int) -> None:
        """Keep what an event names, within the transaction that records it. ``since_ms``: milliseconds since 1970, 0
        while nobody believes the clock.
        """
        header = event.header
        stay = None if header.stay is None else header.stay.bytes
        for each in objects:
            digest = sha256(each.sealed).hexdigest()
            row = (str(each.id), stay, header.epoch, header.seq, digest, len(each.sealed), since_ms, each.sealed)
            tables.execute(_INSERT, row)

    def next(
        self,
        accepted: Callable[[str], int],
        is_lost: Callable[[WaitingObject], bool] = lambda _waiting: False,
        *,
        aside: Collection[UUID] = (),
    ) -> WaitingObject | None:
        """The oldest object whose event the cloud has accepted (``accepted``: the last such seq of an epoch), or of
        which this kiosk cannot know (``is_lost``: the event is not here any more), leaving out those ``aside``.

        Raises:
            StorageError: the disk refused.
        """
        known: dict[str, int] = {}
        for row in self._database.read("select id, epoch, seq, size, sha256 from object order by rowid"):
            if row["epoch"] not in known:
                known[row["epoch"]] = accepted(row["epoch"])
            found = WaitingObject(UUID(row["id"]), row["epoch"], row["seq"], row["size"], row["sha256"])
            if found.id not in aside and (found.seq <= known[found.epoch] or is_lost(found)):
                return found
        return None

    def part(self, wanted: UUID, start: int, size: int) -> bytes:
        """At most ``size`` bytes from ``start`` on; empty where it is gone.

        Raises:
            StorageError: the disk refused.
        """
        sql = "select substr(sealed, ?, ?) as part from object where id = ?"
        rows = self._database.read(sql, (start + 1, size, str(wanted)))
        return bytes(rows[0]["part"]) if rows else b""

    def remove(self, wanted: UUID) -> None:
        """The cloud has it, or wants it no more.

        Raises:
            StorageError: the disk refused; it is still there.
        """
        with self._database.transaction() as tables:
            tables.execute("delete from object where id = ?", (str(wanted),))

    def erase(self, tables: Tables, stay: UUID) -> None:
        """Delete all of a stay, sent or not, within a transaction that the caller holds."""
        tables.execute("delete from object where stay = ?", (stay.bytes,))

    def expire(self, *, now_ms: int, retention_ms: int) -> None:
        """Delete what is older than the retention, sent or not. ``now_ms`` must be of a clock that is believed.

        What was kept by a clock that nobody believed begins to age now.

        Raises:
            StorageError: the disk refused; nothing was deleted.
        """
        old = now_ms - retention_ms
        if not self._database.read("select 1 from object where since_ms = 0 or since_ms < ? limit 1", (old,)):
            return
        with self._database.transaction() as tables:
            tables.execute("update object set since_ms = ? where since_ms = 0", (now_ms,))
            tables.execute("delete from object where since_ms < ?", (old,))
