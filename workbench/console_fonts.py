"""Make what the console shows letters and icons with: WOFF2 fonts, and one SVG file of icons.

Run it in an environment of its own, for WOFF2 needs brotli, which nothing else here does::

    python -m venv fonts && fonts/bin/pip install fonttools brotli fontpkg-inter manimgx-fonts \
        fonticon-materialdesignicons7 manimgx-fonts-cjk
    fonts/bin/python workbench/console_fonts.py cloud_api/static

Inter stays variable in weight and optical size, so that one file gives text and titles; the scripts that browsers
may lack are separate files, which are fetched only when a name needs them. ``SOURCES.json`` records where each file
came from and its SHA-256; a test holds the committed files to that record.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fontTools.misc.transform import Transform
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

_ICON_BOX = 24
_ARGUMENTS = 2


@dataclass(frozen=True)
class Cut:
    """One font to make; ``axes`` are limited to a range, ``spans`` are the characters kept."""

    target: str
    distribution: str
    source: str
    axes: dict[str, tuple[float, float] | float]
    spans: tuple[tuple[int, int], ...]


_INTER = ("fontpkg-inter", "fontpkg_inter/files/Inter[opsz,wght].ttf")
_LATIN = ((0x20, 0x24F), (0x2B0, 0x2FF), (0x300, 0x36F), (0x1E00, 0x1EFF), (0x2000, 0x206F), (0x20A0, 0x20BF),
          (0x2116, 0x2122), (0x2190, 0x2193), (0x2212, 0x2212), (0x25A1, 0x25A1), (0xFFFD, 0xFFFD))  # fmt: skip
_EAST = ((0x370, 0x52F), (0x1F00, 0x1FFF))
_WEIGHTS: dict[str, tuple[float, float] | float] = {"wght": (400, 700)}

CUTS = (
    Cut("inter-latin.woff2", *_INTER, _WEIGHTS, _LATIN),
    Cut("inter-greek-cyrillic.woff2", *_INTER, _WEIGHTS, _EAST),
    Cut("noto-arabic.woff2", "manimgx-fonts", "manimgx_fonts/NotoSansArabic[wght].ttf", _WEIGHTS,
        ((0x600, 0x6FF), (0x750, 0x77F), (0x8A0, 0x8FF), (0x200C, 0x200F))),
    Cut("noto-hebrew.woff2", "manimgx-fonts", "manimgx_fonts/NotoSansHebrew[wght].ttf", _WEIGHTS,
        ((0x590, 0x5FF), (0xFB1D, 0xFB4F))),
    Cut("noto-devanagari.woff2", "manimgx-fonts", "manimgx_fonts/NotoSansDevanagari[wght].ttf", _WEIGHTS,
        ((0x900, 0x97F), (0x200C, 0x200D), (0x25CC, 0x25CC), (0xA8E0, 0xA8FF))),
    Cut("noto-emoji.woff2", "manimgx-fonts", "manimgx_fonts/NotoEmoji[wght].ttf", {"wght": 500},
        ((0x200D, 0x200D), (0x2600, 0x27BF), (0x2B00, 0x2BFF), (0xFE0F, 0xFE0F), (0x1F1E6, 0x1F6FF),
         (0x1F900, 0x1FAFF))),
    Cut("noto-thai.woff2", "manimgx-fonts", "manimgx_fonts/NotoSansThai[wght].ttf", _WEIGHTS,
        ((0xE00, 0xE7F), (0x25CC, 0x25CC))),
)  # fmt: skip

ICONS = {
    "board": "view-dashboard-outline",
    "kiosk": "tablet",
    "team": "account-group-outline",
    "audit": "shield-check-outline",
    "evacuation": "exit-run",
    "account": "account-circle-outline",
    "search": "magnify",
    "close": "close",
    "clear": "close-circle",
    "back": "arrow-left",
    "next": "chevron-right",
    "down": "chevron-down",
    "hand": "hand-back-left",
    "hand-outline": "hand-back-left-outline",
    "stale": "clock-alert-outline",
    "complete": "clock-check-outline",
    "waiting": "clock-outline",
    "wrong": "alert-circle-outline",
    "lost": "lan-disconnect",
    "done": "check",
    "safe": "check-circle",
    "arrive": "login-variant",
    "leave": "logout-variant",
    "printer": "printer-outline",
    "printer-alert": "printer-alert",
    "document": "file-document-check-outline",
    "document-no": "file-document-remove-outline",
    "camera": "camera-outline",
    "camera-off": "camera-off-outline",
    "message": "email-check-outline",
    "message-waiting": "email-fast-outline",
    "message-failed": "email-alert-outline",
    "undo": "arrow-u-left-top",
    "quarantine": "shield-alert-outline",
    "plus": "plus",
    "export": "tray-arrow-down",
    "code": "qrcode-scan",
    "key": "shield-key-outline",
    "place": "map-marker-outline",
    "copy": "content-copy",
}
KIOSK_ICONS = (
    "account-outline",
    "account-group-outline",
    "account-check-outline",
    "account-hard-hat-outline",
    "human",
    "message-outline",
    "truck-outline",
    "package-variant-closed",
    "phone-outline",
    "bell-outline",
    "shield-key-outline",
    "sprout-outline",
)
"""What kiosks can show of a type of visitor, by their names there: the console offers these as ``kiosk-...``."""


def _located(distribution: str, inside: str) -> Path:
    module, _, rest = inside.partition("/")
    spec = importlib.util.find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        sys.exit(f"console_fonts: {distribution} is not installed; see the first lines of this script")
    return Path(next(iter(spec.submodule_search_locations))) / rest


def _cut(cut: Cut, folder: Path) -> dict[str, object]:
    font = TTFont(_located(cut.distribution, cut.source))
    options = Options()
    options.layout_features = (
        ["*"] if "noto" in cut.target else ["kern", "mark", "mkmk", "ccmp", "calt", "locl", "tnum"]
    )
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += ["DSIG", "meta"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in cut.spans for code in range(first, last + 1)])
    subsetter.subset(font)
    present = {axis.axisTag for axis in font["fvar"].axes}
    font = instantiateVariableFont(font, {tag: limit for tag, limit in cut.axes.items() if tag in present})
    font.flavor = "woff2"
    font.recalcTimestamp = False
    font.save(folder / cut.target)
    return _record(folder / cut.target, cut.distribution, cut.source.partition("/")[2], "OFL-1.1")


def _pack_east_asian(folder: Path) -> dict[str, object]:
    """The kiosk's own cut (GB 2312, JIS level 1, Hangul syllables), packed smaller."""
    source = Path(__file__).resolve().parents[1] / "kiosk/views/fonts/NotoSansCJK-400.ttf"
    font = TTFont(source)
    font.flavor = "woff2"
    font.recalcTimestamp = False
    font.save(folder / "noto-cjk.woff2")
    return _record(folder / "noto-cjk.woff2", "manimgx-fonts-cjk", "as cut by workbench/fonts.py", "OFL-1.1")


