"""The long proof: a hundred thousand seeds on all cores. What came of the last one is kept in ``docs``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.simulation.long_run import BLOCK, Block, fingerprint, run_all

_ROOT = Path(__file__).resolve().parents[2]
RECORD = _ROOT / "docs" / "simulation.json"
_PROGRESS = _ROOT / ".lodge" / "simulation.jsonl"
_MANY = 100_000


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_a_hundred_thousand_seeds_keep_every_promise(request: pytest.FixtureRequest) -> None:
    """Run on demand by ``./lodge test --slow simulation``; ``--seeds`` runs fewer, which the record then says."""
    many = int(request.config.getoption("--seeds") or _MANY)
    code = fingerprint(_ROOT)
    blocks = run_all(many, code, _PROGRESS)
    RECORD.write_text(json.dumps(_record(code, blocks), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert sum(block.seeds for block in blocks) == many
    assert not any(block.broken for block in blocks)


def _record(code: str, blocks: list[Block]) -> dict[str, object]:
    broken = {seed: text for block in blocks for seed, text in block.broken.items()}
    return {
        "code": code,
        "seeds": sum(block.seeds for block in blocks),
        "events": sum(block.events for block in blocks),
        "faults": sum(block.faults for block in blocks),
        "requests": sum(block.requests for block in blocks),
        "broken": {str(seed): text for seed, text in sorted(broken.items())},
    }


def test_a_long_run_that_was_cut_off_goes_on_where_it_stood_and_only_with_the_same_code(tmp_path: Path) -> None:
    progress, ran = tmp_path / "progress.jsonl", tmp_path / "ran"
    first = run_all(2 * BLOCK, "one", progress, partial(_noted, ran))
    with progress.open("ab") as torn:
        torn.write(b'{"code":"one","first":100,"se')
    again = run_all(2 * BLOCK + 10, "one", progress, partial(_noted, ran))
    assert again[:2] == first
    assert [(block.first, block.seeds) for block in again] == [(0, BLOCK), (BLOCK, BLOCK), (2 * BLOCK, 10)]
    assert run_all(2 * BLOCK + 10, "one", progress, partial(_noted, ran)) == again
    run_all(BLOCK, "two", progress, partial(_noted, ran))
    assert ran.read_text().split() == ["one/0", "one/50", "one/100", "two/0"]


def _noted(ran: Path, code: str, blocks: Iterable[range]) -> Iterator[Block]:
    for seeds in blocks:
        with ran.open("a") as noted:
            noted.write(f"{code}/{seeds.start}\n")
        yield Block(code=code, first=seeds.start, seeds=len(seeds), events=1, faults=0, requests=0, broken={})
