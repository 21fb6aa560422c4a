"""Make the few static fonts that badges are printed with, from the variable fonts that PyPI carries.

Run it in an environment of its own (the CJK source alone is 33 MB, which no kiosk needs)::

    python -m venv fonts && fonts/bin/pip install fonttools fontpkg-inter fontpkg-noto-sans-arabic \
        fontpkg-noto-sans-devanagari manimgx-fonts manimgx-fonts-cjk
    PYTHONPATH=. fonts/bin/python -m workbench.badge_fonts printers/fonts

With the beginning of a file's name behind it, only such files are made; the record of the others stays.
Every file is one weight, cut down to what names and firms are written with, and named "Lodge ..." so that a cut
font is never taken for the original. ``SOURCES.json`` records where each came from and its SHA-256;
a test holds the committed files to that record.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import importlib.util
import json
import sys
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from sync.writing import NAMES_ONLY, Script, script_of

_KEPT_FEATURES = [
    "ccmp", "locl", "mark", "mkmk", "kern", "liga", "rlig", "init", "medi", "fina", "isol", "curs",
    "nukt", "akhn", "rphf", "rkrf", "pref", "blwf", "half", "pstf", "vatu", "cjct",
    "pres", "abvs", "blws", "psts", "haln", "dist", "abvm", "blwm",
]  # fmt: skip
_MORE_FEATURES = ["abvf", "cfar", "clig", "calt", "rclt"]
"""What Khmer, Bengali and others need besides; the fonts that were there before are kept as they were made."""
_PACKING = {"fontTools.ttLib.tables.otBase:USE_HARFBUZZ_REPACKER": False}
"""Tables are packed alike whether HarfBuzz is installed or not."""
_NAME_FAMILY, _NAME_STYLE, _NAME_FULL, _NAME_POSTSCRIPT = 1, 2, 4, 6
_LICENCE_NAMES = {0, 13, 14}
_SIMPLIFIED_CHINESE_FACE = 2


@dataclass(frozen=True)
class Cut:
    """One static font to make: where it comes from, which design position, which characters."""

    target: str
    family: str
    distribution: str
    module: str
    source: str
    axes: dict[str, float]
    characters: Callable[[set[int]], set[int]]
    face: int = -1
    more_features: bool = False


def _european(covered: set[int]) -> set[int]:
    """Latin, Greek, Cyrillic, punctuation, currency and the replacement box."""
    blocks = [(0x20, 0x52F), (0x1C80, 0x1C8F), (0x1D00, 0x1FFF), (0x2010, 0x205E), (0x2070, 0x214F)]
    extra = {0x2190, 0x2191, 0x2192, 0x2193, 0x2212, 0x25A1, 0x25AF, 0xFFFD, 0xA64A, 0xA64B}
    return covered & (_spans(blocks) | extra | _spans([(0x2C60, 0x2C7F), (0xA720, 0xA7FF)]))


def _everything(covered: set[int]) -> set[int]:
    return covered


def _arabic(covered: set[int]) -> set[int]:
    """Arabic without the presentation forms: shaping makes the forms, and U+FDFD alone is ten letters wide."""
    return covered - _spans([(0xFB50, 0xFDFF), (0xFE70, 0xFEFF)])


def _thai(covered: set[int]) -> set[int]:
    """Thai alone: everything else in a name is in the fonts before it."""
    return covered & _spans([(0x20, 0x20), (0x0E00, 0x0E7F)])


def _own(script: Script) -> Callable[[set[int]], set[int]]:
    """One script alone, with the joiners, full stops and marks that stand among its letters."""
    shared = {0x20, 0x964, 0x965, 0x200C, 0x200D, 0x25CC}
    return lambda covered: {
        code
        for code in covered
        if script_of(chr(code)) is script or code in shared or unicodedata.category(chr(code)) in {"Mn", "Mc"}
    }


def _east_asian(covered: set[int]) -> set[int]:
    """Characters in everyday use: GB 2312, Big5 level 1, JIS X 0208 level 1 with kana, KS X 1001's syllables."""
    everyday = _double_byte("gb2312", "a1a1", "f7fe") | _double_byte("big5", "a440", "c67e")
    everyday |= _double_byte("shift_jis", "8140", "9872") | _double_byte("euc_kr", "b0a1", "c8fe")
    return covered & {code for code in everyday if code >= 0x2E80}  # noqa: PLR2004 - where CJK blocks begin


