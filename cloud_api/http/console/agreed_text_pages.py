"""A document's text in one language: written, previewed, taken away. Another text is another version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud_api.http.console.agreed_forms import TEXT_LABELS, next_version, paragraphs_of, read_text, write_text
from cloud_api.http.console.agreed_list_pages import inside_document
from cloud_api.http.console.agreed_pages import ONE, require_document
from cloud_api.http.console.check_in_pages import DOCUMENTS, CheckInPorts, absent, save, title_of
from cloud_api.http.console.editing import SEEN, open_form, take_form
from cloud_api.http.console.filled_forms import Filled
from cloud_api.policy.permissions import Permission
from cloud_api.services.entry_reading import version_of
from cloud_api.services.file_whole import OrganisationFile
from cloud_api.services.languages import LANGUAGES, language_name
from cloud_api.services.not_done import Faults, NotDone
from cloud_api.services.part_edits import put_text, remove_text
from cloud_api.services.settings_edits import DocumentTextEntry, Edit, WholeDocument
from cloud_api.services.sign_in import Staff

TEXT = ONE + "/texts/{language}"


@dataclass(frozen=True, slots=True)
class TextEditing:
    """A text, or (``before`` is ``None``) one in a language that the document did not have."""

    template: ClassVar = "document_text.html"
    labels: ClassVar = TEXT_LABELS
    lists: ClassVar = ("preview",)
    whole: OrganisationFile
    document: WholeDocument
    language: str
    before: DocumentTextEntry | None
    today: date

    @classmethod
    def find(cls, whole: OrganisationFile, key: str, language: str, today: date) -> "TextEditing":
        """Find it, or room for it where kiosks speak the language."""
        document = require_document(whole, key)
        before = next((text for text in document.texts if text.language == language), None)
        if before is None and language not in LANGUAGES:
            raise absent()
        return cls(whole, document, language, before, today)

    @property
    def action(self) -> str:
        """Where the form is sent."""
        return f"{DOCUMENTS}/{self.document.id}/texts/{self.language}"

    @property
    def seen(self) -> str:
        """The version of the text as it is saved."""
        return "" if self.before is None else version_of(self.before)

    def written(self) -> Filled:
        """The form as it is opened. A translation takes the version of the texts that there are."""
        if self.before is None:
            return Filled((("version", self.document.texts[0].version),))
        return write_text(self.before, next_version(self.before.version, self.today))

    def read(self, form: Filled) -> DocumentTextEntry | Faults:
        """What a form says."""
        return read_text(form, self.language, self.before)

    def edit(self, wanted: DocumentTextEntry, form: Filled) -> Edit:
        """The change that saves it."""
        return put_text(self.document.id, wanted, form.text(SEEN))

    def inside(self, wanted: DocumentTextEntry, fault: str) -> str:
        """A fault by its place in the form."""
        named = WholeDocument(id=self.document.id, texts=(wanted,))
        return inside_document(named, fault)

    def facts(self, form: Filled) -> Mapping[str, Any]:
        """What else the page shows."""
        return {
            "document": self.document,
            "title": title_of(self.whole, self.document.id),
            "language": self.language,
            "text": self.before,
            "paragraphs": paragraphs_of(form, self.before),
        }

    def after(self, wanted: DocumentTextEntry) -> str:  # noqa: ARG002  what every form is asked
        """Where one is led when it is saved."""
        return f"{DOCUMENTS}/{self.document.id}?done=saved#texts"


def agreed_text_router(ports: CheckInPorts) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)

    @router.get(TEXT)
    async def one(
        request: Request,
        key: str,
        language: str,
        staff: Annotated[Staff, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)],
    ) -> Response:
        return await open_form(ports, request, staff, _finder(ports, key, language))

    @router.post(TEXT)
    async def change(
        request: Request,
        key: str,
        language: str,
        staff: Annotated[Staff, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)],
    ) -> Response:
        return await take_form(ports, request, staff, _finder(ports, key, language))

    _add_removal(router, ports)
    return router


def _finder(ports: CheckInPorts, key: str, language: str) -> Any:  # noqa: ANN401  a function
    today = ports.clock.now().date()
    return lambda read: TextEditing.find(read, key, language, today)


def _add_removal(router: APIRouter, ports: CheckInPorts) -> None:
    @router.get(TEXT + "/remove")
    async def ask(
        request: Request,
        key: str,
        language: str,
        staff: Annotated[Staff, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)],
    ) -> Response:
        return await _removal(ports, request, staff, key, language)

    @router.post(TEXT + "/remove")
    async def remove(
        request: Request,
        key: str,
        language: str,
        staff: Annotated[Staff, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)],
    ) -> Response:
        if isinstance(await save(ports, request, staff, remove_text(key, language)), NotDone | Faults):
            return await _removal(ports, request, staff, key, language, status=409)
        return RedirectResponse(f"{DOCUMENTS}/{key}?done=saved#texts", status_code=303)


async def _removal(
    ports: CheckInPorts, request: Request, staff: Staff, key: str, language: str, *, status: int = 200
) -> Response:
    read = await ports.configuring.read(staff.tenant)
    document = require_document(read, key)
    if all(text.language != language for text in document.texts):
        raise absent()
    facts = {
        "document": document,
        "name": title_of(read, key),
        "language": language,
        "tongue": language_name(language),
        "last": len(document.texts) == 1,
    }
    return ports.pages.page(request, "document_text_remove.html", facts, staff=staff, status=status)
