"""The checkout: where it is and which of its files are kept.

kept_files(CHECKOUT)        every file that is committed or would be
import_packages(CHECKOUT)   ["benchmarks", "cloud_api", "kiosk", ...]
"""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
_MADE_FOLDERS = frozenset({".git", ".lodge", "__pycache__", "out", "dist", "build"})


def kept_files(root: Path) -> list[Path]:
    """Return the files that are, or would be, committed; sorted, absolute.

    Without git, or in an unpacked archive, every file counts but those in folders that running things makes.
    """
    names = _listed_by_git(root)
    if names is None:
        found = [path for path in root.rglob("*") if not _MADE_FOLDERS & set(path.relative_to(root).parts)]
    else:
        found = [root / name for name in names]
    return sorted(path for path in found if path.is_file())


def _listed_by_git(root: Path) -> list[str] | None:
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return [name for name in listed.stdout.decode().split("\0") if name]


def project_settings(root: Path) -> dict[str, Any]:
    """Return pyproject.toml as it was read."""
    with (root / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)


def import_packages(root: Path) -> list[str]:
    """Return the names of the top-level folders that Python can import, sorted."""
    return sorted(path.parent.name for path in root.glob("*/__init__.py"))
