from __future__ import annotations

from pathlib import Path

import pytest

from workbench.tasks.asvs import PAGE, check_asvs, render
from workbench.tasks.asvs_entries import FOLDER, IDS, read_chapters, read_ids
from workbench.tasks.tree import CHECKOUT

TESTS = "tests/test_door.py"
CHAPTER = """chapter = 1
title = "Doors"

[[requirement]]
id = "1.1.1"
asks = "Doors are shut"
status = "met"
shown = ["tests/test_door.py::test_it_is_shut", "tests/test_door.py::TestKey::test_it_turns", "door.txt"]

[[requirement]]
id = "1.1.2"
asks = "Windows are shut"
status = "not applicable"
note = "no windows"

[[requirement]]
id = "1.10.1"
asks = "Somebody looks"
status = "not met"
note = "nobody | does"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / IDS).write_text("# number and level\n1.1.1 1\n1.1.2 2\n1.10.1 2\n", encoding="utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / TESTS).write_text(
        "async def test_it_is_shut(): ...\n\nclass TestKey:\n    def test_it_turns(self): ...\n\n"
        "def helper():\n    def test_within(): ...\n",
        encoding="utf-8",
    )
    (tmp_path / "door.txt").write_text("oak\n", encoding="utf-8")
    tell(tmp_path, CHAPTER)
    (tmp_path / PAGE).write_text(render(read_chapters(tmp_path), read_ids(tmp_path)), encoding="utf-8")
    return tmp_path


def tell(root: Path, text: str) -> None:
    (root / FOLDER / "v01.toml").write_text(text, encoding="utf-8")


def test_whole_data_and_its_own_page_pass(root: Path) -> None:
    assert check_asvs(root).problems == ()
    page = (root / PAGE).read_text(encoding="utf-8")
    assert "| [V1 Doors](#v1-doors) | 1 | 1 | 1 | 3 |" in page
    assert "| 1.10.1 | 2 | Somebody looks | **not met** | nobody \\| does |" in page
    assert "[`test_it_is_shut`](../../tests/test_door.py)" in page


@pytest.mark.parametrize(
    ("right", "planted", "problem"),
    [
        ('id = "1.1.2"', 'id = "1.1.3"', "1.1.2 is there 0 times"),
        ('id = "1.1.2"', 'id = "1.1.3"', "1.1.3: is no requirement of"),
        ('id = "1.1.2"', 'id = "1.1.1"', "1.1.1 is there 2 times"),
        ("chapter = 1", "chapter = 2", "1.1.1: stands in the file of chapter 2"),
        ('"not met"', '"nearly met"', "'nearly met' is no status"),
        ("::test_it_is_shut", "::test_it_was_shut", "test_it_was_shut: there is no such test in it"),
        ("::test_it_is_shut", "::test_it_turns", "test_it_turns: there is no such test in it"),
        ("::test_it_is_shut", "::test_within", "test_within: there is no such test in it"),
        ("::test_it_is_shut", "::", "there is no such test in it"),
        ('"door.txt"', '"gate.txt"', "gate.txt: there is no such file"),
        ('"door.txt"', '"../door.txt"', "../door.txt: there is no such file"),
        ('"door.txt"', '"door.txt::test_it_turns"', "there is no such test in it"),
        ('note = "no windows"', "", "1.1.2: is not applicable, and nothing says why"),
        ('status = "not applicable"', 'status = "met"', "1.1.2: is met, and nothing shows it"),
        ('asks = "Windows are shut"', f'asks = "{"shut " * 21}"', "says what it asks in 20 words at most"),
        ("note = ", "why = ", "unknown members ['why']"),
        ('asks = "Doors are shut"', "", "v01.toml: KeyError: 'asks'"),
        ("chapter = 1", "chapter = ", "v01.toml: TOMLDecodeError"),
        ('"Somebody looks"', '"Somebody listens"', "asvs.md: differs from what docs/security/asvs says"),
    ],
)
def test_planted_fault_is_named(root: Path, right: str, planted: str, problem: str) -> None:
    assert right in CHAPTER
    tell(root, CHAPTER.replace(right, planted, 1))
    assert [found for found in check_asvs(root).problems if problem in found]


def test_without_its_data_the_check_fails(root: Path) -> None:
    (root / FOLDER / "v01.toml").unlink()
    assert "1.1.1 is there 0 times" in check_asvs(root).problems[0]
    (root / IDS).unlink()
    assert not check_asvs(root).ok


def test_the_list_of_this_repository_has_level_one_and_two_whole() -> None:
    """ASVS 5.0.0 has 70 requirements of level 1 and 183 that level 2 adds."""
    levels = list(read_ids(CHECKOUT).values())
    assert (levels.count(1), levels.count(2), len(levels)) == (70, 183, 253)
