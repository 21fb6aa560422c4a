"""The long proof: a hundred thousand seeds on all cores. What came of the last one is kept in ``docs``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.simulation.long_run import BLOCK, Block, fingerprint, read_record, run_all, write_record

_ROOT = Path(__file__).resolve().parents[2]
RECORD = _ROOT / "docs" / "simulation.json"
_PROGRESS = _ROOT / ".lodge" / "simulation.jsonl"
_MANY = 100_000


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_a_hundred_thousand_seeds_keep_every_promise(request: pytest.FixtureRequest) -> None:
    """Run on demand by ``./lodge test --slow simulation``; ``--seeds`` runs fewer, which the record then says. What the
    record tells of the very same code is not run again: it takes hours, which no machine has to have at once.
    """
    many = int(request.config.getoption("--seeds") or _MANY)
    code = fingerprint(_ROOT)
    blocks = run_all(many, code, _PROGRESS, before=read_record(RECORD))
    write_record(RECORD, code, blocks)
    assert sum(block.seeds for block in blocks) == many
    assert not any(block.broken for block in blocks)


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


def test_a_record_of_the_same_code_is_gone_on_with_and_a_broken_one_is_not(tmp_path: Path) -> None:
    record, ran = tmp_path / "record.json", tmp_path / "ran"
    run = partial(_noted, ran)
    write_record(record, "one", run_all(2 * BLOCK, "one", tmp_path / "here", run))
    blocks = run_all(3 * BLOCK, "one", tmp_path / "elsewhere", run, before=read_record(record))
    assert [(block.first, block.seeds, block.events) for block in blocks] == [(0, 2 * BLOCK, 2), (2 * BLOCK, BLOCK, 1)]
    assert len(run_all(BLOCK, "one", tmp_path / "fewer", run, before=read_record(record))) == 1
    assert len(run_all(3 * BLOCK, "two", tmp_path / "other", run, before=read_record(record))) == 3
    assert ran.read_text().split()[:4] == ["one/0", "one/50", "one/100", "one/0"]
    write_record(record, "one", [blocks[0], replace(blocks[1], broken={107: "a roster without somebody"})])
    assert read_record(record) is None


def _noted(ran: Path, code: str, blocks: Iterable[range]) -> Iterator[Block]:
    for seeds in blocks:
        with ran.open("a") as noted:
            noted.write(f"{code}/{seeds.start}\n")
        yield Block(code=code, first=seeds.start, seeds=len(seeds), events=1, faults=0, requests=0, broken={})
