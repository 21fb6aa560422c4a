from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from workbench.tasks import check
from workbench.tasks.gate import Check, Findings, tool
from workbench.tasks.test import pytest_arguments


def passes(root: Path) -> Findings:
    return Findings()


def finds(root: Path) -> Findings:
    return Findings(("a planted problem",))


def breaks(root: Path) -> Findings:
    raise OSError("planted")


def is_skipped(root: Path) -> Findings:
    return Findings(skipped="its tool is not here")


def use(monkeypatch: pytest.MonkeyPatch, *runs: Check) -> None:
    monkeypatch.setattr(check, "CHECKS", runs)


def test_every_check_runs_though_one_fails_and_one_breaks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use(monkeypatch, Check("a", "", breaks), Check("b", "", finds), Check("c", "", passes))
    assert check.main([]) == 1
    printed = capsys.readouterr()
    assert "[3/3]" in printed.out
    assert "the check itself broke: OSError: planted" in printed.out
    assert "a planted problem" in printed.out
    assert printed.err == "lodge: 2 of 3 checks failed: a, b\n"


def test_only_the_named_check_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    use(monkeypatch, Check("a", "", breaks), Check("c", "", passes))
    assert check.main(["c"]) == 0
    assert capsys.readouterr().out.endswith("1 checks passed\n")


def test_skipped_check_is_named_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use(monkeypatch, Check("a", "", is_skipped))
    assert check.main([]) == 0
    assert "skipped" in (out := capsys.readouterr().out)
    assert "its tool is not here" in out


def test_outcome_is_had_as_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    use(monkeypatch, Check("b", "", finds))
    assert check.main(["--json"]) == 1
    facts = json.loads(capsys.readouterr().out)
    assert facts["ok"] is False
    assert facts["checks"][0]["problems"] == ["a planted problem"]


def test_unknown_check_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main(["stile"]) == 2
    assert "there is no check stile; there are types, imports" in capsys.readouterr().err


def test_failing_tool_is_quoted_and_passing_one_is_silent(tmp_path: Path) -> None:
    (problem,) = tool("py_compile", "absent.py")(tmp_path).problems
    assert "absent.py" in problem
    assert tool("platform")(tmp_path) == Findings()


def test_shell_scripts_are_found_by_their_first_line(tmp_path: Path) -> None:
    for name, text in {
        "a": "#!/bin/sh\n",
        "b": "#!/usr/bin/env bash\n",
        "c": f"#!{sys.executable}\n",
        "d": "",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert [path.name for path in check.shell_scripts(tmp_path)] == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "slow", "seeds", "expected"),
    [
        (None, False, None, ["-n", "4", "--dist", "loadfile", "--no-loadscope-reorder", "-m", "not slow"]),
        (None, True, None, ["-n", "4", "--dist", "loadfile", "--no-loadscope-reorder", "--all-postgres"]),
        ("unit", False, None, ["tests/unit", "-m", "not slow"]),
        ("tests/unit/sync", False, None, ["tests/unit/sync", "-m", "not slow"]),
        ("tests/test_a.py::test_b", True, None, ["tests/test_a.py::test_b", "-m", "slow"]),
        ("receipt", False, 9, ["tests", "-k", "receipt", "-m", "not slow", "--seeds=9"]),
        ("soak", True, None, ["tests", "-k", "soak", "-m", "slow"]),
        ("sync", False, None, ["tests", "-k", "sync", "-m", "not slow"]),
    ],
)
def test_names_become_pytest_arguments(
    tmp_path: Path, name: str | None, slow: bool, seeds: int | None, expected: list[str]
) -> None:
    (tmp_path / "tests" / "unit" / "sync").mkdir(parents=True)
    (tmp_path / "tests" / "test_a.py").touch()
    (tmp_path / "sync").mkdir()
    assert pytest_arguments(name, tmp_path, slow=slow, seeds=seeds, cores=2) == expected


@pytest.mark.parametrize(("cores", "processes"), [(1, "4"), (3, "5"), (64, "6")])
def test_the_whole_suite_runs_in_a_few_processes(tmp_path: Path, cores: int, processes: str) -> None:
    assert pytest_arguments(None, tmp_path, slow=False, seeds=None, cores=cores)[:2] == ["-n", processes]
