"""One run over one target: with the engine or, where it is not to be had, by blind mutation; and replays."""

import re
import resource
import subprocess
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import BinaryIO

from workbench.fuzz.environment import Environment
from workbench.fuzz.mutations import mutate
from workbench.fuzz.target import Target

_MEMORY_MIB = 2048
_INPUT_SECONDS = 20
_LONGEST_INPUT = 64 * 1024
_EXECUTED = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
_COVERED = re.compile(r"cov: (\d+)")
_LAST_LINES = 40


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to. ``found`` is the file of an input that a target did not survive."""

    target: str
    engine: str
    inputs: int
    covered: int | None
    found: Path | None
    account: str


def run_guided(target: Target, environment: Environment, *, seconds: int, keep: Path) -> Outcome:
    """Let the engine have its way for so many seconds; what it learnt and found stays below ``keep``."""
    corpus, sound = keep / "corpus" / target.name, keep / "seeds" / target.name
    found = keep / "found" / target.name
    for folder in (corpus, sound, found):
        folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds()):
        (sound / f"{number:02}").write_bytes(seed)
    before = set(found.iterdir())
    options = (
        f"-max_total_time={seconds}",
        f"-artifact_prefix={found}/",
        f"-rss_limit_mb={_MEMORY_MIB}",
        f"-timeout={_INPUT_SECONDS}",
        f"-max_len={_LONGEST_INPUT}",
        "-print_final_stats=1",
    )
    command = [str(environment.python), "-P", "-m", "workbench.fuzz.guided", target.name, *options]
    ended = subprocess.run(
        [*command, str(corpus), str(sound)],
        env=environment.variables(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    new = sorted(set(found.iterdir()) - before)
    executed = _EXECUTED.findall(ended.stdout)
    covered = _COVERED.findall(ended.stdout)
    broken = bool(ended.returncode or not executed)
    return Outcome(
        target=target.name,
        engine="atheris",
        inputs=int(executed[-1]) if executed else 0,
        covered=int(covered[-1]) if covered else None,
        found=new[0] if new else None,
        account="\n".join(ended.stdout.splitlines()[-_LAST_LINES:]) if broken else "",
    )


def run_blind(target: Target, *, seconds: float, seed: int, keep: Path) -> Outcome:
    """Mutate the seeds for so long, guided by nothing."""
    random, seeds = Random(seed), list(target.seeds())  # noqa: S311 -- damage, not secrets
    until, count = time.monotonic() + seconds, 0
    for data in _endless(random, seeds):
        count += 1
        failure = failure_of(target, data)
        if failure:
            found = keep / "found" / target.name / f"blind-{seed}-{count}"
            found.parent.mkdir(parents=True, exist_ok=True)
            found.write_bytes(data)
            return Outcome(target.name, "blind", count, None, found, failure)
        if time.monotonic() >= until:
            break
    return Outcome(target.name, "blind", count, None, None, "")


def _endless(random: Random, seeds: list[bytes]) -> Iterator[bytes]:
    yield from seeds
    while True:
        yield mutate(random, seeds)


def failure_of(target: Target, data: bytes) -> str:
    """Why the target does not survive this input; empty when it does."""
    try:
        target.attempt(data)
    except Exception as error:  # noqa: BLE001 -- whatever comes is what is sought
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__}: {error} ({Path(place.filename).name}, line {place.lineno}, in {place.name})"
    return ""


def replay(target: Target, inputs: Iterable[Path]) -> list[str]:
    """Give stored inputs to a target once more; why it fails, a line for each that it does not survive."""
    failures = ((path, failure_of(target, path.read_bytes())) for path in inputs)
    return [f"{target.name}: {path}: {failure}" for path, failure in failures if failure]


def replay_stream(targets: Mapping[str, Target], stream: BinaryIO) -> tuple[int, list[str]]:
    """The same for inputs that come one after the other: how many there were, and why some failed.

    Each is a line with the target's name and the input's length in bytes, then the input.
    """
    failures: list[str] = []
    count = 0
    for line in stream:
        name, size = line.decode("ascii").split()
        failure = failure_of(targets[name], stream.read(int(size)))
        if failure:
            failures.append(f"{name}: input {count}: {failure[:200]}")
        count += 1
    return count, failures


def limit_memory(extra_mib: int) -> None:
    """Let this process have so much more address space than it has now; beyond it a reader gets ``MemoryError``."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + extra_mib * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))
