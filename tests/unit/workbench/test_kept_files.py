from __future__ import annotations

from pathlib import Path

import pytest

from workbench.tasks.tree import CHECKOUT, kept_files


@pytest.mark.parametrize("path", ["/nowhere", None])
def test_kept_files_are_found_without_git_and_in_an_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str | None
) -> None:
    for name in ("lodge", "kiosk/cli.py", ".lodge/venv/x.py", "kiosk/__pycache__/cli.pyc", "out/badge.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    if path is not None:
        monkeypatch.setenv("PATH", path)
    assert [kept.relative_to(tmp_path).as_posix() for kept in kept_files(tmp_path)] == [
        "kiosk/cli.py",
        "lodge",
    ]


def test_kept_files_of_the_checkout_leave_out_what_running_makes() -> None:
    names = {kept.relative_to(CHECKOUT).parts[0] for kept in kept_files(CHECKOUT)}
    assert {"lodge", "pyproject.toml", "tests"} <= names
    assert not names & {".lodge", ".git", "out"}