def _draw_icons(path: Path) -> dict[str, object]:
    distribution, inside = "fonticon-materialdesignicons7", "fonticon_mdi7/fonts/materialdesignicons-webfont.ttf"
    font = TTFont(_located(distribution, inside))
    glyphs, units = font.getGlyphSet(), font["head"].unitsPerEm
    codes, drawn = _icon_codes(), font.getBestCmap()
    scale = _ICON_BOX / units
    ascent = font["hhea"].ascent
    lines = ['<svg xmlns="http://www.w3.org/2000/svg">']
    wanted = {**ICONS, **{f"kiosk-{name}": name for name in KIOSK_ICONS}}
    for name, original in sorted(wanted.items()):
        if original not in codes:
            sys.exit(f"console_fonts: there is no icon {original}")
        pen = SVGPathPen(glyphs, ntos=_short)
        glyphs[drawn[codes[original]]].draw(TransformPen(pen, Transform(scale, 0, 0, -scale, 0, ascent * scale)))
        lines.append(f'<symbol id="{name}" viewBox="0 0 24 24"><path d="{pen.getCommands()}"/></symbol>')
    path.write_text("\n".join([*lines, "</svg>\n"]), encoding="utf-8")
    return _record(path, distribution, inside.partition("/")[2], "Apache-2.0")


def _icon_codes() -> dict[str, int]:
    """Icon names (aliases too, which the font itself does not hold) and their characters."""
    text = _located("fonticon-materialdesignicons7", "fonticon_mdi7/mdi7.py").read_text("utf-8")
    found = re.findall(r'^ +(\w+) = "\\U([0-9a-f]{8})"', text, re.MULTILINE)
    return {name.replace("_", "-"): int(code, 16) for name, code in found}


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _record(path: Path, distribution: str, source: str, licence: str) -> dict[str, object]:
    data = path.read_bytes()
    print(f"{path.name}: {len(data):,} bytes")
    version: Any = importlib.metadata.version(distribution)
    digest = hashlib.sha256(data).hexdigest()
    return {"file": path.name, "from": f"{distribution} {version}: {source}", "licence": licence, "sha256": digest}


def main() -> None:
    """Write fonts and icons below the folder given as the only argument."""
    if len(sys.argv) != _ARGUMENTS or not Path(sys.argv[1]).is_dir():
        sys.exit("usage: console_fonts.py FOLDER")
    static = Path(sys.argv[1])
    fonts = static / "fonts"
    fonts.mkdir(exist_ok=True)
    records = [*(_cut(cut, fonts) for cut in CUTS), _pack_east_asian(fonts)]
    (fonts / "SOURCES.json").write_text(json.dumps(records, indent=2) + "\n", encoding="utf-8")
    icons = _draw_icons(static / "icons.svg")
    (static / "icons.json").write_text(json.dumps(icons, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
