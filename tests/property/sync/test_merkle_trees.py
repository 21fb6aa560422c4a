"""Every tree of up to 64 leaves against the definition in RFC 6962 section 2.1, written out naively."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.protocol import merkle
from sync.protocol.errors import ProofError

SIZES = range(1, 65)
LEAVES = [bytes([n]) * (n % 5) for n in range(64)]
HASHES = [merkle.leaf_hash(data) for data in LEAVES]


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, by its text."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


ROOTS = [naive_root(LEAVES[:size]) for size in range(65)]
NODES: dict[tuple[int, int], bytes] = {}
for _index, _leaf in enumerate(HASHES):
    for _level, _position, _value in merkle.completed_nodes(_index, _leaf, lambda lv, at: NODES[lv, at]):
        NODES[_level, _position] = _value


def node_at(level: int, index: int) -> bytes:
    """From the nodes that growing the tree leaf by leaf has completed."""
    return NODES[level, index]


@pytest.mark.parametrize("size", [0, *SIZES])
def test_the_root_of_every_size_is_the_defined_one(size: int) -> None:
    assert merkle.root(size, node_at) == ROOTS[size]


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_of_every_size_is_proved_and_no_other_in_its_place(size: int) -> None:
    """R28."""
    for index in range(size):
        proof = merkle.inclusion_proof(index, size, node_at)
        merkle.verify_inclusion(leaf=HASHES[index], index=index, size=size, proof=proof, root=ROOTS[size])
        wrong = [
            (HASHES[index - 1] if size > 1 else b"x" * 32, index, proof),
            (HASHES[index], (index + 1) % size if size > 1 else 1, proof),
            (HASHES[index], index, [*proof, HASHES[0]]),
            (HASHES[index], index, proof[:-1] if proof else [HASHES[0]]),
        ]
        for leaf, at, path in wrong:
            with pytest.raises(ProofError):
                merkle.verify_inclusion(leaf=leaf, index=at, size=size, proof=path, root=ROOTS[size])


def check(first: int, second: int, roots: tuple[bytes, bytes], proof: list[bytes]) -> None:
    """The consistency check, by position."""
    merkle.verify_consistency(first=first, second=second, first_root=roots[0], second_root=roots[1], proof=proof)


@pytest.mark.parametrize("second", SIZES)
def test_every_larger_tree_is_proved_to_continue_every_smaller_one(second: int) -> None:
    """C40."""
    for first in range(1, second + 1):
        proof = merkle.consistency_proof(first, second, node_at)
        roots = (ROOTS[first], ROOTS[second])
        check(first, second, roots, proof)
        wrong = [
            (first, (ROOTS[0], roots[1]), proof),
            (first, (roots[0], ROOTS[0]), proof),
            (first % second + 1 if second > 1 else 0, roots, proof),
            (first, roots, [*proof, HASHES[0]]),
            (first, roots, proof[:-1] if proof else [HASHES[0]]),
        ]
        for size, claimed, path in wrong:
            with pytest.raises(ProofError):
                check(size, second, claimed, path)


@given(
    st.integers(-2, 70),
    st.integers(-2, 70),
    st.lists(st.sampled_from(HASHES) | st.binary(max_size=33), max_size=9),
)
def test_proofs_that_are_anything_prove_nothing(first: int, second: int, proof: list[bytes]) -> None:
    with pytest.raises(ProofError):
        merkle.verify_inclusion(leaf=b"x" * 32, index=first, size=second, proof=proof, root=b"y" * 32)
    with pytest.raises(ProofError):
        merkle.verify_consistency(first=first, second=second, first_root=b"x" * 32, second_root=b"y" * 32, proof=proof)


def test_a_leaf_cannot_pass_for_a_node() -> None:
    """Second preimages: leaves and nodes are hashed in different domains."""
    left, right = HASHES[:2]
    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)
    with pytest.raises(ProofError):
        merkle.verify_inclusion(leaf=merkle.leaf_hash(left + right), index=0, size=1, proof=[], root=ROOTS[2])


def test_proofs_of_impossible_trees_are_not_made() -> None:
    for first, second in ((0, 1), (2, 1), (-1, 3)):
        with pytest.raises(ProofError):
            merkle.consistency_proof(first, second, node_at)
    for index, size in ((1, 1), (-1, 1), (0, 0)):
        with pytest.raises(ProofError):
            merkle.inclusion_proof(index, size, node_at)
