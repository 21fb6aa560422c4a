"""The form of a field: something that visitors of a type are asked."""

from collections.abc import Sequence
from typing import Any

import msgspec

from cloud_api.http.console.check_in_pages import first_words
from cloud_api.http.console.filled_forms import Filled, read_lines, read_number, write_ticks, write_words
from cloud_api.services.entry_reading import free_key, read_entry_value
from cloud_api.services.file_visits import FieldEntry
from cloud_api.services.not_done import Faults

LISTS = ("choices",)
KINDS = {
    "line": "A line of text",
    "email": "E-mail address",
    "phone": "Telephone number",
    "number": "Number",
    "date": "Day",
    "yes_no": "Yes or no",
    "choice": "One of several choices",
    "vehicle": "Number plate",
    "licence": "Driving licence",
    "reference": "Reference, such as an order number",
}
BASES = {
    "consent": "Consent",
    "contract": "A contract",
    "legal_obligation": "A legal obligation",
    "vital_interests": "Vital interests",
    "public_task": "A public task",
    "legitimate_interests": "Legitimate interests",
}
LABELS = {
    "id": "Key",
    "words": "Question",
    "kind": "Kind of answer",
    "choices": "Choices",
    "purpose": "Purpose",
    "basis": "Legal basis",
    "notices": "Purpose for visitors",
    "keep_days": "Days to keep",
    "when": "When it is asked",
    "answers": "When it is asked",
    "typed": "When it is asked",
    "required": "Required",
    "restricted": "Restricted",
}
ALWAYS = ""
"""The condition of what is asked whatever was answered before."""
_NO_WORDS = "words: write the question in one language at least"


def write_field(field: FieldEntry, earlier: Sequence[FieldEntry]) -> Filled:
    """A field as its form says it. A choice's number stands for its place; its id goes with it."""
    when = None if field.when is msgspec.UNSET else field.when
    return Filled(
        (
            *write_words("words", field.words),
            ("kind", field.kind),
            *_write_choices(field),
            ("purpose", field.purpose),
            ("basis", field.basis),
            *write_words("notices", {} if field.notices is msgspec.UNSET else field.notices),
            *write_ticks({"required": field.required, "restricted": field.restricted}),
            ("keep_days", str(field.keep_days or "")),
            ("when", ALWAYS if when is None else when.field),
            *(() if when is None else _write_answers(when.field, when.answers, earlier)),
        )
    )


def read_field(
    form: Filled, before: FieldEntry | None, earlier: Sequence[FieldEntry], taken: frozenset[str]
) -> FieldEntry | Faults:
    """A field as a form says it: another one, or (``before`` is ``None``) a new one beside those that are ``taken``."""
    words = form.words("words")
    if not words and not (before is not None and not before.words):
        return Faults((_NO_WORDS,))
    said: dict[str, Any] = {
        "id": before.id if before is not None else form.text("id").strip() or free_key(words, taken, "field"),
        "words": words,
        "kind": form.text("kind"),
        "purpose": form.text("purpose"),
        "basis": form.text("basis"),
        "required": form.on("required"),
        "restricted": form.on("restricted"),
        "keep_days": read_number(form.text("keep_days")),
        "choices": list(_read_choices(form)),
    }
    notices, when = form.words("notices"), form.text("when")
    if notices:
        said["notices"] = notices
    if when != ALWAYS:
        said["when"] = {"field": when, "answers": _read_answers(form, when, before, earlier)}
    return read_entry_value(said, FieldEntry)


def possible_answers(field: FieldEntry) -> dict[str, str] | None:
    """What can be answered to an earlier field, in words of the console; ``None`` for whatever somebody types."""
    if field.kind == "yes_no":
        return {"yes": "Yes", "no": "No"}
    if field.kind == "choice":
        return {choice.id: first_words(choice.words) or choice.id for choice in field.choices}
    return None


def _write_choices(field: FieldEntry) -> Sequence[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for place, choice in enumerate(field.choices):
        pairs += [("choices", str(place)), (f"choices.{place}.id", choice.id)]
        pairs += write_words(f"choices.{place}.words", choice.words)
    return pairs


def _read_choices(form: Filled) -> Sequence[dict[str, Any]]:
    entries = [form.under(f"choices.{entry}") for entry in form.all("choices")]
    taken = {entry.text("id").strip() for entry in entries}
    read = []
    for entry in entries:
        words = entry.words("words")
        key = entry.text("id").strip() or free_key(words, taken, "choice")
        taken.add(key)
        read.append({"id": key, "words": words})
    return read


def _write_answers(field: str, answers: Sequence[str], earlier: Sequence[FieldEntry]) -> Sequence[tuple[str, str]]:
    if _is_typed(field, earlier):
        return [(f"typed.{field}", "\n".join(answers))]
    return [(f"answers.{field}", answer) for answer in answers]


def _read_answers(form: Filled, when: str, before: FieldEntry | None, earlier: Sequence[FieldEntry]) -> list[str]:
    held = msgspec.UNSET if before is None else before.when
    kept = () if held is msgspec.UNSET or held.field != when else held.answers
    if _is_typed(when, earlier):
        return read_lines(form.text(f"typed.{when}"), kept)
    given = form.all(f"answers.{when}")
    return list(kept if sorted(kept) == sorted(given) else given)


def _is_typed(field: str, earlier: Sequence[FieldEntry]) -> bool:
    return any(one.id == field and possible_answers(one) is None for one in earlier)
