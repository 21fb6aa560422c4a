"""What an organisation's file says about visits: types of visitor, and documents with what is asked of them."""

from typing import Annotated, Literal

import msgspec

from cloud_api.services.file_shape import SAY
from cloud_api.services.file_texts import Key, Language, Title
from sync.protocol.feed import Choice, Condition, Paragraph, Question, Rules, Text

Step = Literal["details", "fields", "host", "document", "photo"]
Asked = Literal["line", "email", "phone", "number", "date", "yes_no", "choice", "vehicle", "licence", "reference"]
Basis = Literal["consent", "contract", "legal_obligation", "vital_interests", "public_task", "legitimate_interests"]
Purpose = Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
SinceDay = Annotated[
    str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", extra={SAY: "must be a day such as 2026-03-03"})
]
KeptDays = Annotated[int, msgspec.Meta(ge=0, le=36500)]


class FieldEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something that a visitor is asked: never without a purpose and a legal basis (R33). ``notices``: the purpose in
    the words of visitors, by language. ``when``: asked only where an earlier field has one of these answers.
    """

    id: Key
    words: dict[str, Text]
    kind: Asked = "line"
    purpose: Purpose
    basis: Basis
    required: bool = False
    restricted: bool = False
    keep_days: KeptDays = 0
    choices: Annotated[tuple[Choice, ...], msgspec.Meta(max_length=50)] = ()
    when: Condition | msgspec.UnsetType = msgspec.UNSET
    notices: dict[str, Text] | msgspec.UnsetType = msgspec.UNSET


class VisitorTypeEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A type of visitor; types stand in the order in which kiosks show them."""

    id: Key
    words: dict[str, Text]
    badge: Literal["visitor", "contractor", "escort"]
    hints: dict[str, Text] = {}
    icon: Text = ""
    steps: Annotated[tuple[Step, ...], msgspec.Meta(min_length=1, max_length=20)] = (
        "details",
        "host",
        "document",
        "photo",
    )
    fields: Annotated[tuple[FieldEntry, ...], msgspec.Meta(max_length=30)] = ()
    documents: Annotated[tuple[Key, ...], msgspec.Meta(max_length=20)] = ()
    template: Key | None = None
    badge_hours: Annotated[int, msgspec.Meta(ge=1, le=168)] | None = None
    rules: Rules = Rules()


class DocumentEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One version of a document in one language."""

    id: Key
    version: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    language: Language
    title: Title
    paragraphs: Annotated[tuple[Paragraph, ...], msgspec.Meta(min_length=1, max_length=200)]


class DocumentRuleEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is asked of whoever reads a document, in whatever language. ``since``: from when on its version holds."""

    document: Key
    kind: Literal["agreement", "rules", "induction"] = "rules"
    signature: bool = False
    again_after_days: KeptDays = 0
    copy: bool = False
    pass_right: Annotated[int, msgspec.Meta(ge=0, le=50)] = 0
    quiz: Annotated[tuple[Question, ...], msgspec.Meta(max_length=50)] = ()
    since: SinceDay | msgspec.UnsetType = msgspec.UNSET
