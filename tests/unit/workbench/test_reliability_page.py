from __future__ import annotations

from pathlib import Path

import pytest

from workbench.tasks.fault_cases import LIST, find_case_tests, read_cases
from workbench.tasks.reliability import PAGE, check_reliability, write_page

PROOFS = '''
import pytest

def test_c01_is_survived(): ...

@pytest.mark.parametrize("x", [1, 2])
def test_something_else(x):
    """C01, C02: by both."""

@pytest.mark.slow
def test_c02_for_a_long_time(): ...

def test_of_nothing(): ...

class TestGroup:
    def test_c02_c01_together(self): ...
'''
HERE = "tests/simulation/test_proofs.py"
NAMES = ("test_c01_is_survived", "test_something_else", "TestGroup::test_c02_c01_together")
ORDINARY = {f"{HERE}::{name}" for name in NAMES}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    listed = tmp_path / LIST
    listed.parent.mkdir(parents=True)
    listed.write_text(
        '[cases]\nC01 = { what = "one", promised = true }\nC02 = { what = "two", promised = true }\n'
        'C03 = { what = "three", promised = false }\n',
        encoding="utf-8",
    )
    proofs = tmp_path / HERE
    proofs.parent.mkdir(parents=True)
    proofs.write_text(PROOFS, encoding="utf-8")
    (tmp_path / "docs").mkdir()
    return tmp_path


def test_tests_are_found_by_the_cases_in_their_names_and_words(root: Path) -> None:
    found = {test.where.rpartition("::")[2]: test for test in find_case_tests(root)}
    assert "test_of_nothing" not in found
    assert found["test_something_else"].cases == {"C01", "C02"}
    assert found["test_something_else"].named == frozenset()
    assert found["test_c02_c01_together"].named == {"C01", "C02"}
    assert found["test_c02_for_a_long_time"].on_demand
    assert {test.layer for test in found.values()} == {"simulator"}


def test_a_range_of_cases_names_all_of_them(root: Path) -> None:
    (root / HERE).write_text('def test_much():\n    """C01 to C03: whatever happens."""\n', encoding="utf-8")
    (found,) = find_case_tests(root)
    assert found.cases == {"C01", "C02", "C03"}


def test_page_is_written_only_after_a_run_in_which_each_of_its_tests_passed(root: Path) -> None:
    assert "did not pass, such as tests/" in write_page(root, failed=(), passed=sorted(ORDINARY)[1:])
    assert "did not pass" in write_page(root, failed=sorted(ORDINARY)[:1], passed=ORDINARY)
    assert not (root / PAGE).exists()
    assert write_page(root, failed=(), passed=ORDINARY) == ""
    page = (root / PAGE).read_text(encoding="utf-8")
    assert "| [C01](#c01) | one | simulator | 3 |" in page
    assert "| C03 | three | still to come |  |" in page
    assert f"- simulator, on demand: `{HERE}::test_c02_for_a_long_time`" in page


def test_page_that_is_not_of_the_tests_is_a_problem(root: Path) -> None:
    assert any("is not of these tests" in problem for problem in check_reliability(root).problems)
    write_page(root, failed=(), passed=ORDINARY)
    assert check_reliability(root).ok
    (root / HERE).write_text(PROOFS + "\ndef test_c03_too(): ...\n", encoding="utf-8")
    assert not check_reliability(root).ok


def test_promised_case_without_a_test_of_its_name_is_a_problem(root: Path) -> None:
    (root / HERE).write_text('def test_one():\n    """C01, C02."""\n\ndef test_c02_b(): ...\n', encoding="utf-8")
    (first, *_rest) = check_reliability(root).problems
    assert first == "C01 (one) has no test named after it: test_c01_..."


def test_case_that_does_not_exist_is_a_problem(root: Path) -> None:
    (root / HERE).write_text(PROOFS + "\ndef test_c77_dreamt_up(): ...\n", encoding="utf-8")
    assert any("cites C77, which is no case" in problem for problem in check_reliability(root).problems)


def test_all_cases_are_listed_in_this_repository() -> None:
    from workbench.tasks.tree import CHECKOUT  # noqa: PLC0415 - used here alone

    assert [case.number for case in read_cases(CHECKOUT)] == [f"C{number:02d}" for number in range(1, 48)]
