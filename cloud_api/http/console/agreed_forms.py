"""Forms of what visitors agree to: a document's rules, its text in one language, a question about it."""

import re
from datetime import date
from typing import Any

import msgspec

from cloud_api.http.console.filled_forms import Filled, read_number, write_ticks, write_words
from cloud_api.services.entry_reading import as_json, free_key, read_entry_value
from cloud_api.services.not_done import Faults
from cloud_api.services.part_edits import in_order
from cloud_api.services.settings_edits import DocumentTextEntry, WholeDocument
from sync.protocol.feed import Question

DOCUMENT_LISTS = ("quiz",)
QUESTION_LISTS = ("choices",)
KINDS = {
    "rules": "Rules, which visitors confirm",
    "agreement": "An agreement, such as one of confidentiality",
    "induction": "An induction, which may end with questions",
}
SORTS = {"rules": "Rules", "agreement": "Agreement", "induction": "Induction"}
DOCUMENT_LABELS = {
    "id": "Key",
    "kind": "Kind",
    "again_after_days": "Days until it is asked again",
    "since": "Holds since",
    "pass_right": "Right answers needed",
    "quiz": "Questions",
    "signature": "Signature",
    "copy": "Copy",
}
TEXT_LABELS = {"version": "Version", "title": "Title", "paragraphs": "Text", "language": "Language"}
QUESTION_LABELS = {"id": "Key", "words": "Question", "choices": "Answers"}
_LONGEST_NUMBER = 9
_NO_QUESTION = "words: write the question in one language at least"


def write_document(whole: WholeDocument) -> Filled:
    """What is asked of whoever reads a document, as its form says it."""
    return Filled(
        (
            ("kind", whole.kind),
            *write_ticks({"signature": whole.signature, "copy": whole.copy}),
            ("again_after_days", str(whole.again_after_days or "")),
            ("since", "" if whole.since is msgspec.UNSET else whole.since),
            ("pass_right", str(whole.pass_right or "")),
            *(("quiz", question.id) for question in whole.quiz),
        )
    )


def read_document(form: Filled, before: WholeDocument) -> WholeDocument | Faults:
    """A document as its form says it, with the texts and questions that it has."""
    return read_entry_value({**_asked(form, before), "texts": as_json(before.texts)}, WholeDocument)


def read_new_document(form: Filled, language: str, taken: frozenset[str]) -> WholeDocument | Faults:
    """A document with a first text."""
    title = {language: form.text("title")}
    said = {
        **_asked(form, None),
        "id": form.text("id").strip() or free_key(title, taken, "document"),
        "texts": [_text(form, language, None, form.text("version"))],
    }
    made = read_entry_value(said, WholeDocument)
    return Faults(tuple(fault.removeprefix("texts[0].") for fault in made.said)) if isinstance(made, Faults) else made


def write_text(text: DocumentTextEntry, proposed: str) -> Filled:
    """A text as its form says it. ``proposed``: the version of one that is changed."""
    return Filled((("version", proposed), ("title", text.title), ("paragraphs", body_of(text))))


def read_text(form: Filled, language: str, before: DocumentTextEntry | None) -> DocumentTextEntry | Faults:
    """A text as its form says it; one that is what it was keeps its version."""
    version = form.text("version").strip()
    said = _text(form, language, before, version)
    if before is not None and (said["title"], said["paragraphs"]) == (before.title, list(before.paragraphs)):
        said["version"] = before.version
    return read_entry_value(said, DocumentTextEntry)


def body_of(text: DocumentTextEntry) -> str:
    """Paragraphs with an empty line between them."""
    return "\n\n".join(text.paragraphs)


def next_version(version: str, today: date) -> str:
    """What the version after this one may be called: the next number, or the day."""
    if version.isascii() and version.isdigit() and len(version) < _LONGEST_NUMBER:
        return str(int(version) + 1)
    day = today.isoformat()
    return day if day != version else f"{day}.2"


def write_question(question: Question) -> Filled:
    """A question as its form says it."""
    pairs = [*write_words("words", question.words)]
    for place, choice in enumerate(question.choices):
        pairs += [("choices", str(place)), *write_words(f"choices.{place}.words", choice.words)]
        pairs += write_ticks({f"choices.{place}.right": choice.right})
    return Filled(tuple(pairs))


def read_question(form: Filled, before: Question | None, taken: frozenset[str]) -> Question | Faults:
    """A question as its form says it."""
    words = form.words("words")
    if not words and not (before is not None and not before.words):
        return Faults((_NO_QUESTION,))
    entries = [form.under(f"choices.{entry}") for entry in form.all("choices")]
    said: dict[str, Any] = {
        "id": before.id if before is not None else free_key(words, taken, "question"),
        "words": words,
        "choices": [{"words": entry.words("words"), "right": entry.on("right")} for entry in entries],
    }
    return read_entry_value(said, Question)


def _asked(form: Filled, before: WholeDocument | None) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": "" if before is None else before.id,
        "kind": form.text("kind"),
        "signature": form.on("signature"),
        "again_after_days": read_number(form.text("again_after_days")),
        "copy": form.on("copy"),
        "pass_right": read_number(form.text("pass_right")),
    }
    if before is not None:
        said["quiz"] = as_json(in_order(form.all("quiz"), form.all("gone.quiz"), before.quiz))
    if form.text("since").strip():
        said["since"] = form.text("since").strip()
    return said


def paragraphs_of(form: Filled, before: DocumentTextEntry | None) -> list[str]:
    """The paragraphs that a form says; those that were not touched are as they were."""
    body = form.text("paragraphs")
    if before is not None and body == body_of(before):
        return list(before.paragraphs)
    return [part.strip("\n") for part in re.split(r"\n(?:[ \t]*\n)+", body) if part.strip()]


def _text(form: Filled, language: str, before: DocumentTextEntry | None, version: str) -> dict[str, Any]:
    said = {"language": language, "version": version, "title": form.text("title")}
    return {**said, "paragraphs": paragraphs_of(form, before)}
