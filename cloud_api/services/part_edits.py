"""Changes of a part of one type of visitor or document, as changes of the organisation's file: pure.

A part is known by the version that somebody saw of it (``version_of``): who edits a field is not in the way of who
edits the rules, and whoever edits the same part later is told.
"""

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from cloud_api.services.entry_reading import version_of
from cloud_api.services.file_visits import FieldEntry, VisitorTypeEntry
from cloud_api.services.file_whole import OrganisationFile
from cloud_api.services.not_done import NotDone
from cloud_api.services.settings_edits import (
    DocumentTextEntry,
    Edit,
    WholeDocument,
    find_document,
    find_type,
    put_document,
    put_type,
)
from sync.protocol.feed import Question

P = TypeVar("P", FieldEntry, Question)


def in_order(order: Sequence[str], gone: Sequence[str], held: Sequence[P]) -> tuple[P, ...]:
    """Parts in the order that somebody chose, without those they removed; what came meanwhile follows."""
    by_id = {part.id: part for part in held if part.id not in gone}
    return tuple(by_id.pop(key) for key in order if key in by_id) + tuple(by_id.values())


def sketch_of_type(kind: VisitorTypeEntry) -> VisitorTypeEntry:
    """A type without what its fields say: what is edited at once with the rest is their order."""
    return msgspec.structs.replace(kind, fields=())


def sketch_of_document(whole: WholeDocument) -> WholeDocument:
    """A document without its texts and what its questions say."""
    return msgspec.structs.replace(whole, quiz=(), texts=())


def change_type(wanted: VisitorTypeEntry, order: Sequence[str], gone: Sequence[str], seen: str) -> Edit:
    """Everything of a type but what its fields say; these take the ``order``, without those that are ``gone``."""

    def apply(read: OrganisationFile) -> OrganisationFile | NotDone:
        held = find_type(read, wanted.id)
        if held is None:
            return NotDone.ABSENT
        if version_of(sketch_of_type(held)) != seen:
            return NotDone.CHANGED
        fields = in_order(order, gone, held.fields)
        return _with_type(read, msgspec.structs.replace(wanted, fields=fields))

    return Edit("type.changed", wanted.id, apply)


def put_field(key: str, field: FieldEntry, seen: str) -> Edit:
    """A field of a type at its place, if it is as it was ``seen``; ``""`` for a new one, at the end."""

    def apply(read: OrganisationFile) -> OrganisationFile | NotDone:
        held = find_type(read, key)
        if held is None:
            return NotDone.ABSENT
        fields = _with_part(held.fields, field, seen)
        return fields if isinstance(fields, NotDone) else _with_type(read, msgspec.structs.replace(held, fields=fields))

    return Edit("type.changed", key, apply)


def move_type(key: str, *, up: bool, order: Sequence[str]) -> Edit:
    """A type one place up or down, if types are in the ``order`` that somebody saw."""

    def apply(read: OrganisationFile) -> OrganisationFile | NotDone:
        types = list(read.visitor_types)
        place = next((place for place, kind in enumerate(types) if kind.id == key), None)
        if place is None:
            return NotDone.ABSENT
        if [kind.id for kind in types] != list(order):
            return NotDone.CHANGED
        other = place - 1 if up else place + 1
        if 0 <= other < len(types):
            types[place], types[other] = types[other], types[place]
        return msgspec.structs.replace(read, visitor_types=tuple(types))

    return Edit("type.changed", key, apply)


def change_document(wanted: WholeDocument, order: Sequence[str], gone: Sequence[str], seen: str) -> Edit:
    """Everything of a document but its texts and what its questions say; these take the ``order``."""

    def apply(read: OrganisationFile) -> OrganisationFile | NotDone:
        held = find_document(read, wanted.id)
        if held is None:
            return NotDone.ABSENT
        if version_of(sketch_of_document(held)) != seen:
            return NotDone.CHANGED
        quiz = in_order(order, gone, held.quiz)
        return _with_document(read, msgspec.structs.replace(wanted, quiz=quiz, texts=held.texts))

    return Edit("document.changed", wanted.id, apply)


def put_question(key: str, question: Question, seen: str) -> Edit:
    """A question about a document at its place, if it is as it was ``seen``; ``""`` for a new one, at the end."""

    def apply(read: OrganisationFile) -> OrganisationFile | NotDone:
        held = find_document(read, key)
        if held is None:
            return NotDone.ABSENT
        quiz = _with_part(held.quiz, question, seen)
        return quiz if isinstance(quiz, NotDone) else _with_document(read, msgspec.structs.replace(held, quiz=quiz))

    return Edit("document.changed", key, apply)


def put_text(key: str, text: DocumentTextEntry, seen: str) -> Edit:
    """A document's text in one language, if it is as it was ``seen``; ``""`` for a language that it did not have."""

    def apply(read: OrganisationFile) -> OrganisationFile | NotDone:
        held = find_document(read, key)
        if held is None:
            return NotDone.ABSENT
        before = next((one for one in held.texts if one.language == text.language), None)
        refused = _refusal(before, seen)
        if refused is not None:
            return refused
        texts = tuple(text if one.language == text.language else one for one in held.texts)
        texts = texts if before is not None else (*texts, text)
        return _with_document(read, msgspec.structs.replace(held, texts=texts))

    return Edit("document.changed", key, apply)


def remove_text(key: str, language: str) -> Edit:
    """A document without one of its languages; it keeps one."""

    def apply(read: OrganisationFile) -> OrganisationFile | NotDone:
        held = find_document(read, key)
        if held is None or all(text.language != language for text in held.texts):
            return NotDone.ABSENT
        texts = tuple(text for text in held.texts if text.language != language)
        return _with_document(read, msgspec.structs.replace(held, texts=texts)) if texts else NotDone.NEEDED

    return Edit("document.changed", key, apply)


def _with_part(held: tuple[P, ...], part: P, seen: str) -> tuple[P, ...] | NotDone:
    before = next((one for one in held if one.id == part.id), None)
    refused = _refusal(before, seen)
    if refused is not None:
        return refused
    kept = tuple(part if one.id == part.id else one for one in held)
    return kept if before is not None else kept + (part,)  # noqa: RUF005  mypy knows the type of no other sum


def _refusal(before: msgspec.Struct | None, seen: str) -> NotDone | None:
    if before is None:
        return NotDone.ABSENT if seen else None
    if not seen:
        return NotDone.KNOWN
    return None if version_of(before) == seen else NotDone.CHANGED


def _with_type(read: OrganisationFile, kind: VisitorTypeEntry) -> OrganisationFile | NotDone:
    return put_type(kind, _as_it_is).apply(read)


def _with_document(read: OrganisationFile, whole: WholeDocument) -> OrganisationFile | NotDone:
    return read if find_document(read, whole.id) == whole else put_document(whole, _as_it_is).apply(read)


def _as_it_is(_before: msgspec.Struct) -> bool:
    return True
