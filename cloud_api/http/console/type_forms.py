"""The form of a type of visitor: everything but what its fields say, which have pages of their own."""

from typing import Any

from cloud_api.http.console.filled_forms import Filled, read_lines, read_number, write_ticks, write_words
from cloud_api.services.entry_reading import as_json, free_key, read_entry_value
from cloud_api.services.file_visits import VisitorTypeEntry
from cloud_api.services.not_done import Faults
from cloud_api.services.part_edits import in_order
from sync.protocol.feed import Rules

LISTS = ("steps", "documents", "fields")
TICKS = ("photo_required", "host_required", "approval", "escort", "screening", "invited_only")
"""Rules that hold or do not; the others are a list of kinds and a number."""
ICONS = {
    "account-group-outline": "People",
    "account-check-outline": "Person with a tick",
    "account-hard-hat-outline": "Person with a hard hat",
    "human": "Standing figure",
    "message-outline": "Speech bubble",
    "truck-outline": "Lorry",
    "package-variant-closed": "Parcel",
    "phone-outline": "Telephone",
    "bell-outline": "Bell",
    "shield-key-outline": "Shield with a key",
    "sprout-outline": "Sprout",
}
"""Held to the kiosk's icons by a test: the cloud may not import them. A type without one has ``USUAL``."""
USUAL = "account-outline"
LABELS = {
    "id": "Key",
    "words": "Name",
    "hints": "Second line",
    "icon": "Picture",
    "badge": "Badge",
    "template": "Badge template",
    "badge_hours": "Badge hours",
    "steps": "Steps",
    "documents": "Documents",
    "fields": "Fields",
    "rules": "Rules",
}
_NO_NAME = "words: give it a name in one language at least"


def write_type(kind: VisitorTypeEntry) -> Filled:
    """A type as its form says it."""
    rules = kind.rules
    return Filled(
        (
            *write_words("words", kind.words),
            *write_words("hints", kind.hints),
            ("icon", kind.icon),
            ("badge", kind.badge),
            ("template", kind.template or ""),
            ("badge_hours", "" if kind.badge_hours is None else str(kind.badge_hours)),
            *(("steps", step) for step in kind.steps),
            *(("documents", key) for key in kind.documents),
            *(("fields", field.id) for field in kind.fields),
            *write_ticks({f"rules.{name}": getattr(rules, name) for name in TICKS}),
            ("rules.attestations", "\n".join(rules.attestations)),
            ("rules.longest_hours", str(rules.longest_hours or "")),
        )
    )


def read_type(form: Filled, before: VisitorTypeEntry | None, taken: frozenset[str]) -> VisitorTypeEntry | Faults:
    """A type as a form says it: another one, or (``before`` is ``None``) a new one beside those that are ``taken``."""
    words = form.words("words")
    if not words and not (before is not None and not before.words):
        return Faults((_NO_NAME,))
    key = before.id if before is not None else form.text("id").strip() or free_key(words, taken, "type")
    rules = before.rules if before is not None else Rules()
    said: dict[str, Any] = {
        "id": key,
        "words": words,
        "hints": form.words("hints"),
        "icon": form.text("icon"),
        "badge": form.text("badge"),
        "template": form.text("template") or None,
        "badge_hours": read_number(form.text("badge_hours"), None),
        "steps": list(form.all("steps")),
        "documents": list(form.all("documents")),
        "fields": as_json(fields_of(form, before)),
        "rules": {
            **{name: form.on(f"rules.{name}") for name in TICKS},
            "attestations": read_lines(form.text("rules.attestations"), rules.attestations),
            "longest_hours": read_number(form.text("rules.longest_hours")),
        },
    }
    return read_entry_value(said, VisitorTypeEntry)


def fields_of(form: Filled, before: VisitorTypeEntry | None) -> tuple[Any, ...]:
    """The fields of a type in the order of its form."""
    if before is None:
        return ()
    return in_order(form.all("fields"), form.all("gone.fields"), before.fields)
