"""The long proof: a hundred thousand seeds on all cores. What came of the last one is kept in ``docs``."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from tests.simulation.run import run_seed

RECORD = Path(__file__).resolve().parents[2] / "docs" / "simulation.json"
_MANY = 100_000
_BLOCK = 50


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_a_hundred_thousand_seeds_keep_every_promise(request: pytest.FixtureRequest) -> None:
    """Run on demand by ``./lodge test --slow simulation``; ``--seeds`` runs fewer, which the record then says."""
    many = int(request.config.getoption("--seeds") or _MANY)
    blocks = [range(first, min(first + _BLOCK, many)) for first in range(0, many, _BLOCK)]
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=spawned) as pool:
        found = [total for block in pool.map(run_block, blocks) for total in block]
    broken = {seed: text for seed, _, text in found if text}
    record = {
        "seeds": len(found),
        "events": sum(events for _, events, _ in found),
        "broken": {str(seed): text for seed, text in sorted(broken.items())},
    }
    RECORD.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert len(found) == many
    assert not broken


def run_block(seeds: Iterable[int]) -> list[tuple[int, int, str]]:
    """Seed, events, and the promise that was broken (empty: none), for each seed of a block."""
    outcomes = [run_seed(seed) for seed in seeds]
    return [(one.seed, one.events, str(one.broken or "")) for one in outcomes]
