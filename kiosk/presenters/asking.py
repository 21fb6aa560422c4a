"""Which questions are asked, and on which pages: decided by the type's own fields and by the answers so far.

Pages are cut once, over all fields, so that an answer never moves a question to another page; a page on which nothing
is asked is left out. What is chosen stands alone, what is typed stands together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date

from kiosk.asked_values import CHOSEN, AnswerKind, AskedDocument, AskedField
from kiosk.navigation import Journey, Screen, Stop
from kiosk.presenters.email_hint import looks_complete

FIELDS_A_PAGE = 4
LEAST_PHONE_DIGITS = 5
_NUMBER = re.compile(r"[0-9]+([.,][0-9]+)?")
_PHONE = re.compile(r"\+?[0-9 ()/.\-]+")
_DATE = re.compile(r"([0-9]{1,4})[^0-9]+([0-9]{1,2})[^0-9]+([0-9]{1,4})")
_DATE_RUN = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")


def pages_of(fields: Sequence[AskedField], a_page: int) -> tuple[tuple[AskedField, ...], ...]:
    """Cut the fields into pages of at most ``a_page``; what is chosen has a page of its own."""
    pages: list[list[AskedField]] = []
    for field in fields:
        together = pages and field.kind not in CHOSEN and pages[-1][0].kind not in CHOSEN
        if together and len(pages[-1]) < a_page:
            pages[-1].append(field)
        else:
            pages.append([field])
    return tuple(tuple(page) for page in pages)


def is_asked(field: AskedField, fields: Sequence[AskedField], answers: Mapping[str, str]) -> bool:
    """Return whether the answers so far call for this field. A condition on no earlier field is always met."""
    if field.when is None:
        return True
    earlier = fields[: fields.index(field)]
    named = next((other for other in earlier if other.id == field.when.field), None)
    if named is None:
        return True
    given = canonical(named.kind, answers.get(named.id, "")) or ""
    wanted = {answer.casefold() for answer in field.when.answers}
    return is_asked(named, earlier, answers) and given.casefold() in wanted


def question_stops(fields: Sequence[AskedField], answers: Mapping[str, str], a_page: int) -> Journey:
    """Return a stop for each page on which something is asked, named by the first field of the page."""
    return tuple(
        Stop(Screen.CHOICE if page[0].kind in CHOSEN else Screen.FIELDS, page[0].id)
        for page in pages_of(fields, a_page)
        if any(is_asked(field, fields, answers) for field in page)
    )


def page_at(part: str, fields: Sequence[AskedField], answers: Mapping[str, str], a_page: int) -> tuple[AskedField, ...]:
    """Return what is asked on the page that begins with a field."""
    page = next((page for page in pages_of(fields, a_page) if page[0].id == part), ())
    return tuple(field for field in page if is_asked(field, fields, answers))


def document_stops(documents: Sequence[AskedDocument]) -> Journey:
    """Return a stop for each document, and after it one for each of its questions."""
    return tuple(
        stop
        for document in documents
        for stop in (
            Stop(Screen.DOCUMENT, document.id),
            *(Stop(Screen.QUIZ, document.id, item) for item in range(len(document.questions))),
        )
    )


def given_answers(fields: Sequence[AskedField], answers: Mapping[str, str]) -> dict[str, str]:
    """Return what is to be kept: answers to what is asked, each in the one form of its kind."""
    asked = (field for field in fields if is_asked(field, fields, answers))
    kept = {field.id: canonical(field.kind, answers.get(field.id, "")) or "" for field in asked}
    return {field: text for field, text in kept.items() if text}


def canonical(kind: AnswerKind, text: str) -> str | None:
    """Return an answer in the one form in which it is kept, None where it cannot be one of its kind."""
    text = " ".join(text.split())
    if not text:
        return ""
    if kind is AnswerKind.EMAIL:
        return text if looks_complete(text) else None
    if kind is AnswerKind.PHONE:
        number = plain_digits(text)
        few = sum(sign.isdigit() for sign in number) < LEAST_PHONE_DIGITS
        return None if few or not _PHONE.fullmatch(number) else number
    if kind is AnswerKind.NUMBER:
        number = plain_digits(text).replace(" ", "")
        return number.replace(",", ".") if _NUMBER.fullmatch(number) else None
    if kind is AnswerKind.DATE:
        day = read_date(text)
        return None if day is None else day.isoformat()
    return text


def read_date(text: str) -> date | None:
    """Return the day that somebody means: day, month, year, or the year first; None where it is none."""
    written = plain_digits(text).strip()
    found = _DATE_RUN.fullmatch(written) or _DATE.fullmatch(written)
    if found is None:
        return None
    first, second, third = (int(part) for part in found.groups())
    year_first = len(found[1]) == len("2026")
    year, day = (first, third) if year_first else (third, first)
    if len(found[1] if year_first else found[3]) != len("2026"):
        return None
    try:
        return date(year, second, day)
    except ValueError:
        return None


def plain_digits(text: str) -> str:
    """Return the digits of any script as 0 to 9."""
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
