"""Makes the static fonts that the kiosk ships from the packaged variable ones.

Run it in an environment of its own (the sources are large, and no kiosk needs them)::

    python -m venv fonts && fonts/bin/pip install fonttools fontpkg-inter fontpkg-noto-sans-arabic \
        manimgx-fonts manimgx-fonts-cjk fonticon-materialdesignicons7 uharfbuzz
    fonts/bin/python -m workbench.fonts --out kiosk/views/fonts

``manimgx-fonts`` has emoji and every script but Latin, Arabic and Chinese. The output is committed. Kivy and reportlab
both read plain TrueType outlines only, hence the conversion of the CJK font, which comes with cubic ones.
"""

from __future__ import annotations

import argparse
import importlib.util
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable
from fontTools.varLib.instancer import instantiateVariableFont

from kiosk.views.icons import ICONS
from sync.writing import NAMES_ONLY, Script, script_of
from workbench.arabic_forms import take_apart

LATIN = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x370),
    *range(0x370, 0x530),
    *range(0x1E00, 0x2000),
    *range(0x2000, 0x2070),
    *range(0x20A0, 0x20C0),
    0x2116,
    0x2122,
    0x2190,
    0x2192,
    0x2212,
    0x25A1,
    0xFFFD,
]
_SIMPLIFIED_CHINESE_FACE = 2
FEATURES = ["kern", "mark", "mkmk", "ccmp", "calt", "locl", "liga", "rlig", "init", "medi", "fina", "isol"]
INDIC = [
    "nukt",
    "akhn",
    "rphf",
    "rkrf",
    "blwf",
    "half",
    "vatu",
    "cjct",
    "pres",
    "abvs",
    "blws",
    "psts",
    "haln",
    "abvm",
    "blwm",
    "pstf",
]
MORE = ["pref", "abvf", "cfar", "clig", "curs", "dist", "rclt"]
"""What scripts of names need besides. Devanagari and Thai are kept as they were made."""
SHARED = {0x20, 0xA0, 0x964, 0x965, 0x200B, 0x200C, 0x200D, 0x25CC}
"""Spaces, joiners, full stops and the circle for marks: drawn in the font of the letters around."""


@dataclass(frozen=True)
class Cut:
    """One static font to make: file name, source package and file pattern, axis values, characters (None keeps all, or
    those of ``script`` with what stands among them).
    """

    name: str
    package: str
    pattern: str
    axes: dict[str, float]
    characters: list[int] | None = None
    tabular: bool = False
    script: Script | None = None


def cuts() -> list[Cut]:
    """Return every font that the kiosk ships, icons and CJK excepted."""
    inter = ("fontpkg_inter", "files/Inter[[]*")
    made = [Cut(f"Inter-{w}", *inter, {"opsz": 14, "wght": w}, LATIN) for w in (400, 500, 600, 700)]
    made += [Cut(f"InterDisplay-{w}", *inter, {"opsz": 32, "wght": w}, LATIN) for w in (600, 700)]
    made += [
        Cut(f"InterTabular-{w}", *inter, {"opsz": 14, "wght": w}, LATIN[:95], tabular=True) for w in (400, 500, 600)
    ]
    for weight in (400, 600):
        noto = "manimgx_fonts"
        made += [
            Cut(f"NotoSansArabic-{weight}", "fontpkg_noto_sans_arabic", "files/*", {"wght": weight, "wdth": 100}),
            Cut(f"NotoSansHebrew-{weight}", noto, "NotoSansHebrew*", {"wght": weight}),
            Cut(f"NotoSansDevanagari-{weight}", noto, "NotoSansDevanagari*", {"wght": weight}),
            Cut(f"NotoSansThai-{weight}", noto, "NotoSansThai*", {"wght": weight}),
        ]
    for script in NAMES_ONLY:
        family = f"NotoSans{script.value.title()}"
        made.append(Cut(f"{family}-500", "manimgx_fonts", f"{family}[[]*", {"wght": 500}, script=script))
    made.append(Cut("NotoEmoji-400", "manimgx_fonts", "NotoEmoji*", {"wght": 400}, _emoji()))
    return made


def _emoji() -> list[int]:
    return [0x20, *range(0x2600, 0x27C0), *range(0x2B00, 0x2C00), *range(0x1F300, 0x1F700), *range(0x1F900, 0x1FB00)]


def _east_asian() -> list[int]:
    """Return the characters of GB 2312, the first level of JIS X 0208 and the syllables of KS X 1001."""
    kept = {*range(0x3000, 0x3100), *range(0xFF00, 0xFFF0), 0x20, 0xB7}
    rows = (("gb2312", range(0xB0, 0xF8)), ("euc_jp", range(0xB0, 0xD0)), ("euc_kr", range(0xB0, 0xC9)))
    for encoding, leads in rows:
        for lead in leads:
            for trail in range(0xA1, 0xFF):
                text = bytes((lead, trail)).decode(encoding, "ignore")
                kept.update(ord(character) for character in text)
    return sorted(kept)


PACKING = {"fontTools.ttLib.tables.otBase:USE_HARFBUZZ_REPACKER": False}
"""Tables are packed alike whether HarfBuzz is installed or not: the same sources give the same bytes."""


