"""``./lodge fuzz``: see the package."""

import argparse
import sys
from pathlib import Path

from workbench.fuzz.campaign import Outcome, limit_memory, replay, replay_stream, run_blind, run_guided
from workbench.fuzz.environment import EngineError, Environment
from workbench.fuzz.registry import TARGETS
from workbench.fuzz.target import Target

_ROOT = Path(__file__).resolve().parents[2]
_KEEP = _ROOT / ".lodge" / "fuzz"
_ALL = "all"


def main(arguments: list[str] | None = None) -> int:
    """Exit 0: nothing found. Exit 1: found. Exit 2: not understood."""
    options = _parser().parse_args(arguments)
    if options.list or options.target is None:
        for target in TARGETS.values():
            print(f"{target.name:<16} {target.what}")
        return 0
    targets = list(TARGETS.values()) if options.target == _ALL else [TARGETS[options.target]]
    if options.memory_mib is not None:
        limit_memory(options.memory_mib)
    if options.replay is not None:
        return _replay(targets, options.replay)
    environment = None if options.blind else _environment(install=not options.no_install)
    outcomes = [_run(target, environment, options) for target in targets]
    return int(any(outcome.found is not None or outcome.account for outcome in outcomes))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./lodge fuzz", description="Outside bytes for every reader that meets them.")
    parser.add_argument("target", nargs="?", choices=[*TARGETS, _ALL], metavar="TARGET", help="see --list; or all")
    parser.add_argument("--list", action="store_true", help="name the targets")
    parser.add_argument("--seconds", type=_count, default=60, metavar="N", help="for each target (60)")
    parser.add_argument("--blind", action="store_true", help="mutate without guidance, needing nothing installed")
    parser.add_argument("--no-install", action="store_true", help="mutate blindly where the engine is not there yet")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of blind mutation (1)")
    parser.add_argument(
        "--replay",
        type=Path,
        metavar="PATH",
        help="a file, a folder with a folder for each target, or - for standard input",
    )
    parser.add_argument("--memory-mib", type=_count, metavar="N", help="let replays use so much more memory")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1")
    return int(text)


def _environment(*, install: bool) -> Environment | None:
    environment = Environment(_KEEP / "environment", _ROOT)
    try:
        environment.prepare(install=install)
    except EngineError as error:
        print(f"fuzz: not guided by coverage: {error}", file=sys.stderr)
        return None
    return environment


def _run(target: Target, environment: Environment | None, options: argparse.Namespace) -> Outcome:
    if environment is None:
        outcome = run_blind(target, seconds=options.seconds, seed=options.seed, keep=_KEEP)
    else:
        outcome = run_guided(target, environment, seconds=options.seconds, keep=_KEEP)
    covered = "" if outcome.covered is None else f", {outcome.covered} edges covered"
    result = "nothing found" if not (outcome.found or outcome.account) else "FOUND"
    print(
        f"{target.name}: {outcome.inputs} inputs in {options.seconds} s ({outcome.engine}{covered}): {result}",
        flush=True,
    )
    if outcome.account:
        print(outcome.account)
    if outcome.found is not None:
        print(f"replay it with: ./lodge fuzz {target.name} --replay {outcome.found}")
    return outcome


def _replay(targets: list[Target], path: Path) -> int:
    failures: list[str] = []
    if str(path) == "-":
        count, failures = replay_stream({target.name: target for target in targets}, sys.stdin.buffer)
        print(f"{count} replayed", flush=True)
        targets = []
    for target in targets:
        folder = path / target.name
        inputs = [path] if path.is_file() else sorted(folder.iterdir()) if folder.is_dir() else []
        failures += replay(target, inputs)
        print(f"{target.name}: {len(inputs)} replayed", flush=True)
    for failure in failures:
        print(failure)
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
