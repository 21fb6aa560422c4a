"""Reading the trees of the audit log: roots and proofs from stored nodes, for kiosks, auditors and ourselves."""

from collections.abc import Callable
from typing import TypeVar

from cloud_api.services.log_store import LogReading
from sync.protocol import merkle
from sync.protocol.errors import ProofError

T = TypeVar("T")
_NOTHING = bytes(32)


async def read_root(log: LogReading, generation: int, size: int) -> bytes:
    """The root hash over the first ``size`` entries of a generation (32 bytes)."""
    return await _compute(log, generation, lambda node_at: merkle.root(size, node_at))


async def prove_consistency(log: LogReading, generation: int, first: int, second: int) -> list[bytes]:
    """The proof that the tree of ``second`` entries continues the one of ``first``.

    Raises:
        ProofError: the sizes do not allow one.
    """
    return await _compute(log, generation, lambda node_at: merkle.consistency_proof(first, second, node_at))


async def prove_inclusion(log: LogReading, generation: int, index: int, size: int) -> list[bytes]:
    """The audit path of an entry (counted from 0) in the tree of ``size`` entries.

    Raises:
        ProofError: there is no such entry.
    """
    return await _compute(log, generation, lambda node_at: merkle.inclusion_proof(index, size, node_at))


async def _compute(log: LogReading, generation: int, make: Callable[[merkle.NodeAt], T]) -> T:
    """Find out which nodes are needed, read them in one query, and compute: the same nodes whatever they hold."""
    wanted: set[tuple[int, int]] = set()

    def note(level: int, position: int) -> bytes:
        wanted.add((level, position))
        return _NOTHING

    make(note)
    nodes = await log.read_nodes(generation, wanted) if wanted else {}
    if len(nodes) != len(wanted):
        raise ProofError("the log does not hold a tree of this size")
    return make(lambda level, position: nodes[level, position])
