"""The import contracts of pyproject.toml catch what they are for; wheel and folders are as they must be.

Each planted import is written into a tree of empty modules under the real contracts, so that the verdict
does not depend on what the product's modules happen to import today.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from workbench.tasks.imports import check_imports
from workbench.tasks.tree import CHECKOUT, import_packages, project_settings

_SETTINGS = project_settings(CHECKOUT)
_LINTER = _SETTINGS["tool"]["importlinter"]
_CONTRACTS = {contract["name"]: contract for contract in _LINTER["contracts"]}

# Contract -> chains of modules, each importing the next: one at least for each distinct rule of the contract.
_PLANTED: dict[str, list[tuple[str, ...]]] = {
    "Applications stand above the libraries, and siblings never meet": [
        ("sync", "printers"),
        ("printers", "sync"),
        ("kiosk", "cloud_api"),
        ("cloud_api", "kiosk"),
        ("sync", "kiosk"),
        ("printers", "cloud_api"),
        ("kiosk", "workbench"),
        ("cloud_api", "benchmarks"),
        ("workbench", "benchmarks"),
    ],
    "The cloud never reaches the device's half, printers or Kivy": [
        ("cloud_api.http", "sync.device"),
        ("cloud_api", "printers"),
        ("cloud_api.services", "kivy"),
    ],
    "The protocol does no I/O and knows no time of day": [
        ("sync.protocol", module)
        for module in (
            "sync.device",
            "sqlite3",
            "socket",
            "requests",
            "time",
            "datetime",
            "threading",
            "subprocess",
        )
    ],
    "Only the kiosk's views and composition reach Kivy": [
        ("kiosk.presenters", "kivy"),
        ("kiosk.flows", "kivy.clock"),
        ("printers", "kivy"),
        ("sync.device", "kivy"),
    ],
    "Only the store speaks SQL": [
        ("cloud_api.http", "psycopg"),
        ("cloud_api.services", "sqlalchemy"),
        ("cloud_api.notify", "alembic"),
        ("cloud_api.objects", "psycopg"),
    ],
    "Inside the cloud: http, services, store, notify and objects, policy": [
        ("cloud_api.services", "cloud_api.http"),
        ("cloud_api.store", "cloud_api.services"),
        ("cloud_api.store", "cloud_api.notify"),
        ("cloud_api.notify", "cloud_api.http"),
        ("cloud_api.objects", "cloud_api.services"),
        ("cloud_api.store", "cloud_api.objects"),
        ("cloud_api.policy", "cloud_api.store"),
    ],
    "Shared protocol stands below the device": [
        ("sync.protocol", "sync.verify_cli"),
        ("sync.device", "sync.verify_cli"),
    ],
    "No cycles inside a package": [
        ("kiosk.views", "kiosk.presenters", "kiosk.views"),
        ("sync.device.uploading", "sync.device.storing", "sync.device.sending", "sync.device.uploading"),
    ],
}

# Imports that the contracts must let pass: a contract that forbids everything would catch every planted one.
_ALLOWED: list[tuple[str, ...]] = [
    ("kiosk.views", "kivy"),
    ("kiosk.flows", "sync.device"),
    ("kiosk.presenters", "printers"),
    ("cloud_api.store", "psycopg"),
    ("cloud_api.http", "cloud_api.services"),
    ("cloud_api.services", "sync.protocol"),
    ("sync.device", "sync.protocol"),
    ("sync.verify_cli", "sync.protocol"),
    ("workbench", "kiosk"),
]


def _internal_modules() -> set[str]:
    roots = set(_LINTER["root_packages"])
    named = {module for cases in [*_PLANTED.values(), _ALLOWED] for case in cases for module in case}
    for contract in _CONTRACTS.values():
        for layer in contract.get("layers", []):
            named |= {part.strip(" ()") for part in layer.replace(":", "|").split("|")}
        named |= {*contract.get("source_modules", []), *contract.get("forbidden_modules", [])}
    return roots | {module for module in named if module.partition(".")[0] in roots}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout of empty modules: every one that a contract names, under the real contracts."""
    for module in _internal_modules():
        folder = tmp_path
        for part in module.split("."):
            folder /= part
            folder.mkdir(exist_ok=True)
            (folder / "__init__.py").touch()
    text = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(text[text.index("[tool.importlinter]") :], encoding="utf-8")
    return tmp_path


def _plant(tree: Path, importer: str, imported: str) -> None:
    with (tree / importer.replace(".", "/") / "__init__.py").open("a", encoding="utf-8") as module:
        module.write(f"import {imported}\n")


def test_contracts_let_a_tree_pass_that_keeps_to_them(tree: Path) -> None:
    for importer, imported in _ALLOWED:
        _plant(tree, importer, imported)
    assert check_imports(tree).problems == ()


@pytest.mark.parametrize("contract", _PLANTED)
def test_every_planted_import_breaks_its_contract(tree: Path, contract: str) -> None:
    """All of a contract at once, for each run takes half a second; what is found of each is looked up by name."""
    for importer, imported in [link for chain in _PLANTED[contract] for link in pairwise(chain)]:
        _plant(tree, importer, imported)
    (report,) = check_imports(tree).problems
    section = _section(report, contract)
    assert [chain for chain in _PLANTED[contract] if not _is_told(section, chain)] == []


def _section(report: str, contract: str) -> str:
    """What the report says of this contract alone."""
    _, _, details = report.partition(f"\n{contract}\n{'-' * len(contract)}\n")
    following = [details.find(f"\n{name}\n{'-' * len(name)}\n") for name in _CONTRACTS if name != contract]
    return details[: min((place for place in following if place >= 0), default=len(details))]


def _is_told(section: str, chain: tuple[str, ...]) -> bool:
    if chain[0] == chain[-1]:
        return f"No cycles are allowed in {chain[0].rpartition('.')[0]}." in section
    importer, imported = chain
    named = imported if imported.partition(".")[0] in _LINTER["root_packages"] else imported.partition(".")[0]
    return f" {importer} -> {named} (l." in section


def test_every_contract_has_a_planted_violation() -> None:
    assert _PLANTED.keys() == _CONTRACTS.keys()
    assert all(_PLANTED.values())


def test_every_import_package_is_under_the_contracts() -> None:
    assert sorted([*_LINTER["root_packages"], "tests"]) == import_packages(CHECKOUT)


def test_wheel_holds_exactly_the_product_packages() -> None:
    """DESIGN 1: the explicit package list; the workbench, the benchmarks and the tests stay outside."""
    packages = _SETTINGS["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert sorted(packages) == sorted(set(import_packages(CHECKOUT)) - {"workbench", "benchmarks", "tests"})


def test_every_command_of_the_wheel_is_in_a_package_of_it() -> None:
    packages = _SETTINGS["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert {entry.partition(".")[0] for entry in _SETTINGS["project"]["scripts"].values()} <= set(packages)


def test_every_folder_with_python_files_is_a_package() -> None:
    roots = [CHECKOUT / name for name in import_packages(CHECKOUT)]
    folders = {
        folder
        for root in roots
        for path in root.rglob("*.py")
        for folder in [path.parent, *path.parent.parents]
        if folder.is_relative_to(root)
    }
    assert [str(folder) for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


def test_no_module_hides_behind_a_name_that_says_nothing() -> None:
    vague = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
    modules = [path for name in import_packages(CHECKOUT) for path in (CHECKOUT / name).rglob("*.py")]
    named = {path: set(path.relative_to(CHECKOUT).with_suffix("").parts) for path in modules}
    assert modules
    assert [str(path) for path, parts in named.items() if parts & vague] == []
