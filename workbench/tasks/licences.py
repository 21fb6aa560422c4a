"""Licences: every required distribution has one that licences.toml allows, or a reasoned exception there."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.markers import Marker
from packaging.utils import canonicalize_name

from workbench.tasks.gate import Findings
from workbench.tasks.spdx import LicenceExpressionError, refused_by
from workbench.tasks.versions import pins_of


@dataclass(frozen=True, slots=True)
class Policy:
    """What licences.toml says.

    `allowed` holds SPDX names, `spellings` maps what older metadata says (lower case) to one, `exceptions`
    maps a distribution to the reason for which it may come although its metadata says no allowed licence.
    """

    allowed: frozenset[str]
    spellings: dict[str, str]
    exceptions: dict[str, str]


def read_policy(path: Path | None = None) -> Policy:
    """Read a policy; the one beside this module when no path is given."""
    data = tomllib.loads((path or Path(__file__).with_name("licences.toml")).read_text(encoding="utf-8"))
    return Policy(
        allowed=frozenset(data["allowed"]),
        spellings={spelling.lower(): name for spelling, name in data["spellings"].items()},
        exceptions={canonicalize_name(name): reason for name, reason in data["exceptions"].items()},
    )


def check_licences(root: Path) -> Findings:
    """Judge the installed distributions of requirements-dev.txt that apply to this machine."""
    wanted = {
        name
        for name, pins in pins_of(root / "requirements-dev.txt").items()
        if any(not marker or Marker(marker).evaluate() for _, marker in pins)
    }
    return Findings(tuple(problems_of(distributions(), wanted, read_policy())))


def problems_of(installed: Iterable[Distribution], wanted: set[str], policy: Policy) -> list[str]:
    """Name wanted distributions that are absent or whose licence is not allowed, and needless exceptions."""
    by_name: dict[str, Distribution] = {canonicalize_name(found.metadata["Name"]): found for found in installed}
    problems = [f"{name} is required but not installed" for name in sorted(wanted - by_name.keys())]
    judged = {name: _objection(by_name[name], policy) for name in sorted(wanted & by_name.keys())}
    problems += [f"{name}: {text}" for name, text in judged.items() if text and name not in policy.exceptions]
    problems += [
        f"{name}: its exception in licences.toml is not needed (any more)"
        for name in sorted(policy.exceptions)
        if not judged.get(name)
    ]
    return problems


def _objection(found: Distribution, policy: Policy) -> str:
    """Say what is wrong with a licence, "" when nothing is. The newest way of stating it counts first."""
    metadata = found.metadata
    if "License-Expression" in metadata:
        return _refusal(metadata["License-Expression"], policy)
    stated = stated_licences(found, policy)
    if not stated:
        return "its metadata states no licence"
    # Several classifiers may mean "or" or "and": only if each is allowed does it not matter which.
    refusals = [_refusal(licence, policy) for licence in stated]
    return "; ".join(refusal for refusal in refusals if refusal)


def stated_licences(found: Distribution, policy: Policy) -> list[str]:
    """What metadata older than licence expressions states, by SPDX names where the policy knows the spelling."""
    metadata = found.metadata
    classifiers = [
        line.rpartition(" :: ")[2]
        for line in metadata.get_all("Classifier") or []
        if line.startswith("License ::") and line not in {"License :: OSI Approved", "License :: DFSG approved"}
    ]
    stated = classifiers or [line.strip() for line in metadata.get_all("License") or [] if line.strip()]
    return [policy.spellings.get(line.lower(), line) for line in stated]


def _refusal(expression: str, policy: Policy) -> str:
    try:
        refused = refused_by(expression, policy.allowed)
    except LicenceExpressionError:
        refused = [expression.splitlines()[0][:60]]
    return f"{', '.join(refused)} is not on the allow-list" if refused else ""
