"""What telling the kiosks of a site about one another reads: one port, so that the simulator can stand in for it."""

from collections.abc import Collection, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from cloud_api.store.events import StoredFact
from cloud_api.store.kiosks import Epoch, Head
from sync.protocol import exact_json, jws
from sync.protocol.batch import Manifest
from sync.protocol.events import decode_header


@dataclass(frozen=True, slots=True)
class KeptBatch:
    """A manifest in the log, or (``beside``) of a branch; ``hash`` in hex names it."""

    kiosk_id: UUID
    epoch: str
    hash: str
    first: int
    last: int
    manifest: str
    beside: bool


class MusterReading(Protocol):
    """One look at an organisation's records: all of it as of one moment."""

    async def epochs_of_site(self, site_id: UUID) -> list[Epoch]:
        """All keys of the kiosks of a site, oldest first."""
        ...

    async def heads(self, epochs: Collection[Epoch]) -> dict[str, Head]:
        """Where each of these logs stands, by epoch."""
        ...

    async def hash_at(self, epoch: Epoch, seq: int) -> str | None:
        """The hash of the header that a log has at this seq (hex)."""
        ...

    async def following(self, epoch: Epoch, seq: int, limit: int) -> list[KeptBatch]:
        """The batches of a log that end after ``seq``, in order."""
        ...

    async def first_since(self, epoch: Epoch, since: datetime) -> int | None:
        """Where a log's first batch that came at or after ``since`` begins; ``None`` where none did."""
        ...

    async def branches(self, epoch: Epoch, known: Collection[str], limit: int) -> list[KeptBatch]:
        """The batches beside a log, in order, without those whose manifests have these hashes."""
        ...

    async def batches_of_stays(self, site_id: UUID, stays: Collection[UUID], limit: int) -> list[KeptBatch]:
        """For each event that bears on the presence of one of these stays, the first batch of a log that has it."""
        ...

    async def events_of(self, batch: KeptBatch) -> list[StoredFact]:
        """The events of a batch in order, those of its arrivals with their muster body; empty where they cannot be put
        together.
        """
        ...

    async def present(self, site_id: UUID) -> list[UUID]:
        """The stays that are listed as on site."""
        ...

    async def last_words(self, site_id: UUID) -> dict[UUID, datetime | None]:
        """When each kiosk of a site was last heard of, revoked ones left out."""
        ...


class MusterStore(Protocol):
    """Where such looks come from."""

    def look(self, tenant: UUID) -> AbstractAsyncContextManager[MusterReading]:
        """One look.

        Raises:
            StoreError: the store is out of reach.
        """
        ...


def chain_of(batch: KeptBatch, found: Iterable[StoredFact]) -> list[StoredFact]:
    """Those of the stored events that lead to a batch's head, in order; none where they do not reach back to its first.

    Two histories of a branch may have the same seqs: the head says which.
    """
    by_hash = {item.hash: item for item in found}
    wanted, chain = _head(batch), list[StoredFact]()
    while len(chain) <= batch.last - batch.first and (item := by_hash.get(wanted)) is not None:
        chain.append(item)
        wanted = decode_header(item.raw).prev
    return chain[::-1] if len(chain) == batch.last - batch.first + 1 else []


def _head(batch: KeptBatch) -> str:
    payload = jws.read_unverified_payload(batch.manifest, what="a stored manifest")
    return exact_json.decode(payload, Manifest, what="a stored manifest").head
