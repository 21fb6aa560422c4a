"""What must not be in a kept file: secrets, addresses of package indexes, folders of one machine.

An entry of leaks.toml allows one pattern in one file, with the reason.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from workbench.tasks.gate import Findings
from workbench.tasks.tree import kept_files

# Dots and such stand in brackets so that this file does not match itself.
PATTERNS = {
    "index": re.compile(
        r"pypi[.]org|pythonhosted[.]org|piwheels[.]org|npmjs[.]org|deb[.]debian[.]org"
        r"|(?:^|\s)--?(?:extra-)?index-url[ =]|--find[-]links[ =]|/pypi/[s]imple|://[^/\s]*/simple\b"
    ),
    "folder": re.compile(r"(?<![\w.}$])/(?:work|root|Users)/[\w.]|(?<![\w.}$])/home/(?!lodge\b|kiosk\b)\w"),
    "secret": re.compile(
        r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b"
        r"|\bglpat-[\w-]{20}\b|\bxox[abprs]-[\w-]{10,}|\bsk_live_\w{16,}"
    ),
}
_MEANING = {
    "index": "names a package index",
    "folder": "names a folder of one machine",
    "secret": "looks like a secret",
}


def check_leaks(root: Path) -> Findings:
    """Find lines of kept text files that match a pattern and are not allowed by leaks.toml."""
    allowed = _allowed(Path(__file__).with_name("leaks.toml"))
    problems: list[str] = []
    for path in kept_files(root):
        name = path.relative_to(root).as_posix()
        data = path.read_bytes()
        if b"\0" in data:
            continue
        problems += [
            f"{name}:{number}: {_MEANING[kind]}"
            for number, kind in leaks_in(data.decode("utf-8", "replace"))
            if (name, kind) not in allowed
        ]
    return Findings(tuple(problems))


def leaks_in(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line number (from 1) and the kind of each leak."""
    for number, line in enumerate(text.splitlines(), 1):
        for kind, pattern in PATTERNS.items():
            if pattern.search(line):
                yield number, kind


def _allowed(file: Path) -> frozenset[tuple[str, str]]:
    entries = tomllib.loads(file.read_text(encoding="utf-8")).get("allowed", [])
    return frozenset((entry["file"], entry["kind"]) for entry in entries if entry["reason"])
