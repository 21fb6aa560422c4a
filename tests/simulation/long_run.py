"""Many seeds on all cores, block by block, each kept as it ends: a long run that was cut off goes on where it stood."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from pathlib import Path

import msgspec

from tests.simulation.run import run_seed

BLOCK = 50
Running = Callable[[str, Iterable[range]], Iterator["Block"]]
_SOURCES = ("sync/", "cloud_api/", "tests/")
_LOADED = (
    "import sys; from tests.simulation.run import run_seed; run_seed(0);"
    "print(*(module.__file__ for module in list(sys.modules.values()) if getattr(module, '__file__', None)), sep='\\n')"
)


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """What came of the seeds from ``first`` on. ``code``: what was run, as ``fingerprint`` says."""

    code: str
    first: int
    seeds: int
    events: int
    faults: int
    requests: int
    broken: dict[int, str]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept in ``docs``: sums over all seeds from 0 on that one code was run with."""

    code: str
    seeds: int
    events: int
    faults: int
    requests: int
    broken: dict[int, str]


def fingerprint(root: Path) -> str:
    """SHA-256 in hex over all modules that a seed loads, with their paths."""
    digest = sha256()
    for path in loaded_modules(root):
        digest.update(f"{path}\0".encode() + (root / path).read_bytes() + b"\0")
    return digest.hexdigest()


def loaded_modules(root: Path) -> list[str]:
    """The paths under ``root`` of what is loaded once a seed has run; asked of a fresh process."""
    told = subprocess.run(
        [sys.executable, "-P", "-c", _LOADED],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    found = {
        Path(line).relative_to(root).as_posix() for line in told.stdout.splitlines() if Path(line).is_relative_to(root)
    }
    return sorted(path for path in found if path.startswith(_SOURCES))


def run_block(code: str, seeds: range) -> Block:
    """Run the seeds of one block."""
    outcomes = [run_seed(seed) for seed in seeds]
    return Block(
        code=code,
        first=seeds.start,
        seeds=len(outcomes),
        events=sum(one.events for one in outcomes),
        faults=sum(one.faults for one in outcomes),
        requests=sum(one.requests for one in outcomes),
        broken={one.seed: str(one.broken) for one in outcomes if one.broken},
    )


def in_processes(code: str, blocks: Iterable[range]) -> Iterator[Block]:
    """Run blocks on all cores, in order."""
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=spawned) as pool:
        for future in [pool.submit(run_block, code, block) for block in blocks]:
            yield future.result()


def run_all(
    seeds: int, code: str, progress: Path, run: Running = in_processes, *, before: Block | None = None
) -> list[Block]:
    """Seeds 0 to ``seeds`` - 1; blocks that ``progress`` has of the same code and size are not run again, nor what
    ``before`` tells of the same code, on another machine or day.
    """
    done = [before] if before is not None and before.code == code and before.seeds <= seeds else []
    begun = done[0].seeds if done else 0
    wanted = [range(first, min(first + BLOCK, seeds)) for first in range(begun, seeds, BLOCK)]
    known = {(block.first, block.seeds): block for block in _read(progress) if block.code == code}
    missing = [block for block in wanted if (block.start, len(block)) not in known]
    with progress.open("ab") as kept:
        for block in run(code, missing):
            kept.write(b"\n" + msgspec.json.encode(block) + b"\n")  # a line that was cut off before ends here
            kept.flush()
            known[block.first, block.seeds] = block
    return done + [known[block.start, len(block)] for block in wanted]


def read_record(record: Path) -> Block | None:
    """What a record tells, as one block from seed 0 on; nothing where there is none or something was broken."""
    if not record.is_file():
        return None
    kept = msgspec.json.decode(record.read_bytes(), type=Record)
    if kept.broken:
        return None
    return Block(first=0, **{name: getattr(kept, name) for name in Record.__struct_fields__})


def write_record(record: Path, code: str, blocks: Iterable[Block]) -> None:
    """Keep what came of all blocks, in a form that people read."""
    told = Record(code=code, seeds=0, events=0, faults=0, requests=0, broken={})
    for block in blocks:
        told = Record(
            code=code,
            seeds=told.seeds + block.seeds,
            events=told.events + block.events,
            faults=told.faults + block.faults,
            requests=told.requests + block.requests,
            broken=told.broken | block.broken,
        )
    record.write_bytes(msgspec.json.format(msgspec.json.encode(told), indent=1) + b"\n")


def _read(progress: Path) -> Iterator[Block]:
    if not progress.is_file():
        return
    for line in progress.read_bytes().splitlines():
        try:
            yield msgspec.json.decode(line, type=Block)
        except msgspec.DecodeError:
            continue  # a line that was being written when the run was cut off
