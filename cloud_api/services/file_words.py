"""Words that an organisation's file gives to visitors, by language: where they stand, and what must hold of them.

What is read as the name of something (a type, a field, a choice, a question) is never missing: without it a kiosk shows
an id, or nothing. No words hold signs that nobody sees, or that turn the direction of what stands around them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

import msgspec

from cloud_api.services.file_visits import VisitorTypeEntry
from cloud_api.services.file_whole import OrganisationFile
from cloud_api.services.names import name_fault

LONGEST_LABEL = 200
"""As of every other name in the file; what is no label is as long as its shape has it."""
_SETTING = dict.fromkeys(map(ord, "\u00ad\u061c\u200e\u200f"))
"""Where a word may be divided, and on which side a full stop stands: longer texts are written with these."""
_MISSING = "say it in at least one language"
_LINES = "must be one line"


class WordsKind(Enum):
    """A label is one short line and always there, and so is a line, which may be long; a question may have several; a
    note may be missing.
    """

    LABEL = "label"
    LINE = "line"
    QUESTION = "question"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class PlacedWords:
    """Words by language, with their place in the file."""

    where: str
    said: Mapping[str, str]
    kind: WordsKind


def all_words(read: OrganisationFile) -> Iterator[PlacedWords]:
    """All of a file."""
    for index, kind in enumerate(read.visitor_types):
        yield from _type_words(f"visitor_types[{index}]", kind)
    for index, template in enumerate(read.badge_templates):
        yield PlacedWords(f"badge_templates[{index}].footer", template.footer, WordsKind.NOTE)
        for place, element in enumerate(template.elements):
            where = f"badge_templates[{index}].elements[{place}].words"
            yield PlacedWords(where, element.words, WordsKind.NOTE)
    for index, rule in enumerate(read.document_rules):
        for place, question in enumerate(rule.quiz):
            where = f"document_rules[{index}].quiz[{place}]"
            yield PlacedWords(f"{where}.words", question.words, WordsKind.QUESTION)
            for number, answer in enumerate(question.choices):
                yield PlacedWords(f"{where}.choices[{number}].words", answer.words, WordsKind.LINE)


def word_faults(read: OrganisationFile) -> Iterator[str]:
    """What is wrong with words, and with the other texts that visitors read beside them, by place."""
    for words in all_words(read):
        if not words.said and words.kind is not WordsKind.NOTE:
            yield f"{words.where}: {_MISSING}"
        for language, text in words.said.items():
            fault = _text_fault(text, words.kind)
            if fault is not None:
                yield f"{words.where}.{language}: {fault}"
    for index, kind in enumerate(read.visitor_types):
        for place, field in enumerate(kind.fields):
            fault = _text_fault(field.purpose, WordsKind.NOTE)
            if fault is not None:
                yield f"visitor_types[{index}].fields[{place}].purpose: {fault}"
    for index, document in enumerate(read.documents):
        fault = _text_fault(document.title, WordsKind.LINE)
        if fault is not None:
            yield f"documents[{index}].title: {fault}"


def _type_words(where: str, kind: VisitorTypeEntry) -> Iterator[PlacedWords]:
    yield PlacedWords(f"{where}.words", kind.words, WordsKind.LABEL)
    yield PlacedWords(f"{where}.hints", kind.hints, WordsKind.NOTE)
    for place, field in enumerate(kind.fields):
        notices = {} if field.notices is msgspec.UNSET else field.notices
        yield PlacedWords(f"{where}.fields[{place}].words", field.words, WordsKind.LINE)
        yield PlacedWords(f"{where}.fields[{place}].notices", notices, WordsKind.NOTE)
        for number, choice in enumerate(field.choices):
            yield PlacedWords(f"{where}.fields[{place}].choices[{number}].words", choice.words, WordsKind.LABEL)


def _text_fault(text: str, kind: WordsKind) -> str | None:
    one_line = kind in (WordsKind.LABEL, WordsKind.LINE)
    joined = text.replace("\r\n", " ").replace("\n", " ")
    fault = name_fault(joined if one_line else joined.translate(_SETTING))
    if fault is None and one_line and joined != text:
        return _LINES
    if fault is None and kind is WordsKind.LABEL and len(text) > LONGEST_LABEL:
        return f"is longer than {LONGEST_LABEL} characters"
    return fault
