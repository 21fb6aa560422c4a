"""Answers a kiosk that asks whether one checkpoint continues another (docs/protocol-log.md)."""

from dataclasses import dataclass

from cloud_api.services.devices import Device
from cloud_api.services.log_store import LogReading, LogStore
from cloud_api.services.log_trees import prove_consistency
from cloud_api.store.log_generations import Generation
from sync.protocol.errors import ProofError
from sync.protocol.exchange import ConsistencyAnswer


@dataclass(frozen=True, slots=True)
class Place:
    """A tree: a generation of the log, and how many of its entries."""

    generation: int
    size: int


class LogProofs:
    """Proves consistency."""

    def __init__(self, store: LogStore) -> None:
        self._store = store

    async def answer(self, device: Device, first: Place, second: Place) -> ConsistencyAnswer | None:
        """The proof, or ``None`` where this log does not hold both trees as one history."""
        async with self._store.open(device.tenant, snapshot=True) as log:
            proof = await prove_between(log, first, second)
        return None if proof is None else ConsistencyAnswer(v=1, hashes=proof)


async def prove_between(log: LogReading, first: Place, second: Place) -> tuple[str, ...] | None:
    """The proof in hex, across generations too as far as each continues the one before."""
    generations = {item.number: item for item in await log.generations()}
    if not _spans(generations, first, second):
        return None
    try:
        return tuple(value.hex() for value in await prove_consistency(log, second.generation, first.size, second.size))
    except ProofError:
        return None


def _spans(generations: dict[int, Generation], first: Place, second: Place) -> bool:
    later = generations.get(second.generation)
    if later is None or first.generation not in generations or second.size > later.size:
        return False
    between = [item for item in generations.values() if first.generation < item.number <= second.generation]
    return 0 < first.size <= min([second.size, *(item.base_size for item in between)])