def source(package: str, pattern: str) -> Path:
    """Return the one file of an installed package that matches, or stop with a sentence."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"The package {package} is not installed; install the dev extra.")
    found = sorted(Path(spec.submodule_search_locations[0]).glob(pattern))
    if not found:
        raise SystemExit(f"The package {package} holds nothing like {pattern}.")
    return found[0]


def own_characters(font: TTFont, script: Script) -> list[int]:
    """Return what a font has of its script, and what is drawn among that."""
    return sorted(
        code
        for code in font.getBestCmap()
        if script_of(chr(code)) is script or code in SHARED or unicodedata.category(chr(code)) in {"Mn", "Mc"}
    )


def reduce(font: TTFont, characters: list[int] | None, *, shaped: bool = True, more: Sequence[str] = ()) -> None:
    """Keep only the named characters and, where the script is ``shaped``, the features that text needs."""
    options = Options()
    options.layout_features = [*FEATURES, *INDIC, *more] if shaped else []
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += ["STAT", "DSIG", "MVAR", "HVAR", "avar", "meta"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters if characters is not None else list(font.getBestCmap()))
    subsetter.subset(font)


def reloaded(font: TTFont) -> TTFont:
    """Return a font as it is read from its own bytes."""
    kept = BytesIO()
    font.save(kept)
    kept.seek(0)
    return TTFont(kept, cfg=PACKING)


def make_tabular(font: TTFont) -> None:
    """Map digits and colon to their tabular forms; the *1* stays plain, centred in that width."""
    cmap, glyphs, metrics = font.getBestCmap(), font["glyf"], font["hmtx"]
    width = metrics["zero.tf"][0]
    pen = TTGlyphPen(font.getGlyphSet())
    shift = (width - metrics["one"][0]) / 2
    font.getGlyphSet()["one"].draw(TransformPen(pen, (1, 0, 0, 1, shift, 0)))
    glyphs["one.tf"] = pen.glyph()
    metrics["one.tf"] = (width, round(metrics["one"][1] + shift))
    names = {"0": "zero", "1": "one", "2": "two", "3": "three", "4": "four", "5": "five", "6": "six", "7": "seven"}
    names |= {"8": "eight", "9": "nine", ":": "colon"}
    for table in font["cmap"].tables:
        if table.isUnicode():
            for character, name in names.items():
                table.cmap[ord(character)] = f"{name}.tf"
    assert cmap  # noqa: S101 - a font without a character map cannot be used at all


def to_quadratic(font: TTFont) -> None:
    """Replace cubic outlines (CFF2) by TrueType ones."""
    glyphs, order = font.getGlyphSet(), font.getGlyphOrder()
    drawn = {}
    for name in order:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, 1.0, reverse_direction=True))
        drawn[name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = table = newTable("glyf")
    table.glyphOrder, table.glyphs = order, drawn
    del font["CFF2"]
    font["maxp"].tableVersion = 0x00010000
    for name in ("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs"):
        setattr(font["maxp"], name, 1 if name == "maxZones" else 0)
    for name in ("maxStackElements", "maxSizeOfInstructions", "maxComponentElements"):
        setattr(font["maxp"], name, 0)
    font["post"].formatType = 3.0
    font.sfntVersion = "\000\001\000\000"
    if "VORG" in font:
        del font["VORG"]


def write(font: TTFont, path: Path) -> None:
    """Save a font without time stamps, so that the same sources give the same bytes."""
    font["head"].created = font["head"].modified = 0
    font.recalcTimestamp = False
    font.save(path, reorderTables=True)
    print(f"{path.name:28} {path.stat().st_size / 1000:8.0f} kB  {len(font.getGlyphOrder())} glyphs")


def main() -> None:
    """Write every font."""
    parser = argparse.ArgumentParser(description="Write the kiosk's static fonts.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", default="", help="only files whose name begins so")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for cut in cuts():
        if not cut.name.startswith(options.only):
            continue
        font = instantiateVariableFont(TTFont(source(cut.package, cut.pattern), cfg=PACKING), cut.axes)
        if cut.tabular:
            make_tabular(font)
        if cut.script is None:
            reduce(font, cut.characters)
        else:
            reduce(font, own_characters(font, cut.script), more=MORE)
        if cut.name.startswith("NotoSansArabic"):
            take_apart(font)
        write(font, options.out / f"{cut.name}.ttf")
    if "Icons".startswith(options.only):
        icons = TTFont(source("fonticon_mdi7", "fonts/*.ttf"), cfg=PACKING)
        reduce(icons, sorted(ICONS.values()), shaped=False)
        write(icons, options.out / "Icons.ttf")
    for weight in (400, 600):
        if f"NotoSansCJK-{weight}".startswith(options.only):
            path = source("manimgx_fonts_cjk", "*.ttc")
            asian = TTFont(path, fontNumber=_SIMPLIFIED_CHINESE_FACE, lazy=True, cfg=PACKING)
            reduce(asian, _east_asian(), shaped=False)  # at first: instancing all of it takes a long time
            asian = instantiateVariableFont(reloaded(asian), {"wght": weight})
            to_quadratic(asian)
            write(asian, options.out / f"NotoSansCJK-{weight}.ttf")


if __name__ == "__main__":
    main()
