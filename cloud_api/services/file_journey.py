"""What must hold of the way that a type of visitor takes through a check-in, beyond the shape of its parts."""

from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from cloud_api.services.file_shape import quoted
from cloud_api.services.file_visits import DocumentRuleEntry, FieldEntry, VisitorTypeEntry

MOST_SIGNED = 7
"""Beside a photo: an arrival names eight objects at most."""


def condition_faults(where: str, field: FieldEntry, earlier: Sequence[FieldEntry]) -> Iterator[str]:
    """A condition names an earlier field, so that none can wait for itself, and answers that can be given to it."""
    when = field.when
    if isinstance(when, msgspec.UnsetType):
        return
    named = next((other for other in earlier if other.id == when.field), None)
    if named is None:
        there = f"there is {', '.join(other.id for other in earlier)}" if earlier else "there is none"
        yield f"{where}.field: there is no earlier field {quoted(when.field)}; {there}"
        return
    if not when.answers:
        yield f"{where}.answers: needs at least one"
    possible = {"yes_no": ("yes", "no"), "choice": tuple(choice.id for choice in named.choices)}.get(named.kind)
    for place, answer in enumerate(when.answers):
        if possible is not None and answer not in possible:
            shown = ", ".join(quoted(one) for one in possible)
            yield f"{where}.answers[{place}]: {quoted(answer)} is no answer to {quoted(named.id)}; there is {shown}"


def day_faults(where: str, day: str | msgspec.UnsetType) -> Iterator[str]:
    """A day that is written as one may still be none."""
    try:
        if not isinstance(day, msgspec.UnsetType):
            date.fromisoformat(day)
    except ValueError:
        yield f"{where}: there is no such day"


def signature_faults(where: str, kind: VisitorTypeEntry, rules: Sequence[DocumentRuleEntry]) -> Iterator[str]:
    """Only so many documents can be signed in one visit."""
    signed = {rule.document for rule in rules if rule.signature}
    count = sum(document in signed for document in kind.documents)
    if count > MOST_SIGNED:
        yield f"{where}: {count} are to be signed; {MOST_SIGNED} is the most"
