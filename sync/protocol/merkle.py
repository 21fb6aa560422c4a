"""RFC 6962 section 2.1: Merkle tree hashes, inclusion and consistency proofs over SHA-256.

Hashes are 32 raw bytes. Proving reads hashes of complete subtrees through a look-up, so that a log of
millions of entries is proved from stored nodes; verifying needs nothing but its arguments.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

from sync.protocol.errors import ProofError

NodeAt = Callable[[int, int], bytes]
"""(level, index) -> hash of the complete subtree of ``1 << level`` leaves from leaf ``index << level`` on."""

EMPTY_ROOT = sha256(b"").digest()
_HASH_BYTES = 32


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 | data)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 | left | right)."""
    return sha256(b"\x01" + left + right).digest()


def completed_nodes(index: int, leaf: bytes, node_at: NodeAt) -> list[tuple[int, int, bytes]]:
    """The (level, index, hash) of every subtree that becomes complete with leaf number ``index``."""
    nodes = [(0, index, leaf)]
    level, position, current = 0, index, leaf
    while position & 1:
        current = node_hash(node_at(level, position - 1), current)
        level, position = level + 1, position >> 1
        nodes.append((level, position, current))
    return nodes


def root(size: int, node_at: NodeAt) -> bytes:
    """The tree hash over the first ``size`` leaves."""
    return _range_hash(0, size, node_at)


def inclusion_proof(index: int, size: int, node_at: NodeAt) -> list[bytes]:
    """The audit path of leaf ``index`` in the tree of ``size`` leaves, from the bottom up."""
    if not 0 <= index < size:
        raise ProofError("there is no such leaf")
    return _path(index, 0, size, node_at)


def consistency_proof(first: int, second: int, node_at: NodeAt) -> list[bytes]:
    """The proof that the tree of ``second`` leaves continues the tree of ``first`` leaves."""
    if not 0 < first <= second:
        raise ProofError("a consistency proof runs from a smaller tree to a larger one")
    return _subproof(first, 0, second, node_at, complete=True)


def verify_inclusion(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check an audit path (RFC 9162 section 2.1.3.2).

    Raises:
        ProofError: the leaf is not shown to be there.
    """
    if not 0 <= index < size:
        raise ProofError("there is no such leaf")
    _require_hashes(leaf, root, *proof)
    position, last, current = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofError("the inclusion proof is too long")
        if position & 1 or position == last:
            current = node_hash(sibling, current)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        position, last = position >> 1, last >> 1
    if last != 0 or current != root:
        raise ProofError("the inclusion proof does not lead to the root")


def verify_consistency(
    *, first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that a larger tree continues a smaller one (RFC 9162 section 2.1.4.2).

    Raises:
        ProofError: it is not shown to.
    """
    if not 0 < first <= second:
        raise ProofError("a consistency proof runs from a smaller tree to a larger one")
    if first == second:
        if proof or first_root != second_root:
            raise ProofError("two trees of one size differ")
        return
    _require_hashes(first_root, second_root, *proof)
    path = list(proof) if first & (first - 1) else [first_root, *proof]
    if not path:
        raise ProofError("the consistency proof is empty")
    if _climb(first, second, path) != (first_root, second_root):
        raise ProofError("the larger tree does not continue the smaller one")


def _require_hashes(*hashes: bytes) -> None:
    if any(len(item) != _HASH_BYTES for item in hashes):
        raise ProofError("a proof holds something that is no hash")


def _climb(first: int, second: int, path: list[bytes]) -> tuple[bytes, bytes]:
    position, last = first - 1, second - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofError("the consistency proof is too long")
        if position & 1 or position == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        position, last = position >> 1, last >> 1
    if last != 0:
        raise ProofError("the consistency proof is too short")
    return old, new


def _largest_power_below(count: int) -> int:
    return 1 << (count - 1).bit_length() - 1


def _range_hash(start: int, end: int, node_at: NodeAt) -> bytes:
    count = end - start
    if count == 0:
        return EMPTY_ROOT
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return node_at(level, start >> level)
    middle = start + _largest_power_below(count)
    return node_hash(_range_hash(start, middle, node_at), _range_hash(middle, end, node_at))


def _path(index: int, start: int, end: int, node_at: NodeAt) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _largest_power_below(end - start)
    if index < middle:
        return [*_path(index, start, middle, node_at), _range_hash(middle, end, node_at)]
    return [*_path(index, middle, end, node_at), _range_hash(start, middle, node_at)]


def _subproof(first: int, start: int, end: int, node_at: NodeAt, *, complete: bool) -> list[bytes]:
    if first == end:
        return [] if complete else [_range_hash(start, end, node_at)]
    middle = start + _largest_power_below(end - start)
    if first <= middle:
        return [
            *_subproof(first, start, middle, node_at, complete=complete),
            _range_hash(middle, end, node_at),
        ]
    return [*_subproof(first, middle, end, node_at, complete=False), _range_hash(start, middle, node_at)]
