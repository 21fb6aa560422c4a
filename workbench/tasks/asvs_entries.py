"""What is said of each requirement of OWASP ASVS 5.0, level 2: read from docs/security/asvs and held to its rules.

`ids.txt` lists the requirements; `v01.toml` and so on, one file a chapter, say for each what it asks in our words,
whether it is met, and the tests (`path::name`) or files that show it.
"""

from __future__ import annotations

import ast
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

FOLDER = Path("docs", "security", "asvs")
IDS = FOLDER / "ids.txt"
MET = "met"
STATUSES = (MET, "not applicable", "not met")
MOST_WORDS = 20
_MEMBERS = frozenset({"id", "asks", "status", "note", "shown"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One requirement. `shown`: tests and files; `note`: why not applicable, what is missing, or what to know."""

    number: str
    asks: str
    status: str
    note: str
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One file."""

    path: Path
    number: int
    title: str
    entries: tuple[Entry, ...]


def read_ids(root: Path) -> dict[str, int]:
    """The level of each requirement, by its number, in their order."""
    lines = (root / IDS).read_text(encoding="utf-8").splitlines()
    pairs = [line.split() for line in lines if line and not line.startswith("#")]
    return {number: int(level) for number, level in pairs}


def read_chapters(root: Path) -> list[Chapter]:
    """What is said, by chapter.

    Raises:
        ValueError: a file is not of the form; the message names it.
    """
    return [_read_chapter(root, path) for path in sorted((root / FOLDER).glob("v*.toml"))]


def find_faults(root: Path, chapters: list[Chapter], ids: dict[str, int]) -> Iterator[str]:
    """What breaks a rule, a line each."""
    told = Counter(entry.number for chapter in chapters for entry in chapter.entries)
    for number in ids:
        if told[number] != 1:
            yield f"{FOLDER}: {number} is there {told[number]} times; once is right"
    for chapter in chapters:
        for entry in chapter.entries:
            where = f"{chapter.path}: {entry.number}"
            if entry.number not in ids:
                yield f"{where}: is no requirement of {IDS}"
            if entry.number.partition(".")[0] != str(chapter.number):
                yield f"{where}: stands in the file of chapter {chapter.number}"
            yield from (f"{where}: {fault}" for fault in _faults(root, entry))


def _faults(root: Path, entry: Entry) -> Iterator[str]:
    if entry.status not in STATUSES:
        yield f"{entry.status!r} is no status; there are {', '.join(STATUSES)}"
    if not 0 < len(entry.asks.split()) <= MOST_WORDS:
        yield f"says what it asks in {MOST_WORDS} words at most"
    if entry.status == MET and not entry.shown:
        yield "is met, and nothing shows it"
    if entry.status != MET and not entry.note:
        yield f"is {entry.status}, and nothing says why"
    for cited in entry.shown:
        fault = _citation_fault(root, cited)
        if fault:
            yield f"{cited}: {fault}"


def _citation_fault(root: Path, cited: str) -> str:
    name, separator, test = cited.partition("::")
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not (root / path).is_file():
        return "there is no such file"
    if separator and test not in _tests_of(root / path):
        return "there is no such test in it"
    return ""


@cache
def _tests_of(path: Path) -> frozenset[str]:
    """Names of the test functions of a file, those of classes as `Class::test`."""
    if path.suffix != ".py":
        return frozenset()
    return frozenset(_test_names(ast.parse(path.read_text(encoding="utf-8")).body, ""))


def _test_names(body: list[ast.stmt], before: str) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _test_names(node.body, f"{before}{node.name}::")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield before + node.name


def _read_chapter(root: Path, path: Path) -> Chapter:
    name = path.relative_to(root)
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
        entries = tuple(_read_entry(item) for item in read["requirement"])
        return Chapter(name, int(read["chapter"]), str(read["title"]), entries)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{name}: {type(error).__name__}: {error}") from error


def _read_entry(item: dict[str, Any]) -> Entry:
    unknown = item.keys() - _MEMBERS
    if unknown:
        raise ValueError(f"{item.get('id')}: unknown members {sorted(unknown)}")
    shown = item.get("shown", [])
    if not isinstance(shown, list):
        raise TypeError(f"{item['id']}: shown is a list")
    return Entry(item["id"], item["asks"], item["status"], item.get("note", ""), tuple(shown))
