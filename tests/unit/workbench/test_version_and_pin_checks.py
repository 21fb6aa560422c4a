from __future__ import annotations

from pathlib import Path

import pytest

from workbench.tasks.requirements import compile_command
from workbench.tasks.versions import check_pins, check_versions, pins_of

PROJECT = """
[project]
version = "1.2.0"
dependencies = ["Click>=8.1", "psycopg[binary]>=3"]
[project.optional-dependencies]
aws = ["boto3>=1"]
dev = ["pytest>=9"]
"""
CLICK = "click==8.5.1 \\\n    --hash=sha256:aa\n"
PSYCOPG = "psycopg[binary]==3.3.9 ; implementation_name != 'pypy' \\\n    --hash=sha256:bb\n"
BOTO = "boto3==1.44.8 \\\n    --hash=sha256:dd\n"
PYTEST = "pytest==9.2.0 \\\n    --hash=sha256:cc\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "CHANGELOG.md").write_text("## [Unreleased]\n\n## [1.2.0] - 2026-01-01\n", encoding="utf-8")
    (tmp_path / "requirements.txt").write_text(CLICK + PSYCOPG, encoding="utf-8")
    (tmp_path / "requirements-aws.txt").write_text(CLICK + PSYCOPG + BOTO, encoding="utf-8")
    (tmp_path / "requirements-dev.txt").write_text(CLICK + PSYCOPG + PYTEST, encoding="utf-8")
    (tmp_path / "kiosk").mkdir()
    (tmp_path / "kiosk" / "__init__.py").write_text('__version__ = "1.2.0"\n', encoding="utf-8")
    return tmp_path


def test_statements_that_agree_pass(checkout: Path) -> None:
    assert check_versions(checkout).problems == ()
    assert check_pins(checkout).problems == ()


def test_changelog_without_the_version_is_a_problem(checkout: Path) -> None:
    (checkout / "CHANGELOG.md").write_text("## [Unreleased]\n\n## [1.1.0]\n", encoding="utf-8")
    assert check_versions(checkout).problems == (
        "pyproject.toml says 1.2.0, the newest version in CHANGELOG.md is 1.1.0",
    )


def test_package_of_another_version_is_a_problem(checkout: Path) -> None:
    (checkout / "kiosk" / "__init__.py").write_text('__version__: str = "1.1.9"\n', encoding="utf-8")
    assert check_versions(checkout).problems == ("kiosk says 1.1.9, pyproject.toml 1.2.0",)


@pytest.mark.parametrize(
    ("product", "complaint"),
    [
        (CLICK, "requirements.txt has no pin for psycopg[binary]>=3; compile it anew"),
        (
            CLICK.replace("8.5", "7.5") + PSYCOPG,
            "requirements.txt pins Click 7.5.1, pyproject.toml asks for Click>=8.1",
        ),
        ("click==8.5.1\n" + PSYCOPG, "requirements.txt: click==8.5.1 has no hash"),
    ],
)
def test_pin_that_does_not_fit_is_a_problem(checkout: Path, product: str, complaint: str) -> None:
    (checkout / "requirements.txt").write_text(product, encoding="utf-8")
    assert check_pins(checkout).problems == (complaint,)


def test_pins_keep_their_markers(checkout: Path) -> None:
    assert pins_of(checkout / "requirements.txt") == {
        "click": [("8.5.1", "")],
        "psycopg": [("3.3.9", "implementation_name != 'pypy'")],
    }


def test_requirements_are_compiled_for_every_platform_with_hashes_and_without_addresses() -> None:
    command = compile_command(Path("compiler"), "requirements-dev.txt", upgrade=True)
    assert {"--universal", "--generate-hashes", "--no-emit-index-url", "--upgrade"} <= set(command)
    assert command[command.index("--extra") + 1] == "dev"
    assert "--extra" not in compile_command(Path("compiler"), "requirements.txt", upgrade=False)
