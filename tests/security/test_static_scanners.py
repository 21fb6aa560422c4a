"""Scanners that read code: bandit, and semgrep with rules of our own (R39)."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.security.conftest import Scan
from workbench.scanners.environment import BANDIT, SEMGREP, Scanner
from workbench.scanners.record import Finding
from workbench.tasks.tree import CHECKOUT

PACKAGES = ("cloud_api", "kiosk", "printers", "sync")
_PLANTED = Path(__file__).with_name("planted")
_RULES = CHECKOUT / "workbench" / "scanners" / "rules"
_MARK = re.compile(r"# finds: (\S+)")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_r39_bandit_finds_nothing_that_nobody_has_judged(scan: Callable[[Scanner], Scan], tmp_path: Path) -> None:
    """``./lodge test --slow bandit``."""
    run = scan(BANDIT)
    planted = tmp_path / "planted.py"
    text = (_PLANTED / "bandit.txt").read_text("utf-8")
    planted.write_text(text, "utf-8")
    marked = {(number, rule) for number, line in enumerate(text.splitlines(), 1) for rule in _MARK.findall(line)}
    run.planted = [f"{rule} on line {number} of planted/bandit.txt" for number, rule in sorted(marked)]
    run.caught = {f"{rule} on line {line} of planted/bandit.txt" for rule, _, line in _bandit(run, tmp_path, planted)}
    run.asked = [f"every test of bandit over {', '.join(PACKAGES)}; `# nosec` counts for nothing"]
    found = _bandit(run, tmp_path, *PACKAGES)
    run.findings = [Finding(rule, place) for rule, place, _ in found]
    run.close()


def _bandit(run: Scan, folder: Path, *where: str | Path) -> list[tuple[str, str, int]]:
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    options = ("--quiet", "--ignore-nosec", "-r", *map(str, where), "-f", "json", "-o", str(report))
    run.environment.run("bandit", *options, seconds=180)
    said = json.loads(report.read_text("utf-8"))
    assert said["errors"] == []
    return [(item["test_id"], item["filename"], item["line_number"]) for item in said["results"]]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_r39_semgrep_finds_no_breach_of_the_house_rules(scan: Callable[[Scanner], Scan], tmp_path: Path) -> None:
    """``./lodge test --slow semgrep``: each rule catches what was planted for it, and nothing beside that."""
    run = scan(SEMGREP)
    wanted: Counter[tuple[str, int]] = Counter()
    for name, place in (("house_rules.txt", "cloud_api/store/planted.py"), ("page.txt", "cloud_api/planted.html")):
        text = (_PLANTED / name).read_text("utf-8")
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(text, "utf-8")
        wanted += Counter(
            (rule, number) for number, line in enumerate(text.splitlines(), 1) for rule in _MARK.findall(line)
        )
    rules = [rule for file in sorted(_RULES.iterdir()) for rule in re.findall(r"- id: (\S+)", file.read_text("utf-8"))]
    assert {rule for rule, _ in wanted} == set(rules), "each rule has a planted case"
    run.planted = [f"{rule} on line {number}" for rule, number in sorted(wanted)]
    caught = Counter((rule, line) for rule, _, line in _semgrep(run, tmp_path, "."))
    run.caught = {f"{rule} on line {number}" for rule, number in caught}
    assert not caught - wanted, "a rule catches what is right"
    run.asked = [f"{len(rules)} rules of our own (`workbench/scanners/rules`) over {', '.join(PACKAGES)}"]
    run.findings = [Finding(rule, place) for rule, place, _ in _semgrep(run, CHECKOUT, *PACKAGES)]
    run.close()


def _semgrep(run: Scan, folder: Path, *where: str) -> list[tuple[str, str, int]]:
    options = ("--metrics=off", "--disable-version-check", "--no-git-ignore", "--disable-nosem", "-j", "2", "--quiet")
    report = run.environment.folder / "report.json"
    run.environment.run(
        *("semgrep", "scan", "--config", str(_RULES), *options, "--json-output", str(report), *where),
        seconds=300,
        cwd=folder,
    )
    said = json.loads(report.read_text("utf-8"))
    assert said["errors"] == []
    return [(item["check_id"].rpartition(".")[2], item["path"], item["start"]["line"]) for item in said["results"]]