def _spans(blocks: Iterable[tuple[int, int]]) -> set[int]:
    return {code for first, last in blocks for code in range(first, last + 1)}


def _as_spans(characters: set[int]) -> str:
    """Hexadecimal ranges, such as ``20-7E A0``, so that the badge needs no font parser to know what is covered."""
    spans: list[list[int]] = []
    for code in sorted(characters):
        if spans and spans[-1][1] == code - 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return " ".join(f"{first:X}" if first == last else f"{first:X}-{last:X}" for first, last in spans)


def _double_byte(codec: str, first: str, last: str) -> set[int]:
    """Characters that a codec writes as two bytes within a range, which is how these standards mark their levels."""
    found = set()
    for code in range(0x80, 0x10000):
        try:
            encoded = chr(code).encode(codec)
        except UnicodeEncodeError:
            continue
        if len(encoded) == 2 and bytes.fromhex(first) <= encoded <= bytes.fromhex(last):  # noqa: PLR2004 - as named
            found.add(code)
    return found


_INTER = ("fontpkg-inter", "fontpkg_inter", "files/Inter[opsz,wght].ttf")
_ARABIC = ("fontpkg-noto-sans-arabic", "fontpkg_noto_sans_arabic", "files/NotoSansArabic[wdth,wght].ttf")
_DEVANAGARI = (
    "fontpkg-noto-sans-devanagari",
    "fontpkg_noto_sans_devanagari",
    "files/NotoSansDevanagari[wdth,wght].ttf",
)
_HEBREW = ("manimgx-fonts", "manimgx_fonts", "NotoSansHebrew[wght].ttf")
_THAI = ("manimgx-fonts", "manimgx_fonts", "NotoSansThai[wght].ttf")
_EMOJI = ("manimgx-fonts", "manimgx_fonts", "NotoEmoji[wght].ttf")
_CJK = ("manimgx-fonts-cjk", "manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc")


def _script_cut(script: Script) -> Cut:
    name = script.value.title()
    source = ("manimgx-fonts", "manimgx_fonts", f"NotoSans{name}[wght].ttf")
    family = f"Lodge {name} Medium"
    return Cut(f"Lodge{name}-Medium.ttf", family, *source, {"wght": 500}, _own(script), more_features=True)


def _cuts() -> list[Cut]:
    normal_width = {"wdth": 100.0}
    return [
        Cut("LodgeDisplay-Bold.ttf", "Lodge Display Bold", *_INTER, {"opsz": 32, "wght": 700}, _european),
        Cut("LodgeText-SemiBold.ttf", "Lodge Text SemiBold", *_INTER, {"opsz": 14, "wght": 600}, _european),
        Cut("LodgeText-Medium.ttf", "Lodge Text Medium", *_INTER, {"opsz": 14, "wght": 500}, _european),
        Cut("LodgeArabic-Bold.ttf", "Lodge Arabic Bold", *_ARABIC, {**normal_width, "wght": 700}, _arabic),
        Cut("LodgeArabic-Medium.ttf", "Lodge Arabic Medium", *_ARABIC, {**normal_width, "wght": 500}, _arabic),
        Cut("LodgeHebrew-Bold.ttf", "Lodge Hebrew Bold", *_HEBREW, {"wght": 700}, _everything),
        Cut("LodgeHebrew-Medium.ttf", "Lodge Hebrew Medium", *_HEBREW, {"wght": 500}, _everything),
        Cut(
            "LodgeDevanagari-Bold.ttf",
            "Lodge Devanagari Bold",
            *_DEVANAGARI,
            {**normal_width, "wght": 700},
            _everything,
        ),
        Cut(
            "LodgeDevanagari-Medium.ttf",
            "Lodge Devanagari Medium",
            *_DEVANAGARI,
            {**normal_width, "wght": 500},
            _everything,
        ),
        Cut("LodgeThai-Bold.ttf", "Lodge Thai Bold", *_THAI, {"wght": 700}, _thai),
        Cut("LodgeThai-Medium.ttf", "Lodge Thai Medium", *_THAI, {"wght": 500}, _thai),
        Cut(
            "LodgeHan-Bold.otf",
            "Lodge Han Bold",
            *_CJK,
            {"wght": 700},
            _east_asian,
            face=_SIMPLIFIED_CHINESE_FACE,
        ),
        *map(_script_cut, NAMES_ONLY),
        Cut("LodgeEmoji-Medium.ttf", "Lodge Emoji Medium", *_EMOJI, {"wght": 500}, _everything),
    ]


