"""Which tests prove which numbered fault or attack (C01 to C47), read from the tests' names and docstrings.

cases = read_cases(CHECKOUT)
for test in find_case_tests(CHECKOUT): test.cases, test.where, test.layer
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workbench.tasks.tree import kept_files

LIST = Path("workbench/tasks/fault_cases.toml")
_IN_NAME = re.compile(r"_c(\d\d)(?=_)")
_IN_WORDS = re.compile(r"\bC(\d\d)(?: to C(\d\d))?\b")
LAYERS = {
    "unit": "unit",
    "contract": "unit",
    "property": "unit",
    "vectors": "unit",
    "simulation": "simulator",
    "integration": "real database and network",
    "browser": "browser",
    "functional": "process",
    "processes": "process",
}
"""What a folder of tests/ stands on, from the fastest to the realest."""


@dataclass(frozen=True, slots=True)
class FaultCase:
    """One row of the table of faults; ``promised`` ones must have a test named after them."""

    number: str
    what: str
    promised: bool


@dataclass(frozen=True, slots=True)
class CaseTest:
    """A test function; ``where`` is pytest's id without parameters, ``named`` the cases in its name.

    ``on_demand``: a long proof, which an ordinary run leaves out.
    """

    where: str
    layer: str
    on_demand: bool
    named: frozenset[str]
    cited: frozenset[str]

    @property
    def cases(self) -> frozenset[str]:
        """Return all cases that it proves something of."""
        return self.named | self.cited


def read_cases(root: Path) -> list[FaultCase]:
    """Return the numbered cases, in their order."""
    with (root / LIST).open("rb") as file:
        listed = tomllib.load(file)["cases"]
    return [FaultCase(number, entry["what"], entry["promised"]) for number, entry in sorted(listed.items())]


def find_case_tests(root: Path) -> list[CaseTest]:
    """Return the tests that cite a case, sorted by where they are."""
    found: list[CaseTest] = []
    for path in kept_files(root / "tests"):
        if path.name.startswith("test_") and path.suffix == ".py":
            found += _tests_of(path, path.relative_to(root))
    return sorted(found, key=lambda test: test.where)


def _tests_of(path: Path, name: Path) -> Iterator[CaseTest]:
    layer = LAYERS.get(name.parts[1], "unit")
    module = ast.parse(path.read_text(encoding="utf-8"))
    for prefix, body in _scopes(module, name.as_posix()):
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                named = frozenset(f"C{digits}" for digits in _IN_NAME.findall(node.name.replace("test_", "_", 1)))
                cited = frozenset(_cited(ast.get_docstring(node) or ""))
                if named | cited:
                    yield CaseTest(f"{prefix}::{node.name}", layer, _is_slow(node), named, cited)


def _cited(words: str) -> Iterator[str]:
    """The cases that words name; ``C01 to C03`` names three."""
    for first, last in _IN_WORDS.findall(words):
        for number in range(int(first), int(last or first) + 1):
            yield f"C{number:02}"


def _is_slow(test: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(ast.unparse(mark) == "pytest.mark.slow" for mark in test.decorator_list)


def _scopes(module: ast.Module, name: str) -> Iterator[tuple[str, list[ast.stmt]]]:
    yield name, module.body
    for node in module.body:
        if isinstance(node, ast.ClassDef):
            yield f"{name}::{node.name}", node.body
