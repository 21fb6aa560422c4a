"""The port between deciding about a kiosk's photos and keeping what is known of them.

``ObjectIntake`` decides; a store keeps. Whatever is written inside one ``open`` happens altogether when the block ends,
or not at all when it ends by an exception. The bytes of whole objects are elsewhere (``cloud_api.objects``). Two
adapters pass one contract suite: PostgreSQL (``postgres_intake``) and a twin in memory for the simulator.
"""

from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from cloud_api.store.objects import Naming, StoredObject
from sync.protocol.objects import ObjectReceipt


@dataclass(frozen=True, slots=True)
class NamedAt:
    """An accepted event at a place: its exact header, and the sealed-body JSON of its full body, ``None`` where there
    is none to read. ``erased``: its stay is, so that nothing it names is wanted any more.
    """

    raw: bytes
    full: bytes | None
    erased: bool


class IntakeTransaction(Protocol):
    """What decisions about objects read and write, for one organisation."""

    async def lock(self, object_id: UUID) -> StoredObject | None:
        """An object, held to the end of the transaction: nobody else adds parts to it."""
        ...

    async def is_erased(self, stay_id: UUID) -> bool:
        """Whether nothing personal of a stay may be kept: its key is gone."""
        ...

    async def events_at(self, naming: Naming) -> Sequence[NamedAt]:
        """What stands at a place of a kiosk's log, and of histories beside it, of visits."""
        ...

    async def has_room(self, size: int) -> bool:
        """Whether the organisation may keep so many bytes more."""
        ...

    async def add(self, new: StoredObject, now: datetime) -> None:
        """Begin an object of which nothing has arrived yet; one that is there already stays as it is."""
        ...

    async def count_arrived(self, object_id: UUID) -> int:
        """How many bytes have arrived; they are contiguous, from the first on."""
        ...

    async def add_part(self, object_id: UUID, start: int, part: bytes) -> None:
        """Keep the next part."""
        ...

    async def join_parts(self, object_id: UUID) -> bytes:
        """Everything that has arrived."""
        ...

    async def drop_parts(self, object_id: UUID) -> None:
        """Forget what has arrived."""
        ...

    async def open_sealing(self, kid: str) -> bytes:
        """The private half (32 bytes) of a sealing key of the organisation.

        Raises:
            KeyServiceError: it has no such key.
        """
        ...

    async def keep(self, stored: StoredObject, *, own_key: bytes, receipt: str, now: datetime) -> None:
        """The object is whole and in the object store: its own key is kept under its stay's, and its parts go."""
        ...

    async def send_signed_copies(self, stored: StoredObject, now: datetime) -> None:
        """A signature is whole: have the copies of what was signed sent, once each, after the transaction."""
        ...

    async def waits_for_backups(self) -> bool:
        """Whether what is kept is durable only once a confirmed backup holds it."""
        ...

    async def is_backed_up(self, object_id: UUID) -> bool:
        """Whether a confirmed backup holds an object, where that is waited for; else yes."""
        ...

    async def replace_receipt(self, object_id: UUID, receipt: str) -> None:
        """Keep a newer receipt of an object that is whole."""
        ...

    async def remove(self, object_id: UUID) -> None:
        """Forget an object and its parts."""
        ...

    async def of_stay(self, stay_id: UUID) -> Collection[UUID]:
        """The objects of a stay of which anything has arrived."""
        ...

    async def sign_object_receipt(self, receipt: ObjectReceipt) -> str:
        """The receipt, signed by the organisation's receipt key."""
        ...


class IntakeStore(Protocol):
    """Where transactions come from."""

    def open(self, tenant: UUID) -> AbstractAsyncContextManager[IntakeTransaction]:
        """A transaction of one organisation.

        Raises:
            StoreError: the store is out of reach or broke off; nothing of the block was kept.
        """
        ...