def _open_source(cut: Cut) -> TTFont:
    spec = importlib.util.find_spec(cut.module)
    if spec is None or spec.origin is None:
        sys.exit(f"badge_fonts: {cut.distribution} is not installed; see the first lines of this script")
    path = Path(spec.origin).parent / cut.source
    return TTFont(path, fontNumber=cut.face, lazy=True, cfg=_PACKING)


def _subset(font: TTFont, characters: set[int], features: list[str]) -> TTFont:
    options = Options()
    options.layout_features = features
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    options.drop_tables += ["DSIG", "vhea", "vmtx", "VORG", "BASE", "STAT", "MVAR", "meta", "FFTM"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    return _reloaded(font)


def _reloaded(font: TTFont) -> TTFont:
    buffer = BytesIO()
    font.save(buffer)
    buffer.seek(0)
    return TTFont(buffer, cfg=_PACKING)


def _rename(font: TTFont, family: str) -> None:
    names: Any = font["name"]
    names.names = [record for record in names.names if record.nameID in _LICENCE_NAMES]
    for name_id, text in [
        (_NAME_FAMILY, family),
        (_NAME_STYLE, "Regular"),
        (_NAME_FULL, family),
        (_NAME_POSTSCRIPT, family.replace(" ", "")),
    ]:
        names.setName(text, name_id, 3, 1, 0x409)
    head: Any = font["head"]
    head.modified = head.created


def make(cut: Cut, folder: Path) -> dict[str, object]:
    """Write one font into ``folder`` and return its record for ``SOURCES.json``."""
    font = _open_source(cut)
    characters = cut.characters(set(font.getBestCmap()))
    font = _subset(font, characters, [*_KEPT_FEATURES, *(_MORE_FEATURES if cut.more_features else ())])
    font = instantiateVariableFont(font, cut.axes, inplace=False)
    _rename(font, cut.family)
    font.recalcTimestamp = False
    target = folder / cut.target
    font.save(target)
    data = target.read_bytes()
    print(f"{cut.target}: {len(data):,} bytes, {len(characters):,} characters")
    return {
        "file": cut.target,
        "family": cut.family,
        "from": f"{cut.distribution} {importlib.metadata.version(cut.distribution)}: {cut.source}",
        "axes": cut.axes,
        "covers": _as_spans(set(font.getBestCmap())),
        "licence": "OFL-1.1",
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def main() -> None:
    """Write fonts and their record into the folder given as the first argument."""
    parser = argparse.ArgumentParser(description="Write the fonts that badges are printed with.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", help="only files whose name begins so")
    options = parser.parse_args()
    sources = options.folder / "SOURCES.json"
    before = json.loads(sources.read_text(encoding="utf-8")) if options.names else []
    kept = {record["file"]: record for record in before}
    begins = tuple(options.names) or ("",)
    records = [make(cut, options.folder) if cut.target.startswith(begins) else kept[cut.target] for cut in _cuts()]
    sources.write_text(json.dumps(records, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
