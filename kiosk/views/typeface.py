"""The shipped fonts: which file draws which script at which weight."""

from __future__ import annotations

from pathlib import Path

from sync.writing import NAMES_ONLY, Script

FONTS = Path(__file__).parent / "fonts"
ICON_FONT = str(FONTS / "Icons.ttf")

_FAMILIES = {
    Script.ARABIC: "NotoSansArabic",
    Script.HEBREW: "NotoSansHebrew",
    Script.DEVANAGARI: "NotoSansDevanagari",
    Script.THAI: "NotoSansThai",
    Script.EAST_ASIAN: "NotoSansCJK",
}
_SINGLE = {script: f"NotoSans{script.title()}-500" for script in NAMES_ONLY} | {Script.EMOJI: "NotoEmoji-400"}
_OPEN_TYPE = {
    Script.DEVANAGARI: "Deva",
    Script.THAI: "Thai",
    Script.EAST_ASIAN: "Hani",
    Script.ARMENIAN: "Armn",
    Script.GEORGIAN: "Geor",
    Script.ETHIOPIC: "Ethi",
    Script.BENGALI: "Beng",
    Script.GURMUKHI: "Guru",
    Script.GUJARATI: "Gujr",
    Script.ORIYA: "Orya",
    Script.TAMIL: "Taml",
    Script.TELUGU: "Telu",
    Script.KANNADA: "Knda",
    Script.MALAYALAM: "Mlym",
    Script.SINHALA: "Sinh",
    Script.LAO: "Laoo",
    Script.MYANMAR: "Mymr",
    Script.KHMER: "Khmr",
}
_SEMIBOLD = 550


def font_file(face: str, script: Script) -> str:
    """Return the path of the font that draws ``script`` where Latin text is set in ``face`` (``Inter-600``)."""
    if script is Script.LATIN:
        return str(FONTS / f"{face}.ttf")
    if script in _SINGLE:
        return str(FONTS / f"{_SINGLE[script]}.ttf")
    weight = 600 if int(face.rsplit("-", 1)[1]) >= _SEMIBOLD else 400
    return str(FONTS / f"{_FAMILIES[script]}-{weight}.ttf")


def open_type_script(script: Script) -> str:
    """Return the script name that SDL_ttf gives to HarfBuzz.

    Arabic and Hebrew arrive already shaped and in visual order, so they are set as Latin to be left alone.
    """
    return _OPEN_TYPE.get(script, "Latn")
