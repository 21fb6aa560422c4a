"""A document as a visitor agreed to it, to keep: who, to which text, when, and the signature beneath.

    raw = draw_copy(CopyFacts(organisation="Thistledown", ...))       # a PDF

Texts are drawn letter by letter: whatever they hold, no markup and no link comes of it.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from threading import Lock

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_time
from reportlab.lib.units import mm

from cloud_api.paper.facts import CopyFacts
from cloud_api.paper.sheet import FOOT, SOFT, Face, Sheet
from cloud_api.paper.typeface import BOLD, REGULAR, lines_of
from sync.protocol.ink import WIDTH as INK_WIDTH
from sync.visual_order import runs_right_to_left

FIRST = "en"
MOST_LETTERS = 200_000
"""Of a document's text: some sixty pages. What is longer is not drawn."""
_RIGHT_TO_LEFT = frozenset({"ar", "he"})
_SMALL, _BODY = Face(REGULAR, 9, 13, SOFT), Face(REGULAR, 10.5, 15.5)
_LABEL, _VALUE = Face(REGULAR, 9, 13, SOFT), Face(BOLD, 10.5, 15)
_TITLE, _HEAD, _PLAIN_HASH = Face(BOLD, 21, 27), Face(BOLD, 13, 18), Face(REGULAR, 7.5, 11, SOFT)
_LABELS_WIDE = 42 * mm
_SIGNED_WIDE = 78 * mm
_drawing = Lock()
"""reportlab's fonts, which all documents share, learn new shapes while one is drawn."""


class CopyTooLongError(ValueError):
    """The text has more letters than are drawn."""


@cache
def copy_words() -> Mapping[str, Mapping[str, str]]:
    """What is said around a text, by language."""
    return tomllib.loads((files("cloud_api.paper") / "copy_words.toml").read_text("utf-8"))


def draw_copy(facts: CopyFacts) -> bytes:
    """The copy as a PDF.

    Raises:
        CopyTooLongError: the text has more than ``MOST_LETTERS`` letters.
    """
    if sum(map(len, (facts.title, *facts.paragraphs))) > MOST_LETTERS:
        raise CopyTooLongError("the text is too long for a copy")
    with _drawing:
        return _draw(facts)


def _draw(facts: CopyFacts) -> bytes:
    words = copy_words().get(facts.language, copy_words()[FIRST])

    def foot(sheet: Sheet, page: int, of: int) -> None:
        y = sheet.y = FOOT - 6 * mm
        sheet.rule()
        sheet.line(words["page"].replace("{here}", str(page)).replace("{of}", str(of)), _SMALL, y - 5 * mm, end=True)
        sheet.line(_short(facts.title, sheet.width * 0.75), _SMALL, y - 5 * mm)
        sheet.line(f"{words['hash']}: {facts.sha256}", _PLAIN_HASH, y - 9.4 * mm)

    sheet = Sheet(
        title=facts.title,
        author=facts.organisation,
        language=facts.text_language,
        mirrored=facts.language in _RIGHT_TO_LEFT,
        foot=foot,
    )
    sheet.paragraph(f"{facts.organisation} · {facts.site}" if facts.site else facts.organisation, _VALUE)
    sheet.paragraph(words["heading"], _SMALL)
    sheet.y -= 4 * mm
    sheet.rule()
    sheet.y -= 5 * mm
    mirrored = facts.text_language in _RIGHT_TO_LEFT
    sheet.paragraph(facts.title, _TITLE, mirrored=mirrored)
    spoken = _language_name(facts.text_language, facts.language)
    version = words["version"].replace("{version}", facts.version)
    sheet.y -= 1 * mm
    sheet.paragraph(f"{version} · {spoken}", _SMALL, mirrored=mirrored)
    sheet.y -= 3 * mm
    for paragraph in facts.paragraphs:
        sheet.y -= 2.2 * mm
        sheet.paragraph(paragraph, _BODY, least=2, mirrored=mirrored)
    _agreement(sheet, facts, words)
    return sheet.finish()


def _agreement(sheet: Sheet, facts: CopyFacts, words: Mapping[str, str]) -> None:
    """Who agreed, when and where, and the signature: all together on one page."""
    rows = [("name", facts.name), ("when", _moment(facts)), ("where", f"{facts.organisation} · {facts.site}")]
    if facts.asked:
        told = words["quiz_told"].replace("{right}", str(facts.right)).replace("{asked}", str(facts.asked))
        rows.append(("quiz", told))
    drawn = facts.ink.height / INK_WIDTH * _SIGNED_WIDE if facts.ink else 0.0
    wrapped = [(words[key], lines_of(text, BOLD, _VALUE.size, sheet.width - _LABELS_WIDE)) for key, text in rows]
    tall = sum(len(lines) * _VALUE.leading + 1.6 * mm for _, lines in wrapped) + drawn + 28 * mm
    sheet.y -= 8 * mm
    sheet.needs(tall)
    sheet.rule()
    sheet.y -= 3 * mm
    sheet.paragraph(words["signed" if facts.ink else "agreed"], _HEAD)
    sheet.y -= 2 * mm
    for label, lines in wrapped:
        sheet.line(label, _LABEL, sheet.y - _VALUE.leading)
        for line in lines:
            sheet.y -= _VALUE.leading
            sheet.line(line, _VALUE, sheet.y, at=_LABELS_WIDE, base=runs_right_to_left(lines[0]))
        sheet.y -= 1.6 * mm
    if facts.clock_unset:
        sheet.paragraph(words["clock_unset"], _SMALL)
    if facts.ink:
        sheet.y -= 2 * mm
        sheet.line(words["signature"], _LABEL, sheet.y - _VALUE.leading)
        sheet.signature(facts.ink, _SIGNED_WIDE, at=_LABELS_WIDE)


def _moment(facts: CopyFacts) -> str:
    """Day, time and the difference to UTC, as the language writes them."""
    locale = _locale(facts.language)
    day = format_date(facts.agreed_at.date(), "full", locale=locale)
    offset = f"{facts.agreed_at:%z}"
    return f"{day}, {format_time(facts.agreed_at.time(), 'short', locale=locale)} (UTC{offset[:3]}:{offset[3:5]})"


def _language_name(code: str, language: str) -> str:
    try:
        found = Locale.parse(code, sep="-").get_display_name(_locale(language))
    except (UnknownLocaleError, ValueError):
        found = None
    return found or code


def _locale(language: str) -> Locale:
    return Locale.parse(language if language in copy_words() else FIRST)


def _short(text: str, width: float) -> str:
    lines = lines_of(text, _SMALL.weight, _SMALL.size, width)
    return lines[0] if len(lines) == 1 else f"{lines[0]} …"
