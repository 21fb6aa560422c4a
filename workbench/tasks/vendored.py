"""Files in the product that came from elsewhere, as the tables and JSON files beside them say.

Four folders of fonts and one of scripts, each with its own list: a file that no list names is a fault.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

_STATIC = Path("cloud_api", "static")
_CUT = (_STATIC / "fonts", Path("printers", "fonts"), Path("cloud_api", "paper", "fonts"))
_KIOSK_FONTS = Path("kiosk", "views", "fonts")
_FONTS = (".ttf", ".otf", ".woff2")
_SOURCE = re.compile(r"(?P<name>\S+) (?P<version>[^\s:]+): ")
_NPM = re.compile(r"(?P<name>\S+) (?P<version>\S+)")


@dataclass(frozen=True, slots=True)
class Vendored:
    """A file: where it lies, and the package that it was taken or made from."""

    root: Path
    path: Path
    name: str
    version: str
    licence: str
    purl: str


class UnlistedFileError(ValueError):
    """A file lies among vendored ones and no list says where it is from."""


def vendored_files(root: Path) -> Iterator[Vendored]:
    """Each of them.

    Raises:
        UnlistedFileError: a font or script is in no list.
    """
    for folder in _CUT:
        entries = json.loads((root / folder / "SOURCES.json").read_text(encoding="utf-8"))
        yield from _all_listed(root, folder, [_cut(root, folder, entry) for entry in entries])
    yield _cut(root, _STATIC, json.loads((root / _STATIC / "icons.json").read_text(encoding="utf-8")))
    yield from _scripts(root)
    yield from _kiosk_fonts(root)


def _cut(root: Path, folder: Path, entry: dict[str, str]) -> Vendored:
    source = _SOURCE.match(entry["from"])
    if source is None:
        raise UnlistedFileError(f"{folder / entry['file']}: {entry['from']!r} names no package and version")
    return _of_pypi(root, folder / entry["file"], source["name"], source["version"], entry["licence"])


def _of_pypi(root: Path, path: Path, name: str, version: str, licence: str) -> Vendored:
    return Vendored(root, path, name, version, licence, f"pkg:pypi/{name}@{version}")


def _scripts(root: Path) -> Iterator[Vendored]:
    folder = _STATIC / "vendor"
    found = []
    for file, package, licence, _ in _rows(root / folder / "README.md"):
        named = _NPM.fullmatch(package)
        if named is None:
            raise UnlistedFileError(f"{folder / file}: {package!r} names no package and version")
        purl = f"pkg:npm/{named['name'].replace('@', '%40')}@{named['version']}"
        found.append(Vendored(root, folder / file.strip("`"), named["name"], named["version"], licence, purl))
    return _all_listed(root, folder, found, endings=(".js", ".css"))


def _kiosk_fonts(root: Path) -> Iterator[Vendored]:
    rows = list(_rows(root / _KIOSK_FONTS / "README.md"))
    found = []
    for path in sorted((root / _KIOSK_FONTS).glob("*.ttf")):
        for patterns, source, version, licence in rows:
            if any(fnmatchcase(path.stem, pattern) for pattern in re.findall(r"`([^`]+)`", patterns)):
                name = source.split("`")[1]
                spdx = re.split(r"[, ]", licence)[0]
                found.append(_of_pypi(root, _KIOSK_FONTS / path.name, name, version, spdx))
    return _all_listed(root, _KIOSK_FONTS, found)


def _rows(page: Path) -> Iterator[tuple[str, str, str, str]]:
    """The rows of a page's table of four columns, without its head."""
    lines = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    for line in lines[1:]:
        first, second, third, fourth = (cell.strip() for cell in line.strip("|").split("|"))
        yield first, second, third, fourth


def _all_listed(
    root: Path, folder: Path, found: list[Vendored], *, endings: tuple[str, ...] = _FONTS
) -> Iterator[Vendored]:
    listed = {file.path for file in found}
    there = {path.relative_to(root) for path in (root / folder).rglob("*") if path.suffix in endings}
    if listed != there:
        names = ", ".join(sorted(path.as_posix() for path in listed ^ there))
        raise UnlistedFileError(f"listed and not there, or there and not listed: {names}")
    return iter(found)
