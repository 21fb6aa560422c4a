"""From the feed's types of visitor and documents to what the lobby asks."""

from collections.abc import Container, Iterable
from datetime import date
from typing import TypeVar

import msgspec

from kiosk.asked_values import AnswerKind, AskedChoice, AskedDocument, AskedField, AskedWhen, Question, QuizChoice
from kiosk.lobby_values import DocumentText, Step
from sync.protocol import feed

Named = TypeVar("Named", feed.Field, feed.Choice)


def known_steps(steps: Iterable[str], *, fields: bool, left_out: Container[Step]) -> tuple[Step, ...]:
    """The steps that this kiosk has screens for, each once. Who somebody is is always asked, first if it is not named;
    fields that no step names are asked right after.
    """
    asked = [Step(step) for step in dict.fromkeys(steps) if step in set(Step)]
    if Step.DETAILS not in asked:
        asked.insert(0, Step.DETAILS)
    if Step.FIELDS not in asked:
        asked.insert(asked.index(Step.DETAILS) + 1, Step.FIELDS)
    return tuple(step for step in asked if step not in left_out and (fields or step is not Step.FIELDS))


def asked_fields(fields: Iterable[feed.Field]) -> tuple[AskedField, ...]:
    """What is asked, in order, each id once: answers and pages are told apart by it, and a second question of the same
    id would lead back to the first for ever. A choice without choices cannot be answered and is typed.
    """
    return tuple(_field(field) for field in _each_once(fields))


def asked_documents(names: Iterable[str], published: Iterable[feed.Document]) -> tuple[AskedDocument, ...]:
    """The documents of these ids, in their order; one that is not published, or in no language, is left out."""
    known = {document.id: document for document in published if document.texts}
    return tuple(_document(known[name]) for name in dict.fromkeys(names) if name in known)


def shown_text(document: feed.Document, text: feed.DocumentText) -> DocumentText:
    """A document in one of its languages, as it is shown."""
    return DocumentText(
        id=document.id,
        version=text.version,
        title=text.title,
        paragraphs=text.paragraphs,
        sha256=text.sha256,
        language=text.language,
        since=_day(document.since),
    )


def _day(written: str | msgspec.UnsetType) -> date | None:
    try:
        return None if isinstance(written, msgspec.UnsetType) else date.fromisoformat(written)
    except ValueError:
        return None


def _each_once(things: Iterable[Named]) -> Iterable[Named]:
    """The first of each id, in order."""
    found: dict[str, Named] = {}
    for thing in things:
        found.setdefault(thing.id, thing)
    return found.values()


def _field(field: feed.Field) -> AskedField:
    kind = AnswerKind(field.kind) if field.kind in set(AnswerKind) else AnswerKind.LINE
    when = None if isinstance(field.when, msgspec.UnsetType) else AskedWhen(field.when.field, field.when.answers)
    notice = {} if isinstance(field.notices, msgspec.UnsetType) else field.notices
    return AskedField(
        id=field.id,
        words=field.words,
        kind=AnswerKind.LINE if kind is AnswerKind.CHOICE and not field.choices else kind,
        notice=notice or {"": field.purpose},
        required=field.required,
        restricted=field.restricted,
        choices=tuple(AskedChoice(choice.id, choice.words) for choice in _each_once(field.choices)),
        when=when,
    )


def _document(document: feed.Document) -> AskedDocument:
    questions = tuple(
        Question(question.words, tuple(QuizChoice(choice.words, choice.right) for choice in question.choices))
        for question in document.quiz
        if any(choice.right for choice in question.choices)
    )
    return AskedDocument(
        id=document.id,
        signature=document.signature,
        questions=questions,
        pass_right=min(document.pass_right, len(questions)),
        copy=document.copy,
    )
