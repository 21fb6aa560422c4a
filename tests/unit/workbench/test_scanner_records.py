"""What outside scanners' findings come to, without running one; what they find is in ``tests/security`` (R39)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from workbench.scanners.environment import SCANNERS, Environment, Scanner, ScannerError
from workbench.scanners.record import PAGE, Finding, Judgement, judge, read_judgements, render
from workbench.tasks.requirements import scanner_command
from workbench.tasks.tree import CHECKOUT
from workbench.tasks.versions import pins_of

_SQL = Judgement("bandit", "B608", "store/*", 2, "constants")


def test_r39_a_judgement_answers_for_exactly_as_many_findings_as_it_says() -> None:
    one, other, elsewhere = (Finding("B608", place) for place in ("store/a.py", "store/b.py", "http/c.py"))
    assert judge([one, other, elsewhere], [_SQL]).found == [elsewhere]
    assert judge([one, one], [_SQL]).found == []
    for findings in ([one], [one, one, other], []):
        verdict = judge(findings, [_SQL])
        assert (verdict.found, len(verdict.stale), verdict.judged) == (sorted(findings), 1, [])


def test_r39_the_page_is_of_the_records_and_each_judgement_has_a_reason_and_a_scanner() -> None:
    assert (CHECKOUT / PAGE).read_text("utf-8") == render(CHECKOUT)
    judged = [item for scanner in SCANNERS for item in read_judgements(scanner.name)]
    assert all(item.count > 0 and len(item.reason) > 10 for item in judged)
    page = render(CHECKOUT)
    for scanner in SCANNERS:
        pinned = [version for version, _ in pins_of(scanner.requirements)[scanner.name]]
        said = [version for version in pinned if f"## {scanner.name} {version}, " in page]
        assert said, f"{scanner.name}: the last run was of another version"
    assert "**overlooked**" not in page


@pytest.mark.parametrize("scanner", SCANNERS, ids=lambda scanner: scanner.name)
def test_r39_every_package_of_a_scanner_is_pinned_by_hashes(scanner: Scanner) -> None:
    text = scanner.requirements.read_text("utf-8")
    assert len(pins_of(scanner.requirements)) >= 1
    assert text.count("==") <= text.count("--hash=sha256:")
    command = scanner_command(Path("compiler"), scanner, upgrade=False)
    assert {"--generate-hashes", "--no-emit-index-url"} <= set(command)
    assert str(scanner.requirements.with_suffix(".in")) in command


def test_r39_a_scanner_that_hangs_is_ended_and_one_reaches_no_other_machine(tmp_path: Path) -> None:
    environment = Environment(SCANNERS[0], tmp_path)
    (environment.folder / "bin").mkdir(parents=True)
    (environment.folder / "bin" / "python").symlink_to(sys.executable)
    said = environment.run(
        "python", "-c", "import os; print(os.environ['https_proxy'], os.environ['HOME'])", seconds=20
    )
    assert said.split() == ["http://127.0.0.1:9", str(environment.folder / "home")]
    with pytest.raises(ScannerError, match=r"did not end within 0\.2 seconds"):
        environment.run("python", "-c", "import time; time.sleep(60)", seconds=0.2)
