"""The bill of materials names all that comes from elsewhere, and the check finds when it does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workbench.tasks.sbom import SBOM, check_sbom, render
from workbench.tasks.tree import CHECKOUT
from workbench.tasks.vendored import UnlistedFileError, vendored_files
from workbench.tasks.versions import pins_of


def test_every_pin_and_every_vendored_file_is_in_it_once_with_a_hash() -> None:
    text = (CHECKOUT / SBOM).read_text(encoding="utf-8")
    parts = json.loads(text)["components"]
    wanted = [
        f"pkg:pypi/{name}@{version}"
        for name, pins in pins_of(CHECKOUT / "requirements.txt").items()
        for version, _ in pins
    ]
    wanted += [file.path.as_posix() for file in vendored_files(CHECKOUT)]
    assert sorted(part["bom-ref"] for part in parts) == sorted(wanted)
    assert all(part["hashes"] and part["version"] for part in parts)
    assert "://" not in text


def test_another_pin_another_hash_and_another_file_are_found(tmp_path: Path) -> None:
    for folder in ("cloud_api/static", "cloud_api/paper", "printers/fonts", "kiosk/views/fonts"):
        (tmp_path / folder).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / folder).symlink_to(CHECKOUT / folder)
    (tmp_path / "pyproject.toml").symlink_to(CHECKOUT / "pyproject.toml")
    pins = tmp_path / "requirements.txt"
    pins.write_text(f"Alder_Tree==1.0 ; sys_platform == 'win32' \\\n    --hash=sha256:{'ab' * 32}\n", encoding="utf-8")
    assert not check_sbom(tmp_path).ok  # there is none
    page = tmp_path / SBOM
    page.parent.mkdir(parents=True)
    page.write_text(render(tmp_path, {"pkg:pypi/alder-tree@1.0": [{"expression": "MIT"}]}), encoding="utf-8")
    assert check_sbom(tmp_path).ok
    pins.write_text(pins.read_text(encoding="utf-8").replace("ab", "cd"), encoding="utf-8")
    assert not check_sbom(tmp_path).ok


def test_a_font_that_no_list_names_is_a_fault(tmp_path: Path) -> None:
    folder = tmp_path / "cloud_api" / "static" / "fonts"
    folder.mkdir(parents=True)
    (folder / "SOURCES.json").write_text("[]", encoding="utf-8")
    (folder / "stray.woff2").write_bytes(b"")
    with pytest.raises(UnlistedFileError, match=r"stray\.woff2"):
        list(vendored_files(tmp_path))
