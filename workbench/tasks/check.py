"""The gates of the repository: style, types, imports, licences, sizes, and what must agree or be absent.

./lodge check                 all of them, each run whether or not another failed
./lodge check types sizes     these two
./lodge check --json          the outcome as data
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from workbench.tasks.asvs import check_asvs
from workbench.tasks.gate import Check, Findings, outcome_of, tool
from workbench.tasks.imports import check_imports
from workbench.tasks.leaks import check_leaks
from workbench.tasks.licences import check_licences
from workbench.tasks.reliability import check_reliability
from workbench.tasks.roles import check_roles
from workbench.tasks.sbom import check_sbom
from workbench.tasks.schemas import check_schemas
from workbench.tasks.sizes import check_sizes
from workbench.tasks.tree import CHECKOUT, kept_files
from workbench.tasks.versions import check_pins, check_versions


def check_shell(root: Path) -> Findings:
    """Let shellcheck read every shell script; skipped where it is not installed."""
    if shutil.which("shellcheck") is None:
        return Findings(skipped="shellcheck is not installed")
    return outcome_of(["shellcheck", *map(str, shell_scripts(root))], root)


def shell_scripts(root: Path) -> Iterator[Path]:
    """Yield the files whose first line names a shell."""
    for path in kept_files(root):
        with path.open("rb") as file:
            first = file.readline(80)
        if first.startswith(b"#!") and first.rstrip().endswith((b"/sh", b"bash", b"dash")):
            yield path


def check_components(root: Path) -> Findings:
    """What is required is pinned, and the bill of materials names it."""
    return Findings((*check_pins(root).problems, *check_sbom(root).problems))


# The slowest first, so that two at a time end soonest.
CHECKS = (
    Check("types", "mypy, strict, tests too", tool("mypy")),
    Check(
        "imports",
        "who may import whom (import-linter)",
        check_imports,
    ),
    Check(
        "style",
        "ruff, all rules but those given up with a reason",
        tool("ruff", "check", "--quiet", "--output-format=concise", "."),
    ),
    Check("format", "ruff's formatting", tool("ruff", "format", "--check", "--output-format=concise", ".")),
    Check("shell", "shell scripts (shellcheck)", check_shell),
    Check("licences", "each dependency's licence is on the allow-list", check_licences),
    Check("schemas", "docs/schemas is what the feed's structures say", check_schemas),
    Check("roles", "docs/security/roles.md is what the policy says", check_roles),
    Check("asvs", "docs/security/asvs.md is whole, of its data, and cites what there is", check_asvs),
    Check("sizes", "files and functions within their budget", check_sizes),
    Check("reliability", "docs/reliability.md is of these tests", check_reliability),
    Check("leaks", "no secrets, package indexes or machine folders", check_leaks),
    Check("versions", "one version everywhere", check_versions),
    Check("pins", "requirements*.txt fit pyproject.toml, and docs/security/sbom.json fits them", check_components),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One check's findings and how long it took."""

    check: Check
    findings: Findings
    milliseconds: int


def judge(check: Check, root: Path) -> Verdict:
    """Run one check; one that breaks has failed, with the reason as its problem."""
    started = time.monotonic()
    try:
        findings = check.run(root)
    except Exception as error:  # noqa: BLE001 - whatever stops a check must not stop the others
        findings = Findings((f"the check itself broke: {type(error).__name__}: {error}",))
    return Verdict(check, findings, round((time.monotonic() - started) * 1000))


def judge_all(checks: Iterable[Check], root: Path) -> Iterator[Verdict]:
    """Run checks, two at a time, and yield each verdict as it comes."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        pending = [pool.submit(judge, check, root) for check in checks]
        for ended in as_completed(pending):
            yield ended.result()


def main(arguments: list[str] | None = None) -> int:
    """Run the checks named, or all; return 0 when none found a problem, 1 otherwise, 2 for bad usage."""
    names = [check.name for check in CHECKS]
    parser = argparse.ArgumentParser(
        prog="./lodge check",
        description="Run the repository's checks.",
        epilog="\n".join(f"  {check.name:10} {check.purpose}" for check in CHECKS),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", nargs="*", help="run only this one; all when none is named")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")
    options = parser.parse_args(arguments)
    for name in options.name:
        if name not in names:
            print(f"lodge: there is no check {name}; there are {', '.join(names)}", file=sys.stderr)
            return 2
    chosen = [check for check in CHECKS if not options.name or check.name in options.name]
    verdicts = []
    for verdict in judge_all(chosen, CHECKOUT):
        verdicts.append(verdict)
        if not options.json:
            print(_line(verdict, len(verdicts), len(chosen)), flush=True)
    if options.json:
        print(json.dumps(_facts(verdicts), indent=2))
    failed = [verdict.check.name for verdict in verdicts if not verdict.findings.ok]
    if failed:
        print(
            f"lodge: {len(failed)} of {len(verdicts)} checks failed: {', '.join(sorted(failed))}",
            file=sys.stderr,
        )
    elif not options.json:
        print(f"{len(verdicts)} checks passed")
    return 1 if failed else 0


def _line(verdict: Verdict, number: int, total: int) -> str:
    findings = verdict.findings
    word = "FAILED" if not findings.ok else "skipped" if findings.skipped else "ok"
    head = f"[{number}/{total}] {verdict.check.name:9} {word:8}{verdict.milliseconds / 1000:6.1f} s"
    said = [findings.skipped] if findings.skipped else findings.problems
    return "\n".join([head, *(f"    {line}" for text in said for line in text.splitlines())])


def _facts(verdicts: list[Verdict]) -> dict[str, object]:
    return {
        "ok": all(verdict.findings.ok for verdict in verdicts),
        "checks": [
            {
                "name": verdict.check.name,
                "ok": verdict.findings.ok,
                "skipped": verdict.findings.skipped or None,
                "ms": verdict.milliseconds,
                "problems": list(verdict.findings.problems),
            }
            for verdict in verdicts
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
