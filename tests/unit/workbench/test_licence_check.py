from __future__ import annotations

from importlib.metadata import distributions
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.tasks.licences import Policy, problems_of, read_policy
from workbench.tasks.spdx import LicenceExpressionError, refused_by

POLICY = Policy(
    allowed=frozenset({"MIT", "Apache-2.0", "LGPL-3.0-only"}),
    spellings={"mit license": "MIT", "apache software license": "Apache-2.0"},
    exceptions={},
)


def plant(site: Path, name: str, *fields: str) -> None:
    folder = site / f"{name}-1.dist-info"
    folder.mkdir()
    lines = ["Metadata-Version: 2.4", f"Name: {name}", "Version: 1", *fields]
    (folder / "METADATA").write_text("\n".join(lines) + "\n", encoding="utf-8")


def judged(site: Path, wanted: set[str], policy: Policy = POLICY) -> list[str]:
    return problems_of(distributions(path=[str(site)]), wanted, policy)


@pytest.mark.parametrize(
    "fields",
    [
        ["License-Expression: MIT"],
        ["License-Expression: GPL-3.0-only OR MIT"],
        ["License: MIT"],
        ["License: GPL, see the file", "Classifier: License :: OSI Approved :: MIT License"],
        [
            "Classifier: License :: OSI Approved",
            "Classifier: License :: OSI Approved :: Apache Software License",
        ],
    ],
)
def test_allowed_licence_passes_however_it_is_stated(tmp_path: Path, fields: list[str]) -> None:
    plant(tmp_path, "fine", *fields)
    assert judged(tmp_path, {"fine"}) == []


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        (["License-Expression: GPL-3.0-or-later"], "GPL-3.0-or-later is not on the allow-list"),
        (["License-Expression: MIT AND AGPL-3.0-only"], "AGPL-3.0-only is not on the allow-list"),
        (["License: GPLv2"], "GPLv2 is not on the allow-list"),
        (
            [
                "Classifier: License :: OSI Approved :: MIT License",
                "Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)",
            ],
            "GNU General Public License v3 (GPLv3) is not on the allow-list",
        ),
        (["License: Copyright (c) somebody and others"], "is not on the allow-list"),
        ([], "its metadata states no licence"),
    ],
)
def test_planted_forbidden_licence_is_named(tmp_path: Path, fields: list[str], complaint: str) -> None:
    plant(tmp_path, "fine", "License-Expression: MIT")
    plant(tmp_path, "Planted.One", *fields)
    (problem,) = judged(tmp_path, {"fine", "planted-one"})
    assert problem.startswith("planted-one: ")
    assert complaint in problem


def test_distribution_that_no_requirement_names_is_nobodys_business(tmp_path: Path) -> None:
    plant(tmp_path, "stray", "License-Expression: GPL-3.0-only")
    assert judged(tmp_path, set()) == []


def test_required_distribution_that_is_not_installed_is_a_problem(tmp_path: Path) -> None:
    assert judged(tmp_path, {"absent"}) == ["absent is required but not installed"]


def test_reasoned_exception_passes_until_it_is_needless(tmp_path: Path) -> None:
    policy = Policy(POLICY.allowed, POLICY.spellings, {"odd": "its file says MIT"})
    plant(tmp_path, "odd")
    assert judged(tmp_path, {"odd"}, policy) == []
    assert judged(tmp_path, set(), policy) == ["odd: its exception in licences.toml is not needed (any more)"]


def test_the_shipped_policy_keeps_copyleft_out_and_gives_reasons() -> None:
    policy = read_policy()
    assert not [name for name in policy.allowed if name.startswith(("GPL", "AGPL", "SSPL"))]
    assert {
        "MIT",
        "BSD-3-Clause",
        "Apache-2.0",
        "MPL-2.0",
        "PSF-2.0",
        "HPND",
        "ISC",
        "OFL-1.1",
    } <= policy.allowed
    assert all(len(reason) > 20 for reason in policy.exceptions.values())


@pytest.mark.parametrize(
    ("expression", "refused"),
    [
        ("MIT", []),
        ("mit", []),
        ("GPL-2.0-only", ["GPL-2.0-only"]),
        ("MIT OR GPL-2.0-only AND SSPL-1.0", []),
        ("(MIT OR GPL-2.0-only) AND SSPL-1.0", ["SSPL-1.0"]),
        ("GPL-2.0-only OR SSPL-1.0", ["GPL-2.0-only", "SSPL-1.0"]),
        ("Apache-2.0 WITH LLVM-exception", []),
        ("GPL-2.0-only WITH Classpath-exception-2.0", ["GPL-2.0-only"]),
    ],
)
def test_expression_is_read_by_its_grammar(expression: str, refused: list[str]) -> None:
    assert refused_by(expression, POLICY.allowed) == refused


@pytest.mark.parametrize("text", ["", "MIT AND", "OR MIT", "(MIT", "MIT)", "MIT Apache-2.0", "()"])
def test_text_that_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(LicenceExpressionError):
        refused_by(text, POLICY.allowed)


def _joined(parts: tuple[str, str]) -> str:
    return f"({parts[0]} {'AND' if len(parts[0]) % 2 else 'OR'} {parts[1]})"


@given(st.recursive(st.sampled_from(["MIT", "Apache-2.0"]), lambda inner: st.tuples(inner, inner).map(_joined)))
def test_expression_of_allowed_licences_is_never_refused(expression: str) -> None:
    assert refused_by(expression, POLICY.allowed) == []
