"""What a visitor answered to the organisation's own questions, in words, for those who may read it (F07).

A restricted answer is read by whoever may; others learn that there is one. What the type of visitor does not ask any
more may have been restricted, so it is treated as if it were.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cloud_api.store import catalogue
from cloud_api.store.db import Tenant
from sync.protocol import exact_json
from sync.protocol.feed import Field, VisitorType

_YES_NO = {"yes": "Yes", "no": "No"}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer under its field's id, with the question as staff read it. ``withheld``: it is on record, and not for
    who asks; ``text`` is empty then. ``words``: what a chosen answer stands for.
    """

    field: str
    text: str
    label: str = ""
    words: str = ""
    withheld: bool = False


async def read_answers(tx: Tenant, kind: str, answers: Mapping[str, str], *, restricted: bool) -> tuple[Answer, ...]:
    """The answers to a type's questions, in the order in which they are asked. ``restricted``: whether whoever asks
    may read those too.
    """
    if not any(answers.values()):
        return ()
    definitions = {found.key: found.definition for found in await catalogue.list_types(tx)}
    raw = definitions.get(kind)
    fields = () if raw is None else exact_json.read(raw, VisitorType, what="a type of visitor").fields
    known = {field.id: field for field in fields}
    order = [name for name in (*known, *answers) if answers.get(name)]
    return tuple(_answer(name, answers[name], known.get(name), restricted=restricted) for name in dict.fromkeys(order))


def _answer(name: str, text: str, field: Field | None, *, restricted: bool) -> Answer:
    label = _worded(field.words) if field else ""
    if not restricted and (field is None or field.restricted):
        return Answer(name, "", label, withheld=True)
    return Answer(name, text, label, _words_of(field, text) if field else "")


def _words_of(field: Field, text: str) -> str:
    if field.kind == "yes_no":
        return _YES_NO.get(text, "")
    chosen: Iterable[Mapping[str, str]] = (choice.words for choice in field.choices if choice.id == text)
    return next((_worded(words) for words in chosen), "")


def _worded(words: Mapping[str, str]) -> str:
    """In English, for staff, else in whatever language there is."""
    return words.get("en") or next(iter(words.values()), "")
