"""The tests, or a part of them.

    ./lodge test                     all but the long proofs
    ./lodge test unit                a part: a folder of tests/ (unit, contract, property, ...)
    ./lodge test tests/unit/sync     a path
    ./lodge test receipt             whatever has this in its name
    ./lodge test --slow              the long proofs too, and each version of PostgreSQL for everything
    ./lodge test --slow soak         that long proof only
    ./lodge test --seeds 5000        how many seeded runs the simulations make
    ./lodge test --reliability       all but the long proofs; writes docs/reliability.md when every test in it passed

The whole suite runs in two processes more than there are cores (four to six): some of its tests wait for other
programs. A part runs in one, so that what it prints stays readable. pytest prints the last line: its count of what
passed and failed.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from workbench.tasks.tree import CHECKOUT


def pytest_arguments(name: str | None, root: Path, *, slow: bool, seeds: int | None, cores: int) -> list[str]:
    """Translate what a person asks for into pytest's arguments."""
    if name is None:
        # Whole files: their fixtures start databases, browsers and windows. In their order, the longest first. Two more
        # than there are cores: tests of processes wait for most of their time.
        chosen = ["-n", str(min(max(cores, 2), 4) + 2), "--dist", "loadfile", "--no-loadscope-reorder"]
    else:
        folder = root / "tests" / name
        path = root / name.partition("::")[0]
        if "/" not in name and folder.is_dir():
            chosen = [f"tests/{name}"]
        elif path.exists() and path.is_relative_to(root / "tests"):
            chosen = [name]
        else:
            chosen = ["tests", "-k", name]
    if not slow:
        chosen += ["-m", "not slow"]
    elif name is not None:
        chosen += ["-m", "slow"]
    else:
        chosen += ["--all-postgres"]
    if seeds is not None:
        chosen += [f"--seeds={seeds}"]
    return chosen


def main(arguments: list[str] | None = None) -> int:
    """Become pytest with the arguments that were asked for; its exit code is this command's."""
    parser = argparse.ArgumentParser(
        prog="./lodge test", description="Run the tests, or a part of them.", allow_abbrev=False
    )
    parser.add_argument("name", nargs="?", help="a folder of tests/, a path, or a word in the tests' names")
    parser.add_argument("--slow", action="store_true", help="the long proofs too; with a name, that one only")
    parser.add_argument("--seeds", type=_count, metavar="N", help="how many seeded runs the simulations make")
    parser.add_argument(
        "--seed", type=int, metavar="N", help="replay this one run of the simulator; its story if it breaks"
    )
    parser.add_argument("--durations", type=_count, metavar="N", help="list the N slowest tests")
    parser.add_argument("--reliability", action="store_true", help="write docs/reliability.md from this run")
    options = parser.parse_args(arguments)
    if options.reliability and options.name is not None:
        parser.error("--reliability is of the whole suite")
    chosen = pytest_arguments(options.name, CHECKOUT, slow=options.slow, seeds=options.seeds, cores=os.cpu_count() or 1)
    if options.seed is not None:
        chosen = ["tests/simulation/test_simulated_runs.py", f"--seed={options.seed}"]
    if options.durations is not None:
        chosen += [f"--durations={options.durations}"]
    if options.reliability:
        chosen += ["-p", "workbench.tasks.reliability_run"]
    os.chdir(CHECKOUT)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-P", "-m", "pytest", *chosen])  # noqa: S606 - no shell is meant


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
