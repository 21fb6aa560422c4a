"""Changes of one type of visitor or one document, as changes of the organisation's file: pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec

from cloud_api.services.file_texts import Key, Language, Title
from cloud_api.services.file_visits import DocumentEntry, DocumentRuleEntry, KeptDays, SinceDay, VisitorTypeEntry
from cloud_api.services.file_whole import OrganisationFile
from cloud_api.services.not_done import NotDone
from sync.protocol.feed import Paragraph, Question

Version = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class DocumentTextEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A document in one language. Another text wants another version: consents name it."""

    language: Language
    version: Version
    title: Title
    paragraphs: Annotated[tuple[Paragraph, ...], msgspec.Meta(min_length=1, max_length=200)]


class WholeDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A document in all its languages, with what is asked of whoever reads it."""

    id: Key
    kind: Literal["agreement", "rules", "induction"] = "rules"
    signature: bool = False
    again_after_days: KeptDays = 0
    copy: bool = False
    pass_right: Annotated[int, msgspec.Meta(ge=0, le=50)] = 0
    quiz: Annotated[tuple[Question, ...], msgspec.Meta(max_length=50)] = ()
    since: SinceDay | msgspec.UnsetType = msgspec.UNSET
    texts: Annotated[tuple[DocumentTextEntry, ...], msgspec.Meta(min_length=1, max_length=100)]


Seen = Callable[[msgspec.Struct], bool]
"""Whether an entry is still as somebody saw it who wants to change it."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A change: the kind of act and its entry's key for the audit log, and what becomes of the file."""

    kind: str
    key: str
    apply: Callable[[OrganisationFile], OrganisationFile | NotDone]
    removes: bool = False


def find_type(read: OrganisationFile, key: str) -> VisitorTypeEntry | None:
    """A type of visitor."""
    return next((kind for kind in read.visitor_types if kind.id == key), None)


def find_document(read: OrganisationFile, key: str) -> WholeDocument | None:
    """A document."""
    texts = tuple(
        DocumentTextEntry(language=text.language, version=text.version, title=text.title, paragraphs=text.paragraphs)
        for text in read.documents
        if text.id == key
    )
    if not texts:
        return None
    rule = next((item for item in read.document_rules if item.document == key), DocumentRuleEntry(document=key))
    asked = {name: getattr(rule, name) for name in rule.__struct_fields__ if name != "document"}
    return WholeDocument(id=key, **asked, texts=texts)


def put_type(entry: VisitorTypeEntry, seen: Seen | None) -> Edit:
    """Change a type at its place if it is as it was ``seen``; without that, a new one at the end."""

    def apply(read: OrganisationFile) -> OrganisationFile | NotDone:
        refused = _why_not(find_type(read, entry.id), seen)
        if refused is not None:
            return refused
        types = tuple(entry if kind.id == entry.id else kind for kind in read.visitor_types)
        return msgspec.structs.replace(read, visitor_types=types if seen is not None else (*types, entry))

    return Edit("type.added" if seen is None else "type.changed", entry.id, apply)


def remove_type(key: str) -> Edit:
    """No such type any more."""

    def apply(read: OrganisationFile) -> OrganisationFile | NotDone:
        if find_type(read, key) is None:
            return NotDone.ABSENT
        types = tuple(kind for kind in read.visitor_types if kind.id != key)
        return msgspec.structs.replace(read, visitor_types=types) if types else NotDone.NEEDED

    return Edit("type.removed", key, apply, removes=True)


def put_document(whole: WholeDocument, seen: Seen | None) -> Edit:
    """Change a document if it is as it was ``seen``; without that, a new one."""

    def apply(read: OrganisationFile) -> OrganisationFile | NotDone:
        refused = _why_not(find_document(read, whole.id), seen)
        return _with_document(read, whole) if refused is None else refused

    return Edit("document.added" if seen is None else "document.changed", whole.id, apply)


def remove_document(key: str) -> Edit:
    """Not asked of anybody any more; its texts stay for the consents that name them."""

    def apply(read: OrganisationFile) -> OrganisationFile | NotDone:
        return NotDone.ABSENT if find_document(read, key) is None else _without_document(read, key)

    return Edit("document.removed", key, apply, removes=True)


def _why_not(before: msgspec.Struct | None, seen: Seen | None) -> NotDone | None:
    if seen is None:
        return None if before is None else NotDone.KNOWN
    if before is None:
        return NotDone.ABSENT
    return None if seen(before) else NotDone.CHANGED


def _with_document(read: OrganisationFile, whole: WholeDocument) -> OrganisationFile:
    rest = _without_document(read, whole.id)
    asked = {name: getattr(whole, name) for name in whole.__struct_fields__ if name not in ("id", "texts")}
    texts = tuple(
        DocumentEntry(
            id=whole.id, version=text.version, language=text.language, title=text.title, paragraphs=text.paragraphs
        )
        for text in whole.texts
    )
    return msgspec.structs.replace(
        rest,
        documents=(*rest.documents, *texts),
        document_rules=(*rest.document_rules, DocumentRuleEntry(document=whole.id, **asked)),
    )


def _without_document(read: OrganisationFile, key: str) -> OrganisationFile:
    return msgspec.structs.replace(
        read,
        documents=tuple(text for text in read.documents if text.id != key),
        document_rules=tuple(rule for rule in read.document_rules if rule.document != key),
    )
