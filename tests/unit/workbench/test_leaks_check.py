from __future__ import annotations

from pathlib import Path

import pytest

from workbench.tasks.leaks import check_leaks, leaks_in


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("--index-url https://mirror.example.org/simple", "index"),
        ("see https://pypi.org/project/click", "index"),
        ("--extra-index-url=x", "index"),
        ("deb http://deb.debian.org/debian bookworm main", "index"),
        ("data = open('/work/main/x')", "folder"),
        ("cp /root/.config/x .", "folder"),
        ("/home/ada/lodge", "folder"),
        ("-----BEGIN PRIVATE KEY-----", "secret"),
        ("-----BEGIN EC PRIVATE KEY-----", "secret"),
        ("AKIAIOSFODNN7EXAMPLE", "secret"),
        ("ghp_" + "a" * 36, "secret"),
    ],
)
def test_planted_leak_is_found_on_its_line(line: str, kind: str) -> None:
    assert list(leaks_in(f"first\n{line}\nlast")) == [(2, kind)]


@pytest.mark.parametrize(
    "line",
    [
        "https://example.org/work/main",
        "-----BEGIN PUBLIC KEY-----",
        "PyPI carries wheels for it",
        "homework/main",
        "the /home/kiosk folder of the appliance",
    ],
)
def test_harmless_line_is_left_alone(line: str) -> None:
    assert list(leaks_in(line)) == []


def test_check_names_file_and_line_and_passes_over_pictures(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("one\nhttps://pypi.org/x\n", encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"\0/work/main/x")
    assert check_leaks(tmp_path).problems == ("notes.md:2: names a package index",)
