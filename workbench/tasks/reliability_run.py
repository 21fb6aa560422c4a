"""A plug-in of pytest that writes docs/reliability.md at the end of a run: ``-p workbench.tasks.reliability_run``."""

from __future__ import annotations

import pytest

from workbench.tasks.reliability import PAGE, write_page
from workbench.tasks.tree import CHECKOUT

_passed: set[str] = set()
_failed: set[str] = set()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note what became of a test; under xdist the workers' reports arrive here as well."""
    test = report.nodeid.partition("[")[0]
    if report.failed:
        _failed.add(test)
    elif report.when == "call" and report.passed:
        _passed.add(test)


@pytest.hookimpl(tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write the page, once, in the process that has the terminal."""
    problem = write_page(CHECKOUT, _failed, _passed)
    terminalreporter.write_line(problem or f"wrote {PAGE}")
