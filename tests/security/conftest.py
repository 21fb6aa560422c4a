"""One server for all scanners of a run, and how a scanner's run is kept and judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

import pytest

from tests.security.premises import Scanned, open_premises
from workbench.scanners.environment import Environment, Scanner, ScannerError
from workbench.scanners.record import Finding, Record, judge, read_judgements, write
from workbench.tasks.tree import CHECKOUT


@dataclass
class Scan:
    """A scanner's run. ``planted``: what its control must find; ``caught``: what it did find of that."""

    environment: Environment
    asked: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    planted: list[str] = field(default_factory=list)
    caught: set[str] = field(default_factory=set)

    def close(self) -> None:
        """Write down what came of it, and fail where something was overlooked or nobody has judged it."""
        scanner = self.environment.scanner
        verdict = judge(self.findings, read_judgements(scanner.name))
        missed = [item for item in self.planted if item not in self.caught]
        write(
            Record(
                scanner=scanner.name,
                version=scanner.version,
                date=datetime.now(UTC).date().isoformat(),  # noqa: TID251  the day of the run
                asked=self.asked,
                control=[item for item in self.planted if item in self.caught],
                missed=missed,
                judged=[asdict(item) for item in verdict.judged],
                found=[asdict(item) for item in verdict.found],
            ),
            CHECKOUT,
        )
        assert self.asked
        assert self.planted
        assert not missed, f"{scanner.name} overlooked what was planted"
        assert not verdict.found
        assert not verdict.stale


@pytest.fixture
def scan() -> Callable[[Scanner], Scan]:
    """Begin a scan; where the scanner is not to be had, say so."""

    def begin(scanner: Scanner) -> Scan:
        environment = Environment(scanner, CHECKOUT)
        try:
            environment.prepare()
        except ScannerError as error:
            pytest.skip(f"NOT SCANNED: {error}")
        return Scan(environment)

    return begin


@pytest.fixture(scope="session")
def scanned() -> Iterator[Scanned]:
    """The server."""
    with open_premises() as made:
        yield made
