"""The sequencer's tree, grown in pieces, is the tree of RFC 6962."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from cloud_api.services.sequencer import peaks_of
from sync.protocol.merkle import NodeAt, completed_nodes, leaf_hash, root

Nodes = dict[tuple[int, int], bytes]


@given(st.lists(st.integers(min_value=1, max_value=40), min_size=1, max_size=8))
def test_growing_in_pieces_needs_the_peaks_only(pieces: list[int]) -> None:
    """R26: whatever the batches were, the root is that of the whole."""
    everything: Nodes = {}
    size = 0
    for piece in pieces:
        nodes = {peak: everything[peak] for peak in peaks_of(size)}
        for index in range(size, size + piece):
            for level, position, value in completed_nodes(index, leaf(index), reader(nodes)):
                nodes[level, position] = everything[level, position] = value
        size += piece
        assert root(size, reader(nodes)) == whole([leaf(index) for index in range(size)])


def reader(nodes: Nodes) -> NodeAt:
    return lambda level, at: nodes[level, at]


def leaf(index: int) -> bytes:
    return leaf_hash(str(index).encode())


def whole(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962 section 2.1, word for word."""
    if len(leaves) == 1:
        return leaves[0]
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + whole(leaves[:middle]) + whole(leaves[middle:])).digest()
