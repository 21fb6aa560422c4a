"""Takes apart the joined shapes of Arabic in a font, so that vowel signs find their place on each of them.

The kiosk gives the screen's drawer letters that are joined already (Unicode's presentation forms), and HarfBuzz leaves
their order alone. In Noto Sans Arabic such a form is one glyph that knows no place for a mark; shaped from plain
letters the same form is a skeleton with its dots, which does. A substitution (``ccmp``) makes the one of the other.
"""

from __future__ import annotations

import unicodedata
from io import BytesIO

import uharfbuzz
from fontTools.otlLib.builder import buildLookup
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables import otTables

_FORMS = [*range(0xFB50, 0xFC00), *range(0xFE80, 0xFEF5)]
_JOINER = "\u200d"
_AROUND = {
    "<initial>": ("", _JOINER),
    "<medial>": (_JOINER, _JOINER),
    "<final>": (_JOINER, ""),
    "<isolated>": ("", ""),
}


def take_apart(font: TTFont) -> int:
    """Add the substitution to a font; return of how many forms."""
    names, shaper = font.getBestCmap(), _shaper(font)
    apart: dict[str, list[str]] = {}
    for point in _FORMS:
        kind, _, letter = unicodedata.decomposition(chr(point)).partition(" ")
        if point in names and kind in _AROUND and " " not in letter:
            before, after = _AROUND[kind]
            glyphs = _shaped(shaper, before + chr(int(letter, 16)) + after, font.getGlyphOrder())
            if len(glyphs) > 1:
                apart[names[point]] = glyphs
    table = font["GSUB"].table
    substitution = otTables.MultipleSubst()
    substitution.mapping = apart
    table.LookupList.Lookup.append(buildLookup([substitution]))
    number = len(table.LookupList.Lookup) - 1
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "ccmp" and number not in record.Feature.LookupListIndex:
            record.Feature.LookupListIndex.append(number)
    return len(apart)


def _shaper(font: TTFont) -> uharfbuzz.Font:
    kept = BytesIO()
    font.save(kept)
    return uharfbuzz.Font(uharfbuzz.Face(kept.getvalue()))


def _shaped(shaper: uharfbuzz.Font, text: str, order: list[str]) -> list[str]:
    """The glyphs of a form, its skeleton first, as they stand in a line that is in visual order."""
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.script, buffer.direction = "Arab", "rtl"
    buffer.flags = uharfbuzz.BufferFlags.REMOVE_DEFAULT_IGNORABLES
    uharfbuzz.shape(shaper, buffer)
    return [order[info.codepoint] for info in reversed(buffer.glyph_infos)]
