from __future__ import annotations

from pathlib import Path

from workbench.tasks.sizes import FILE_LINES, FUNCTION_LINES, check_sizes


def test_files_and_functions_within_their_budget_pass(tmp_path: Path) -> None:
    body = "    x = 1\n" * (FUNCTION_LINES - 1)
    (tmp_path / "long.py").write_text(f"def f():\n{body}" + "y = 2\n" * (FILE_LINES - FUNCTION_LINES), encoding="utf-8")
    (tmp_path / "prose.md").write_text("line\n" * 1000, encoding="utf-8")
    assert check_sizes(tmp_path).ok


def test_file_that_is_a_line_too_long_is_named(tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text("y = 2\n" * (FILE_LINES + 1), encoding="utf-8")
    (tmp_path / "lodge").write_text("#!/bin/sh\n" * (FILE_LINES + 1), encoding="utf-8")
    assert [problem.partition(":")[0] for problem in check_sizes(tmp_path).problems] == ["lodge", "long.py"]


def test_method_that_is_a_line_too_long_is_named(tmp_path: Path) -> None:
    body = "        x = 1\n" * FUNCTION_LINES
    (tmp_path / "one.py").write_text(f"class A:\n    async def slow(self):\n{body}", encoding="utf-8")
    (problem,) = check_sizes(tmp_path).problems
    assert problem.startswith(f"one.py:2: slow has {FUNCTION_LINES + 1} lines")


def test_file_that_cannot_be_parsed_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def (:\n", encoding="utf-8")
    assert not check_sizes(tmp_path).ok
