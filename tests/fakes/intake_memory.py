"""The store of what is known of photos, in memory, over the rows of the ingest store's twin; and an object store.

Both are held to the real ones by one contract suite. Nothing here ever awaits.
"""

import contextlib
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from cloud_api.errors import KeyServiceError, StoreError
from cloud_api.services.intake_store import IntakeTransaction, NamedAt
from cloud_api.store.events import NewEvent
from cloud_api.store.objects import Naming, StoredObject
from sync.protocol.objects import ObjectReceipt
from sync.protocol.sealing import ObjectName
from tests.fakes.ingest_memory import MemoryIngestStore
from tests.fakes.memory_tables import Rows

Sign = Callable[[ObjectReceipt], str]


class MemoryIntakeStore:
    """Transactions on the rows."""

    def __init__(self, store: MemoryIngestStore, sign: Sign) -> None:
        self._store = store
        self._sign = sign

    @contextlib.asynccontextmanager
    async def open(self, tenant: UUID) -> AsyncIterator[IntakeTransaction]:
        with self._store.changing(tenant) as rows:
            yield MemoryIntake(rows, self._sign, self._store.step)


class MemoryIntake:
    """One transaction."""

    def __init__(self, rows: Rows, sign: Sign, step: Callable[[str], None]) -> None:
        self._rows = rows
        self._sign = sign
        self._step = step

    async def lock(self, object_id: UUID) -> StoredObject | None:
        return self._rows.objects.get(object_id)

    async def is_erased(self, stay_id: UUID) -> bool:
        return not self._rows.keys.get(stay_id)

    async def events_at(self, naming: Naming) -> Sequence[NamedAt]:
        owner = self._rows.epochs.get(naming.epoch)
        if owner is None or owner.kiosk_id != naming.kiosk_id:
            return []
        log = self._rows.log.get((naming.epoch, naming.seq))
        beside = [row for (epoch, _), (row, _) in self._rows.branch.items() if epoch == naming.epoch]
        found = [*([] if log is None else [log[0]]), *(row for row in beside if row.seq == naming.seq)]
        return [self._named(row, row.stay_id) for row in found if row.stay_id is not None]

    async def has_room(self, size: int) -> bool:
        allowed = self._rows.object_bytes_allowed
        return allowed is None or sum(one.size for one in self._rows.objects.values()) + size <= allowed

    async def add(self, new: StoredObject, _now: datetime) -> None:
        self._step("add_object")
        self._rows.objects.setdefault(new.id, new)

    async def count_arrived(self, object_id: UUID) -> int:
        return sum(map(len, self._rows.parts.get(object_id, {}).values()))

    async def add_part(self, object_id: UUID, start: int, part: bytes) -> None:
        self._step("add_part")
        before = self._rows.parts.get(object_id, {})
        if start in before:
            raise StoreError("a part that begins there is kept already")
        self._rows.parts[object_id] = {**before, start: part}

    async def join_parts(self, object_id: UUID) -> bytes:
        return b"".join(part for _, part in sorted(self._rows.parts.get(object_id, {}).items()))

    async def drop_parts(self, object_id: UUID) -> None:
        self._step("drop_parts")
        self._rows.parts.pop(object_id, None)

    async def open_sealing(self, kid: str) -> bytes:
        if kid not in self._rows.sealing:
            raise KeyServiceError("the organisation has no such sealing key")
        return self._rows.sealing[kid]

    async def keep(self, stored: StoredObject, *, own_key: bytes, receipt: str, now: datetime) -> None:
        self._step("keep_object")
        kept = replace(self._rows.objects[stored.id], standing="kept", object_key=own_key, receipt=receipt)
        self._rows.objects[stored.id] = kept
        self._rows.parts.pop(stored.id, None)

    async def send_signed_copies(self, stored: StoredObject, _now: datetime) -> None:
        self._step("send_signed_copies")

    async def waits_for_backups(self) -> bool:
        return self._rows.backups.expected

    async def is_backed_up(self, object_id: UUID) -> bool:
        return self._rows.backups.covers(object_id)

    async def replace_receipt(self, object_id: UUID, receipt: str) -> None:
        self._step("replace_object_receipt")
        self._rows.objects[object_id] = replace(self._rows.objects[object_id], receipt=receipt)

    async def remove(self, object_id: UUID) -> None:
        self._step("remove_object")
        self._rows.objects.pop(object_id, None)
        self._rows.parts.pop(object_id, None)

    async def of_stay(self, stay_id: UUID) -> Collection[UUID]:
        return [one.id for one in self._rows.objects.values() if one.stay_id == stay_id]

    async def sign_object_receipt(self, receipt: ObjectReceipt) -> str:
        self._step("sign_object_receipt")
        return self._sign(receipt)

    def _named(self, row: NewEvent, stay: UUID) -> NamedAt:
        erased = not self._rows.keys.get(stay)
        return NamedAt(row.raw, None if erased else row.full, erased)


class MemoryObjects:
    """The bytes of whole objects."""

    def __init__(self) -> None:
        self.kept: dict[ObjectName, bytes] = {}

    async def put(self, name: ObjectName, data: bytes) -> None:
        self.kept[name] = data

    async def get(self, name: ObjectName) -> bytes | None:
        return self.kept.get(name)

    async def delete(self, name: ObjectName) -> None:
        self.kept.pop(name, None)

    async def delete_all(self, tenant: UUID) -> int:
        found = [name for name in self.kept if name.tenant == tenant]
        for name in found:
            del self.kept[name]
        return len(found)
