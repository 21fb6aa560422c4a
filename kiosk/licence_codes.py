"""What the PDF417 on the back of a North American driving licence says: the number, the name and until when it is good.

    licence = read_licence(text)

Format: AAMVA DL/ID Card Design Standard, annex D, versions 1 to 10, and later ones by the rules of 10
(visitors see what was read and can mend it). Address, date of birth, sex, height and all else
that stands there is never taken out of the text. Nothing here writes or logs anything, and no error repeats what was
read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kiosk.errors import KioskError

MAX_SIGNS = 2048
"""A PDF417 holds at most 1,850 letters."""
MAX_NUMBER, MAX_NAME = 25, 40
"""As the standard bounds them: a number, and each part of a name."""
VERSIONS = range(1, 100)
"""All that two figures can say; 0 is of no standard."""

_HEADER = re.compile(r"@[\x00-\x20]{0,8}(?:ANSI ?|AAMVA ?)([0-9]{6})([0-9]{2})")
"""``@ LF RS CR ANSI`` and a space, issuer and version. Some keyboards of scanners drop the controls or repeat them."""
_DRIVES = ("DL", "EN")
"""Kinds of subfile that say that somebody may drive; the other is ``ID``."""
_PARTS = re.compile(r"[\n\r\x1e\t]+")
_ELEMENT = re.compile(r"[DZ][A-Z]{2}")
_UNSAID = frozenset({"", "NONE", "UNAVL", "UNAVAIL"})
_MONTH_FIRST = re.compile(r"(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?P<year>[0-9]{4})")
_YEAR_FIRST = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")
"""The United States write the month first, Canada, Mexico and version 1 the year. A day reads as one of them alone: no
month has the number 19 or 20.
"""
_FIRST_YEAR = 1950
"""No licence with such a code ended earlier."""


class LicenceCodeError(KioskError):
    """The text is no driving licence that can be read.

    ``identity_card``: it is a card that only says who somebody is; ``unreadable``: it is one of the kind, and no number
    is found in it.
    """

    def __init__(self, what: str, *, identity_card: bool = False, unreadable: bool = False) -> None:
        super().__init__(what)
        self.identity_card = identity_card
        self.unreadable = unreadable


@dataclass(frozen=True, slots=True)
class Licence:
    """``number`` as printed; ``name`` as people write it, empty where none is told; ``expires``: the last good day."""

    number: str = field(repr=False)
    name: str = field(default="", repr=False)
    expires: date | None = None

    def is_expired(self, today: date) -> bool:
        """Return whether the last good day is over."""
        return self.expires is not None and self.expires < today


def looks_like_licence(text: str) -> bool:
    """Return whether a text begins as such a code does."""
    return _HEADER.match(text) is not None


def read_licence(text: str) -> Licence:
    """Read the text of a code. Lines may end in any way.

    Raises:
        LicenceCodeError: not such a code, of a version that is not known, of a card that is no licence, or without a
            number.
    """
    header = _HEADER.match(text) if len(text) <= MAX_SIGNS else None
    if header is None:
        raise LicenceCodeError("this is not the code of a driving licence")
    version = int(header[2])
    if version not in VERSIONS:
        raise LicenceCodeError("this driving licence is written in a way that is not known here", unreadable=True)
    elements = _elements(_subfile(text, header.end()))
    written = elements.get("DAQ", "").strip()
    # One that is longer is not a number: the ends of lines were lost on the way, and the next element stands in it.
    number = _clean(written, MAX_NUMBER) if len(written) <= MAX_NUMBER else ""
    if not number:
        raise LicenceCodeError("this driving licence does not tell its number", unreadable=True)
    return Licence(number, _name(elements), _day(elements))


def _subfile(text: str, begin: int) -> str:
    """The elements of the licence. The designator's offset is not believed: issuers count it in different ways."""
    for kind in _DRIVES:
        found = _begins(kind).search(text, begin)
        if found is not None:
            return text[found.end() :]
    if _begins("ID").search(text, begin):
        raise LicenceCodeError("this card does not say that its bearer may drive", identity_card=True)
    raise LicenceCodeError("this driving licence holds nothing that can be read", unreadable=True)


def _begins(kind: str) -> re.Pattern[str]:
    """A subfile stands behind the last designator's figures, or on a line of its own."""
    return re.compile(rf"(?<![A-Za-z ]){kind}\s?(?={_ELEMENT.pattern})")


def _elements(subfile: str) -> Mapping[str, str]:
    """What each element says; of one that stands there twice the first counts."""
    said: dict[str, str] = {}
    for part in _PARTS.split(subfile):
        if _ELEMENT.match(part):
            said.setdefault(part[:3], part[3:])
    return said


def _name(elements: Mapping[str, str]) -> str:
    """Given names first. Later versions have a member for each part, the first has all in one, the family first."""
    family = elements.get("DCS", "") or elements.get("DAB", "")
    given = elements.get("DAC", "") or elements.get("DCT", "")
    if not _clean(family, MAX_NAME):
        family, _, given = elements.get("DAA", "").partition(",")
    given = given.replace(",", " ").replace("$", " ")
    return " ".join(filter(None, (_written(given), _written(family))))


def _written(text: str) -> str:
    """A part of a name; what is all in capitals, as on most cards, begins with them only."""
    text = _clean(text, MAX_NAME)
    return text.title() if text.isupper() else text


def _clean(text: str, most: int) -> str:
    """One line without signs that steer anything; empty where the issuer wrote that it knows nothing."""
    kept = "".join(sign for sign in text[: 4 * most] if sign == " " or unicodedata.category(sign)[0] in "LMNPS")
    kept = " ".join(unicodedata.normalize("NFC", kept).split())[:most].strip(" ,")
    return "" if kept.upper() in _UNSAID else kept


def _day(elements: Mapping[str, str]) -> date | None:
    """Until when it is good; None where that is not told, or no day."""
    written = elements.get("DBA", "").strip()
    found = (form.fullmatch(written) for form in (_MONTH_FIRST, _YEAR_FIRST))
    days = (_as_day(match) for match in found if match is not None)
    return next((day for day in days if day is not None and day.year >= _FIRST_YEAR), None)


def _as_day(written: re.Match[str]) -> date | None:
    try:
        return date(int(written["year"]), int(written["month"]), int(written["day"]))
    except ValueError:
        return None
