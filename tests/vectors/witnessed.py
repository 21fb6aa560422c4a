"""The sample's log as a witness sees it: two checkpoints that continue one another, and two that do not."""

from sync.protocol import exact_json
from sync.protocol.audit import entry_leaf
from sync.protocol.checkpoint import Checkpoint, sign_checkpoint
from sync.protocol.log_witness import AlarmKind, WitnessEvidence, log_name
from sync.protocol.merkle import completed_nodes, consistency_proof, inclusion_proof, root
from tests.vectors import sample

Nodes = dict[tuple[int, int], bytes]


def sample_nodes() -> tuple[Nodes, int]:
    """The subtrees of the sample's log, and its size."""
    nodes: Nodes = {}
    leaves = [entry_leaf(leaf.type, leaf.hash) for leaf in sample.sample_leaves()]
    for index, leaf in enumerate(leaves):
        for level, at, value in completed_nodes(index, leaf, lambda lv, position: nodes[lv, position]):
            nodes[level, at] = value
    return nodes, len(leaves)


def note_over(size: int, *, generation: int = 1) -> str:
    """The checkpoint over the first entries."""
    nodes, _ = sample_nodes()
    value = root(size, lambda level, at: nodes[level, at])
    return sign_checkpoint(Checkpoint(log_name(sample.LOG, generation), size, value), sample.key_of("log"))


def other_note(size: int) -> str:
    """A checkpoint of the same size over something else, as a lying server signs it."""
    return sign_checkpoint(Checkpoint(sample.LOG, size, bytes(range(32))), sample.key_of("log"))


def consistency_hashes(first: int, second: int) -> tuple[str, ...]:
    """The proof between two sizes."""
    nodes, _ = sample_nodes()
    return tuple(value.hex() for value in consistency_proof(first, second, lambda level, at: nodes[level, at]))


def inclusion_hashes(index: int, size: int) -> tuple[str, ...]:
    """The audit path of an entry."""
    nodes, _ = sample_nodes()
    return tuple(value.hex() for value in inclusion_proof(index, size, lambda level, at: nodes[level, at]))


def sample_evidence() -> WitnessEvidence:
    """Two histories, proved by two notes alone."""
    return WitnessEvidence(
        v=1,
        tenant=sample.TENANT,
        kind=AlarmKind.REWRITTEN,
        held=note_over(3),
        offered=other_note(3),
        hashes=None,
        since_ms=sample.NOW_MS + 9000,
        times=1,
    )


def vector() -> dict[str, object]:
    """What is stored."""
    return {
        "held": note_over(2),
        "offered": note_over(4),
        "hashes": list(consistency_hashes(2, 4)),
        "generation_2": note_over(4, generation=2),
        "evidence": exact_json.encode(sample_evidence()).decode(),
    }
