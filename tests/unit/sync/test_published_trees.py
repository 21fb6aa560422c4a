"""Merkle trees of RFC 6962 as transparency projects published them."""

from typing import Any

import pytest

from sync.protocol import merkle
from sync.protocol.errors import ProofError
from tests.vectors.published import load, unhex

TREE = load("certificate-transparency/tree.json")
ROOTS = [unhex(text) for text in TREE["roots"]]
LEAVES = [merkle.leaf_hash(unhex(text)) for text in TREE["leaves"]]
INCLUSION = load("transparency-dev/inclusion.json")
CONSISTENCY = load("transparency-dev/consistency.json")


def node_at(level: int, index: int) -> bytes:
    """The hash of a complete subtree of the published leaves."""
    if level == 0:
        return LEAVES[index]
    return merkle.node_hash(node_at(level - 1, 2 * index), node_at(level - 1, 2 * index + 1))


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_of_certificate_transparency_are_computed(size: int) -> None:
    """The reference tree of the Certificate Transparency project (RFC 6962 section 2.1)."""
    assert merkle.root(size, node_at) == ROOTS[size - 1]


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert merkle.root(0, node_at).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("case", TREE["inclusion"], ids=lambda case: f"{case['leafIdx']} of {case['treeSize']}")
def test_published_inclusion_proofs_are_made_and_verified(case: dict[str, Any]) -> None:
    index, size = case["leafIdx"], case["treeSize"]
    proof = merkle.inclusion_proof(index, size, node_at)
    assert [item.hex() for item in proof] == case["proof"]
    merkle.verify_inclusion(leaf=LEAVES[index], index=index, size=size, proof=proof, root=ROOTS[size - 1])


@pytest.mark.parametrize("case", TREE["consistency"], ids=lambda case: f"{case['size1']} to {case['size2']}")
def test_published_consistency_proofs_are_made_and_verified(case: dict[str, Any]) -> None:
    first, second = case["size1"], case["size2"]
    proof = merkle.consistency_proof(first, second, node_at)
    assert [item.hex() for item in proof] == case["proof"]
    merkle.verify_consistency(
        first=first, second=second, first_root=ROOTS[first - 1], second_root=ROOTS[second - 1], proof=proof
    )


def inclusion_holds(case: dict[str, Any]) -> bool:
    """Whether the leaf is shown to be in the tree."""
    try:
        merkle.verify_inclusion(
            leaf=unhex(case["leafHash"]),
            index=case["leafIdx"],
            size=case["treeSize"],
            proof=[unhex(item) for item in case["proof"]],
            root=unhex(case["root"]),
        )
    except ProofError:
        return False
    return True


def consistency_holds(case: dict[str, Any]) -> bool:
    """Whether the larger tree is shown to continue the smaller one."""
    try:
        merkle.verify_consistency(
            first=case["size1"],
            second=case["size2"],
            first_root=unhex(case["root1"]),
            second_root=unhex(case["root2"]),
            proof=[unhex(item) for item in case["proof"]],
        )
    except ProofError:
        return False
    return True


def test_published_probes_of_inclusion_are_judged_as_published() -> None:
    """Sound proofs, and wrong leaves, roots, indices and sizes; paths cut, padded, doubled and changed."""
    assert len(INCLUSION) == 98
    assert [case["file"] for case in INCLUSION if inclusion_holds(case) == case["wantErr"]] == []


def test_published_probes_of_consistency_are_judged_as_published() -> None:
    """Sound proofs, and wrong roots and sizes; paths cut, padded, doubled and changed."""
    assert len(CONSISTENCY) == 98
    assert [case["file"] for case in CONSISTENCY if consistency_holds(case) == case["wantErr"]] == []


def test_a_root_is_no_leaf_of_its_own_tree() -> None:
    """A path that stops short must not prove, even where the hashes happen to agree."""
    whole = ROOTS[7]
    with pytest.raises(ProofError):
        merkle.verify_inclusion(leaf=whole, index=0, size=8, proof=[], root=whole)
