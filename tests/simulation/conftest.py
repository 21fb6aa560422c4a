"""Which seeds the simulator runs: 0 to 299, as many as ``--seeds`` says, or the one that ``--seed`` names; and what
they came to, told at the end.
"""

from __future__ import annotations

from collections import Counter

import pytest

ORDINARY_SEEDS = 300
COUNTS = ("seeds", "events", "faults")
_BLOCK = 25


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each block of seeds, so that a failure stops nothing but its own block."""
    if "seeds" not in metafunc.fixturenames:
        return
    one = metafunc.config.getoption("--seed")
    many = int(metafunc.config.getoption("--seeds") or ORDINARY_SEEDS)
    blocks = (
        [range(one, one + 1)]
        if one is not None
        else [range(first, min(first + _BLOCK, many)) for first in range(0, many, _BLOCK)]
    )
    metafunc.parametrize("seeds", blocks, ids=[f"seeds-{block.start}-to-{block.stop - 1}" for block in blocks])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How much the runs that kept every promise were put to."""
    told: Counter[str] = Counter()
    for report in terminalreporter.stats.get("passed", []):
        told.update({name: count for name, count in report.user_properties if name in COUNTS})
    if told:
        terminalreporter.write_line("simulated: " + ", ".join(f"{told[name]:,} {name}" for name in COUNTS))
