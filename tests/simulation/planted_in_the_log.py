"""A server that rewrites its audit log, planted: what a witness is there to find."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from cloud_api.services.sequencer import Sequencer
from sync.protocol.merkle import completed_nodes, leaf_hash
from tests.simulation.planting import replaced

_REWRITTEN = 3


def history_rewritten() -> AbstractContextManager[object]:
    """An entry that was proven before is another one from then on, and the tree above it is made anew."""

    def make(append: Any) -> Any:
        async def appends(self: Sequencer, tx: Any, state: Any, sources: Any) -> None:
            if state.size > 2 * _REWRITTEN:
                _rewrite(tx._rows.nodes, state.generation, state.size)
            await append(self, tx, state, sources)

        return appends

    return replaced(Sequencer, "_append", make)


def _rewrite(nodes: dict[tuple[int, int, int], bytes], generation: int, size: int) -> None:
    nodes[generation, 0, _REWRITTEN] = leaf_hash(b"nobody was ever here")
    for index in range(size):
        leaf = nodes[generation, 0, index]
        for level, at, value in completed_nodes(index, leaf, lambda lv, ps: nodes[generation, lv, ps]):
            nodes[generation, level, at] = value
