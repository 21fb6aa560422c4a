"""docs/reliability.md: each numbered fault, the layers that prove it, and the tests, as a run of the suite found them.

./lodge test --reliability    runs the suite and, when it passes, writes the page anew
./lodge check reliability     the page names the tests that there are, and each promised case has one of its name
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from workbench.tasks.fault_cases import LAYERS, CaseTest, FaultCase, find_case_tests, read_cases
from workbench.tasks.gate import Findings

PAGE = Path("docs/reliability.md")
MAKE = "./lodge test --reliability"
_HEAD = f"""\
# What is survived, and how that is known

The numbered faults and attacks that Lodge must survive, and the tests that show it. `{MAKE}` runs the
suite and writes this page when all of them pass; `./lodge check reliability` holds it to the tests that there are.

*unit*: one part, or the protocol by properties and published vectors. *simulator*: the production code of several
kiosks and the cloud under a seeded scheduler (`./lodge test simulation --seeds 2000`; what came of the last long run,
`./lodge test --slow simulation`, as far as it got and of which code, is in [simulation.json](simulation.json)). Its
seeds stand under a case only where they find a bug that was planted against it
(`tests/simulation/test_planted_bugs.py`). *real database and network*: PostgreSQL, HTTP, TLS. *browser*: Chromium.
*process*: real processes, killed, starved and led astray.

| case | fault or attack | shown in | tests |
|---|---|---|---|
"""


def check_reliability(root: Path) -> Findings:
    """Find promised cases without a test of their name, and a page that is not of these tests."""
    cases, tests = read_cases(root), find_case_tests(root)
    problems = [
        f"{case.number} ({case.what}) has no test named after it: test_{case.number.lower()}_..."
        for case in cases
        if case.promised and not any(case.number in test.named for test in tests)
    ]
    known = {case.number for case in cases}
    problems += [
        f"{test.where} cites {', '.join(sorted(test.cases - known))}, which is no case"
        for test in tests
        if test.cases - known
    ]
    page = root / PAGE
    if not page.is_file() or page.read_text(encoding="utf-8") != render(cases, tests):
        problems.append(f"{PAGE} is not of these tests; {MAKE} makes it anew")
    return Findings(tuple(problems))


def write_page(root: Path, failed: Iterable[str], passed: Iterable[str]) -> str:
    """Write the page after a run; returns why it was not written, or an empty text.

    ``failed`` and ``passed`` are pytest's ids without parameters.
    """
    tests = find_case_tests(root)
    ran = set(passed) - set(failed)
    missing = [test.where for test in tests if test.where not in ran and not test.on_demand]
    if missing:
        return f"{PAGE} is left as it was: {len(missing)} of its tests did not pass, such as {missing[0]}"
    (root / PAGE).write_text(render(read_cases(root), tests), encoding="utf-8")
    return ""


def render(cases: list[FaultCase], tests: list[CaseTest]) -> str:
    """Return the page as Markdown: a table of all cases, then each case's tests."""
    rows, parts = [], []
    for case in cases:
        proving = [test for test in tests if case.number in test.cases]
        layers = [layer for layer in dict.fromkeys(LAYERS.values()) if any(test.layer == layer for test in proving)]
        link = f"[{case.number}](#{case.number.lower()})" if proving else case.number
        rows.append(f"| {link} | {case.what} | {', '.join(layers) or 'still to come'} | {len(proving) or ''} |\n")
        if proving:
            parts.append(f"\n## {case.number}\n\n{case.what[0].upper()}{case.what[1:]}.\n\n")
            parts += [_line(test) for layer in layers for test in proving if test.layer == layer]
    return _HEAD + "".join(rows) + "".join(parts)


def _line(test: CaseTest) -> str:
    return f"- {test.layer}{', on demand' if test.on_demand else ''}: `{test.where}`\n"
