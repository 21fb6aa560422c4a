"""What a type of visitor is asked and what it must agree to: plain values, as the organisation published them.

Words are by language code; :func:`worded` chooses among them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class AnswerKind(StrEnum):
    """What an answer is. A kind that this kiosk does not know is asked as a line."""

    LINE = "line"
    EMAIL = "email"
    PHONE = "phone"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"
    VEHICLE = "vehicle"
    LICENCE = "licence"
    REFERENCE = "reference"


CHOSEN = frozenset({AnswerKind.YES_NO, AnswerKind.CHOICE})
"""Kinds that are chosen by a touch; all others are typed."""

YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class AskedChoice:
    """One of several answers."""

    id: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AskedWhen:
    """Asked only where an earlier field has one of these answers."""

    field: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskedField:
    """One question. ``notice`` tells what the answer is for (R33); a ``restricted`` answer is not shown again."""

    id: str
    words: Mapping[str, str]
    kind: AnswerKind = AnswerKind.LINE
    notice: Mapping[str, str] = field(default_factory=dict)
    required: bool = False
    restricted: bool = False
    choices: tuple[AskedChoice, ...] = ()
    when: AskedWhen | None = None


@dataclass(frozen=True, slots=True)
class QuizChoice:
    """A possible answer to a question about a document."""

    words: Mapping[str, str]
    right: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A question about a document, asked after reading."""

    words: Mapping[str, str]
    choices: tuple[QuizChoice, ...]


@dataclass(frozen=True, slots=True)
class AskedDocument:
    """A document to agree to. ``pass_right`` of its questions must be answered as it says; ``copy``: whoever agrees may
    have the text sent.
    """

    id: str
    signature: bool = False
    questions: tuple[Question, ...] = ()
    pass_right: int = 0
    copy: bool = False


def worded(words: Mapping[str, str], *languages: str) -> str:
    """Return the words in the first of these languages that there are any in, else in any; empty where there are
    none.
    """
    known: Sequence[str] = [code for code in (*languages, "en", *words) if words.get(code)]
    return words[known[0]] if known else ""
