"""One document: what is asked of whoever reads it, and its texts, as visitors see them; and questions about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from cloud_api.http.console.agreed_forms import (
    DOCUMENT_LABELS,
    DOCUMENT_LISTS,
    KINDS,
    QUESTION_LABELS,
    QUESTION_LISTS,
    read_document,
    read_question,
    write_document,
    write_question,
)
from cloud_api.http.console.agreed_list_pages import inside_document, users_of
from cloud_api.http.console.check_in_pages import (
    DOCUMENTS,
    NEW,
    CheckInPorts,
    absent,
    first_words,
    of,
    spoken,
    title_of,
)
from cloud_api.http.console.editing import SEEN, open_form, take_form
from cloud_api.http.console.filled_forms import Filled
from cloud_api.policy.permissions import Permission
from cloud_api.services.entry_reading import version_of
from cloud_api.services.file_whole import OrganisationFile
from cloud_api.services.languages import LANGUAGES
from cloud_api.services.not_done import Faults
from cloud_api.services.part_edits import change_document, in_order, put_question, sketch_of_document
from cloud_api.services.settings_edits import Edit, WholeDocument, find_document
from cloud_api.services.sign_in import Staff
from sync.protocol.feed import Question

ONE = DOCUMENTS + "/{key}"
QUESTION = ONE + "/questions/{question_id}"


def require_document(whole: OrganisationFile, key: str) -> WholeDocument:
    """A document.

    Raises:
        ProblemError: 404, there is none.
    """
    found = find_document(whole, key)
    if found is None:
        raise absent()
    return found


@dataclass(frozen=True, slots=True)
class DocumentEditing:
    """A document without its texts, which have pages of their own."""

    template: ClassVar = "document.html"
    labels: ClassVar = DOCUMENT_LABELS
    lists: ClassVar = DOCUMENT_LISTS
    whole: OrganisationFile
    before: WholeDocument

    @property
    def action(self) -> str:
        """Where the form is sent."""
        return f"{DOCUMENTS}/{self.before.id}"

    @property
    def seen(self) -> str:
        """The version of everything but texts and what questions say."""
        return version_of(sketch_of_document(self.before))

    def written(self) -> Filled:
        """The form as it is opened."""
        return write_document(self.before)

    def read(self, form: Filled) -> WholeDocument | Faults:
        """What a form says."""
        return read_document(form, self.before)

    def edit(self, wanted: WholeDocument, form: Filled) -> Edit:
        """The change that saves it."""
        return change_document(wanted, form.all("quiz"), form.all("gone.quiz"), form.text(SEEN))

    def inside(self, wanted: WholeDocument, fault: str) -> str:
        """A fault by its place in the form."""
        return inside_document(wanted, fault)

    def facts(self, form: Filled) -> Mapping[str, Any]:
        """What else the page shows."""
        texts = {text.language: text for text in self.before.texts}
        tongues = dict.fromkeys((*spoken(self.whole), *LANGUAGES, *texts))
        quiz = in_order(form.all("quiz"), form.all("gone.quiz"), self.before.quiz)
        return {
            "document": self.before,
            "name": title_of(self.whole, self.before.id),
            "kinds": KINDS,
            "users": users_of(self.whole, self.before.id),
            "quiz": [(question, first_words(question.words) or question.id) for question in quiz],
            "texts": [texts[code] for code in tongues if code in texts],
            "missing": [code for code in tongues if code not in texts],
            "versions": len({text.version for text in self.before.texts}),
        }

    def after(self, wanted: WholeDocument) -> str:
        """Where one is led when it is saved."""
        return f"{DOCUMENTS}/{wanted.id}?done=saved"


@dataclass(frozen=True, slots=True)
class QuestionEditing:
    """A question, or (``before`` is ``None``) a new one."""

    template: ClassVar = "document_question.html"
    labels: ClassVar = QUESTION_LABELS
    lists: ClassVar = QUESTION_LISTS
    whole: OrganisationFile
    document: WholeDocument
    before: Question | None

    @classmethod
    def find(cls, whole: OrganisationFile, key: str, question_id: str) -> "QuestionEditing":
        """Find it."""
        document = require_document(whole, key)
        return cls(whole, document, None if question_id == NEW else of(document.quiz, question_id))

    @property
    def action(self) -> str:
        """Where the form is sent."""
        return f"{DOCUMENTS}/{self.document.id}/questions/{NEW if self.before is None else self.before.id}"

    @property
    def seen(self) -> str:
        """The version of the question."""
        return "" if self.before is None else version_of(self.before)

    def written(self) -> Filled:
        """The form as it is opened; a new one has room for two answers."""
        return Filled((("choices", "0"), ("choices", "1"))) if self.before is None else write_question(self.before)

    def read(self, form: Filled) -> Question | Faults:
        """What a form says."""
        return read_question(form, self.before, frozenset(question.id for question in self.document.quiz))

    def edit(self, wanted: Question, form: Filled) -> Edit:
        """The change that saves it."""
        return put_question(self.document.id, wanted, form.text(SEEN))

    def inside(self, wanted: Question, fault: str) -> str:
        """A fault by its place in the form."""
        place, colon, said = inside_document(self.document, fault).partition(": ")
        keys = [question.id for question in self.document.quiz]
        index = keys.index(wanted.id) if wanted.id in keys else len(keys)
        return f"{place.removeprefix(f'quiz[{index}].')}{colon}{said}"

    def facts(self, form: Filled) -> Mapping[str, Any]:
        """What else the page shows."""
        entries = {entry: form.under(f"choices.{entry}") for entry in form.all("choices")}
        return {
            "document": self.document,
            "title": title_of(self.whole, self.document.id),
            "question": self.before,
            "called": {entry: first_words(told.words("words")) for entry, told in entries.items()},
        }

    def after(self, wanted: Question) -> str:  # noqa: ARG002  what every form is asked
        """Where one is led when it is saved."""
        return f"{DOCUMENTS}/{self.document.id}?done=saved#quiz"


def agreed_router(ports: CheckInPorts) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)
    _add_document(router, ports)
    _add_question(router, ports)
    return router


def _add_document(router: APIRouter, ports: CheckInPorts) -> None:
    @router.get(ONE)
    async def one(
        request: Request,
        key: str,
        *,
        done: str = "",
        staff: Annotated[Staff, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)],
    ) -> Response:
        return await open_form(
            ports, request, staff, lambda read: DocumentEditing(read, require_document(read, key)), done=done
        )

    @router.post(ONE)
    async def change(
        request: Request, key: str, staff: Annotated[Staff, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)]
    ) -> Response:
        return await take_form(ports, request, staff, lambda read: DocumentEditing(read, require_document(read, key)))


def _add_question(router: APIRouter, ports: CheckInPorts) -> None:
    @router.get(QUESTION)
    async def one(
        request: Request,
        key: str,
        question_id: str,
        staff: Annotated[Staff, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)],
    ) -> Response:
        return await open_form(ports, request, staff, lambda read: QuestionEditing.find(read, key, question_id))

    @router.post(QUESTION)
    async def change(
        request: Request,
        key: str,
        question_id: str,
        staff: Annotated[Staff, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)],
    ) -> Response:
        return await take_form(ports, request, staff, lambda read: QuestionEditing.find(read, key, question_id))
