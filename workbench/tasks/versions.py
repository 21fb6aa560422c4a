"""Statements that stand in two places must agree: the version, and what is required."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from workbench.tasks.gate import Findings
from workbench.tasks.tree import import_packages, project_settings

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*])?==(?P<version>[^\s;\\]+)(?P<rest>.*)$")
_RELEASE = re.compile(r"^## \[(?P<version>[^]]+)]", re.MULTILINE)
_DUNDER = re.compile(r"^__version__\b[^=]*= *[\"']([^\"']+)[\"']", re.MULTILINE)


def check_versions(root: Path) -> Findings:
    """The version of pyproject.toml is the newest released one of CHANGELOG.md, and that of every package."""
    version = project_settings(root)["project"]["version"]
    problems: list[str] = []
    released = [name for name in _RELEASE.findall(_text(root / "CHANGELOG.md")) if name != "Unreleased"]
    if not released or released[0] != version:
        newest = released[0] if released else "none"
        problems.append(f"pyproject.toml says {version}, the newest version in CHANGELOG.md is {newest}")
    for package in import_packages(root):
        stated = _DUNDER.findall(_text(root / package / "__init__.py"))
        problems += [f"{package} says {other}, pyproject.toml {version}" for other in stated if other != version]
    return Findings(tuple(problems))


def check_pins(root: Path) -> Findings:
    """Each dependency of pyproject.toml is pinned in the compiled file, within its bounds, with hashes."""
    project = project_settings(root)["project"]
    product = project["dependencies"]
    everything = product + project["optional-dependencies"]["dev"]
    return Findings(
        (
            *_unpinned(product, root / "requirements.txt"),
            *_unpinned(product + project["optional-dependencies"]["aws"], root / "requirements-aws.txt"),
            *_unpinned(everything, root / "requirements-dev.txt"),
        )
    )


def pins_of(requirements: Path) -> dict[str, list[tuple[str, str]]]:
    """Map each distribution, by canonical name, to its pinned versions and their markers ("" for none)."""
    pins: dict[str, list[tuple[str, str]]] = {}
    for line in _text(requirements).splitlines():
        if found := _PIN.match(line):
            marker = found["rest"].strip(" ;\\")
            pins.setdefault(canonicalize_name(found["name"]), []).append((found["version"], marker))
    return pins


def _unpinned(declared: list[Any], requirements: Path) -> list[str]:
    pins = pins_of(requirements)
    problems = []
    for requirement in map(Requirement, declared):
        versions = [version for version, _ in pins.get(canonicalize_name(requirement.name), [])]
        if not versions:
            problems.append(f"{requirements.name} has no pin for {requirement}; compile it anew")
        problems += [
            f"{requirements.name} pins {requirement.name} {version}, pyproject.toml asks for {requirement}"
            for version in versions
            if not requirement.specifier.contains(version, prereleases=True)
        ]
    lines = _text(requirements).splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if _PIN.match(line) and "--hash=sha256:" not in following:
            problems.append(f"{requirements.name}: {line.split(' ')[0]} has no hash")
    return problems


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
