"""What the console ships: unchanged vendored files, fonts as recorded, and no code inside pages."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from cloud_api.http.console.pages import STATIC_FOLDER

TEMPLATES = STATIC_FOLDER.parent / "templates"
VENDORED = re.findall(
    r"^\| `([^`]+)` \|.*`([0-9a-f]{64})` \|$", (STATIC_FOLDER / "vendor/README.md").read_text(), re.MULTILINE
)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_vendored_files_are_the_ones_on_record_with_their_licences() -> None:
    assert len(VENDORED) == 3
    for name, expected in VENDORED:
        path = STATIC_FOLDER / "vendor" / name
        assert digest(path) == expected, name
        assert (path.parent / "LICENSE").stat().st_size > 300
    on_disk = {path.relative_to(STATIC_FOLDER / "vendor").as_posix() for path in STATIC_FOLDER.glob("vendor/*/*")}
    assert on_disk == {name for name, _ in VENDORED} | {f"{Path(name).parent}/LICENSE" for name, _ in VENDORED}


def test_htmx_is_of_the_second_generation() -> None:
    assert 'version:"2.0.11"' in (STATIC_FOLDER / "vendor/htmx/htmx.min.js").read_text("utf-8")


def test_fonts_and_icons_are_the_ones_on_record() -> None:
    fonts = json.loads((STATIC_FOLDER / "fonts/SOURCES.json").read_text())
    assert {item["file"] for item in fonts} == {path.name for path in STATIC_FOLDER.glob("fonts/*.woff2")}
    for item in fonts:
        assert digest(STATIC_FOLDER / "fonts" / item["file"]) == item["sha256"]
    icons = json.loads((STATIC_FOLDER / "icons.json").read_text())
    assert digest(STATIC_FOLDER / "icons.svg") == icons["sha256"]


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_templates_hold_no_code_no_style_and_no_way_round_escaping(path: Path) -> None:
    """C36, R20: what the policy would refuse is not written in the first place."""
    text = path.read_text("utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)", text) == []
    assert re.findall(r"""\s(on[a-z]+|style)=["']""", text) == []
    assert "<style" not in text
    assert "|safe" not in text.replace(" ", "")
    assert "autoescape" not in text
    assert re.findall(r"""(?:src|href|action)=["']https?:""", text) == []


def test_every_icon_that_a_template_names_exists() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC_FOLDER / "icons.svg").read_text()))
    named = {name for path in TEMPLATES.glob("*.html") for name in re.findall(r"icon\('([a-z-]+)'\)", path.read_text())}
    assert len(named) > 15
    assert named <= drawn
