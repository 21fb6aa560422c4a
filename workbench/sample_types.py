"""The demo's organisation as its kiosk sees it: types of visitor and documents, read from the file that it applies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cloud_api.services import feed_entries
from cloud_api.services.organisation_file import read_organisation_file
from kiosk.flows.type_definitions import asked_documents, asked_fields, known_steps, shown_text
from kiosk.ports import DocumentText, VisitorType
from sync.protocol import feed
from workbench.demo import cloud

FILE = Path(cloud.__file__).with_name("thistledown.json")


@dataclass(frozen=True, slots=True)
class SampleTypes:
    """What the pages hold."""

    types: tuple[VisitorType, ...]
    documents: tuple[DocumentText, ...]

    def one(self, type_id: str) -> VisitorType:
        """Return one of the types."""
        return next(kind for kind in self.types if kind.id == type_id)


@cache
def thistledown() -> SampleTypes:
    """Return the sample organisation's types and documents."""
    read = read_organisation_file(FILE.read_bytes())
    rules = {rule.document: rule for rule in read.document_rules}
    texts: dict[str, list[feed.DocumentText]] = {}
    for text in read.documents:
        digest = feed.document_hash(text.title, text.paragraphs)
        written = feed.DocumentText(
            version=text.version, language=text.language, title=text.title, paragraphs=text.paragraphs, sha256=digest
        )
        texts.setdefault(text.id, []).append(written)
    documents = [feed_entries.document(key, found, rules.get(key)) for key, found in texts.items()]
    types = [feed_entries.visitor_type(entry, place) for place, entry in enumerate(read.visitor_types)]
    return SampleTypes(
        types=tuple(_type(kind, documents) for kind in types),
        documents=tuple(shown_text(document, text) for document in documents for text in document.texts),
    )


def _type(kind: feed.VisitorType, published: list[feed.Document]) -> VisitorType:
    fields = asked_fields(kind.fields)
    return VisitorType(
        id=kind.id,
        labels=kind.words,
        hints=kind.hints,
        icon=kind.icon or "account-outline",
        steps=known_steps(kind.steps, fields=bool(fields), left_out=()),
        fields=fields,
        documents=asked_documents(kind.documents, published),
    )
