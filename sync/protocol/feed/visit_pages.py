"""Pages about visits: types of visitor with their steps, fields and rules, and the documents to agree to."""

from typing import Annotated

import msgspec

from sync.protocol import exact_json
from sync.protocol.events import Count
from sync.protocol.feed.texts import (
    BadgeStyleName,
    Day,
    Days,
    DocumentKind,
    EntryId,
    FieldKind,
    LegalBasis,
    Paragraph,
    StepName,
    Text,
    Words,
)
from sync.protocol.identifiers import Sha256Hex, sha256_hex


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One of several answers."""

    id: EntryId
    words: Words


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """Asks a field only where an earlier one has one of these answers: the id of a choice, ``yes`` or ``no``, or what
    was typed, in whatever case.
    """

    field: EntryId
    answers: tuple[Text, ...]


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a visitor is asked. Nothing is asked without ``purpose`` and ``basis`` (R33).

    ``restricted``: shown to nobody but those who must see it, such as the number of a licence (F07). ``keep_days``: 0
    for as long as the visit. ``when`` and ``notices`` (the purpose in the words of visitors, by language) came later
    (ADR 92) and are left out where there are none, so that such pages are the bytes that they always were.
    """

    id: EntryId
    words: Words
    kind: FieldKind
    purpose: Text
    basis: LegalBasis
    required: bool = False
    restricted: bool = False
    keep_days: Days = 0
    choices: tuple[Choice, ...] = ()
    when: Condition | msgspec.UnsetType = msgspec.UNSET
    notices: Words | msgspec.UnsetType = msgspec.UNSET


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What must hold before somebody of this type may go in.

    ``approval``: the host answers first (F10). ``escort``: never alone. ``screening``: compared with the watchlist,
    and held where no list is at hand (C43). ``attestations``: kinds of which a valid one is needed (F08).
    ``longest_hours``: after which a departure is assumed, which takes nobody off a list (F13, ADR 100); 0 never.
    """

    photo_required: bool = False
    host_required: bool = False
    approval: bool = False
    escort: bool = False
    screening: bool = False
    invited_only: bool = False
    attestations: tuple[EntryId, ...] = ()
    longest_hours: Annotated[int, msgspec.Meta(ge=0, le=8760)] = 0


class VisitorType(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of visitor (F01). ``words`` names it, ``hints`` says more in a second line; ``badge`` is its style and
    ``template`` the template, empty for the kiosk's own. ``position``: its place among the types, lowest first.
    ``documents``: ids of what must be agreed to, in order. ``badge_hours``: 0 for the site's.
    """

    id: EntryId
    words: dict[str, Text]
    badge: BadgeStyleName
    position: Count = 0
    hints: Words = {}
    icon: Text = ""
    steps: tuple[StepName, ...] = ("details", "host", "document", "photo")
    fields: tuple[Field, ...] = ()
    documents: tuple[EntryId, ...] = ()
    template: Annotated[str, msgspec.Meta(max_length=64)] = ""
    badge_hours: Annotated[int, msgspec.Meta(ge=0, le=168)] = 0
    rules: Rules = Rules()


class VisitorTypes(msgspec.Struct, frozen=True, kw_only=True):
    """All types of visitor of an organisation."""

    types: tuple[VisitorType, ...]


class QuizChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A possible answer to a question of an induction."""

    words: Words
    right: bool


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question of an induction (F05)."""

    id: EntryId
    words: Words
    choices: tuple[QuizChoice, ...]


class DocumentText(msgspec.Struct, frozen=True, kw_only=True):
    """A document in one language. ``sha256`` is over title and paragraphs (``document_hash``)."""

    version: Text
    language: Text
    title: Text
    paragraphs: tuple[Paragraph, ...]
    sha256: Sha256Hex


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """What visitors agree to, in all its languages.

    ``signature``: signed with a finger. ``again_after_days``: when it must be agreed to anew; 0: at every visit.
    ``copy``: the visitor may have a copy sent. ``quiz``: asked after reading; ``pass_right`` answers must be right.
    ``since``: from when on the present version holds; it came later (ADR 92) and is left out where nobody said.
    """

    id: EntryId
    kind: DocumentKind = "rules"
    signature: bool = False
    again_after_days: Days = 0
    copy: bool = False
    pass_right: Count = 0
    quiz: tuple[Question, ...] = ()
    texts: tuple[DocumentText, ...]
    since: Day | msgspec.UnsetType = msgspec.UNSET


class Documents(msgspec.Struct, frozen=True, kw_only=True):
    """All documents of an organisation."""

    documents: tuple[Document, ...]


def document_hash(title: str, paragraphs: tuple[str, ...]) -> str:
    """What a consent names: SHA-256 over the exact JSON of title and paragraphs."""
    return sha256_hex(b"lodge-document-v1\x00", exact_json.encode([title, *paragraphs]))
