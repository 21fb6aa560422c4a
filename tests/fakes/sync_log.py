"""An audit log in memory, honest or not: trees that can be cut, changed and shown side by side."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import parse_qs

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.protocol import exact_json
from sync.protocol.checkpoint import Checkpoint, sign_checkpoint
from sync.protocol.exchange import ConsistencyAnswer
from sync.protocol.log_witness import log_name
from sync.protocol.merkle import completed_nodes, consistency_proof, leaf_hash, root


@dataclass
class TreeLog:
    """Leaves by generation. ``base``: how many entries a generation has from the one before it."""

    first_name: str
    key: Ed25519PrivateKey
    trees: dict[int, list[bytes]] = field(default_factory=lambda: {1: []})
    base: dict[int, int] = field(default_factory=dict)
    lies: tuple[str, ...] | None = None
    """The proof that is given whatever is asked."""

    @property
    def generation(self) -> int:
        return max(self.trees)

    def grow(self, count: int, *, word: str = "entry", generation: int | None = None) -> str:
        """Append entries; the checkpoint over all."""
        tree = self.trees[generation or self.generation]
        for _ in range(count):
            tree.append(leaf_hash(f"{word} {len(tree)}".encode()))
        return self.note(generation)

    def restore(self, size: int) -> None:
        """As after a restore from a copy: the newest tree ends earlier."""
        del self.trees[self.generation][size:]

    def reopen(self) -> str:
        """Open a new generation with what there is, and an entry that says so."""
        kept = list(self.trees[self.generation])
        number = self.generation + 1
        self.trees[number], self.base[number] = kept, len(kept)
        return self.grow(1, word="opened")

    def note(self, generation: int | None = None, size: int | None = None) -> str:
        number = generation or self.generation
        size = len(self.trees[number]) if size is None else size
        nodes = self._nodes(number)
        value = root(size, lambda level, at: nodes[level, at])
        return sign_checkpoint(Checkpoint(log_name(self.first_name, number), size, value), self.key)

    def prove(self, first: int, second: int, generation: int | None = None) -> tuple[str, ...]:
        nodes = self._nodes(generation or self.generation)
        return tuple(value.hex() for value in consistency_proof(first, second, lambda lv, at: nodes[lv, at]))

    def answer(self, query: str) -> bytes | None:
        """The body of the answer to a question, or ``None``: there is no such proof."""
        asked = parse_qs(query)
        (generation, size), (later, larger) = (map(int, asked[name][0].split(":")) for name in ("first", "second"))
        if self.lies is not None:
            return exact_json.encode(ConsistencyAnswer(v=1, hashes=self.lies))
        there = later in self.trees and larger <= len(self.trees[later])
        spanned = all(size <= self.base[number] for number in range(generation + 1, later + 1)) if there else False
        if not spanned or not 0 < size <= larger:
            return None
        return exact_json.encode(ConsistencyAnswer(v=1, hashes=self.prove(size, larger, later)))

    def _nodes(self, generation: int) -> dict[tuple[int, int], bytes]:
        nodes: dict[tuple[int, int], bytes] = {}
        for index, leaf in enumerate(self.trees[generation]):
            for level, at, value in completed_nodes(index, leaf, lambda lv, position: nodes[lv, position]):
                nodes[level, at] = value
        return nodes


def key_of_log(seed: int) -> Ed25519PrivateKey:
    """A log key that is the same for one seed."""
    return Ed25519PrivateKey.from_private_bytes(sha256(f"log {seed}".encode()).digest())
