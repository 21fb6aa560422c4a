"""Documents that visitors agree to: listed, added with a first text, taken away."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud_api.http.console.agreed_forms import (
    DOCUMENT_LABELS,
    KINDS,
    SORTS,
    TEXT_LABELS,
    read_new_document,
)
from cloud_api.http.console.check_in_pages import (
    DOCUMENTS,
    NEW,
    CheckInPorts,
    absent,
    first_words,
    save,
    spoken,
    title_of,
)
from cloud_api.http.console.editing import open_form, take_form
from cloud_api.http.console.filled_forms import Filled
from cloud_api.policy.permissions import Permission
from cloud_api.services.file_whole import OrganisationFile
from cloud_api.services.languages import LANGUAGES, language_name
from cloud_api.services.not_done import Faults, NotDone
from cloud_api.services.settings_edits import Edit, WholeDocument, find_document, put_document, remove_document
from cloud_api.services.sign_in import Staff

_OF_DOCUMENT = re.compile(r"^(document_rules|documents)\[\d+\]\.")
LABELS = {**DOCUMENT_LABELS, **TEXT_LABELS}


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document that is still to be made, with a text in the first language of the kiosks."""

    template: ClassVar = "document_new.html"
    labels: ClassVar = LABELS
    lists: ClassVar = ()
    action: ClassVar = f"{DOCUMENTS}/{NEW}"
    seen: ClassVar = ""
    whole: OrganisationFile

    def written(self) -> Filled:
        """The form as it is opened."""
        language = spoken(self.whole)[0]
        return Filled((("kind", "rules"), ("language", language), ("version", "1")))

    def read(self, form: Filled) -> WholeDocument | Faults:
        """What a form says."""
        language = form.text("language")
        if language not in LANGUAGES:
            return Faults(("language: choose one",))
        return read_new_document(form, language, frozenset(text.id for text in self.whole.documents))

    def edit(self, wanted: WholeDocument, form: Filled) -> Edit:  # noqa: ARG002  what every form is asked
        """The change that saves it."""
        return put_document(wanted, None)

    def inside(self, wanted: WholeDocument, fault: str) -> str:
        """A fault by its place in the form."""
        return inside_document(wanted, fault)

    def facts(self, form: Filled) -> Mapping[str, Any]:  # noqa: ARG002  what every form is asked
        """What else the page shows."""
        return {"kinds": KINDS}

    def after(self, wanted: WholeDocument) -> str:
        """Where one is led when it is saved."""
        return f"{DOCUMENTS}/{wanted.id}?done=made"


def inside_document(wanted: WholeDocument, fault: str) -> str:
    """A fault of the organisation's file by its place in a document; what concerns the text stands at its version."""
    place, _, said = fault.partition(": ")
    if place == "documents" and "without a new version" in said:
        version = wanted.texts[0].version
        return f"version: “{version}” is another text already, and consents name a version: choose a new one"
    if place.startswith("visitor_types["):
        return f"A type of visitor would ask for too much: {said}"
    return _OF_DOCUMENT.sub("", fault, count=1)


def agreed_list_router(ports: CheckInPorts) -> APIRouter:
    """The routes; before those of one document, whose addresses would take ``_new`` for a key."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)

    @router.get(DOCUMENTS)
    async def documents(
        request: Request,
        *,
        done: str = "",
        staff: Annotated[Staff, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)],
    ) -> Response:
        read = await ports.configuring.read(staff.tenant)
        keys = dict.fromkeys(text.id for text in read.documents)
        found = [whole for key in keys if (whole := find_document(read, key)) is not None]
        rows = [
            (whole, title_of(read, whole.id), users_of(read, whole.id), without_text(read, whole)) for whole in found
        ]
        return ports.pages.page(request, "documents.html", {"rows": rows, "sorts": SORTS, "done": done}, staff=staff)

    @router.get(f"{DOCUMENTS}/{NEW}")
    async def ask(
        request: Request, staff: Annotated[Staff, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)]
    ) -> Response:
        return await open_form(ports, request, staff, NewDocument)

    @router.post(f"{DOCUMENTS}/{NEW}")
    async def make(
        request: Request, staff: Annotated[Staff, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)]
    ) -> Response:
        return await take_form(ports, request, staff, NewDocument)

    _add_removal(router, ports)
    return router


def _add_removal(router: APIRouter, ports: CheckInPorts) -> None:
    @router.get(DOCUMENTS + "/{key}/remove")
    async def confirm(
        request: Request, key: str, staff: Annotated[Staff, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)]
    ) -> Response:
        return await _removal(ports, request, staff, key)

    @router.post(DOCUMENTS + "/{key}/remove")
    async def remove(
        request: Request, key: str, staff: Annotated[Staff, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)]
    ) -> Response:
        if isinstance(await save(ports, request, staff, remove_document(key)), NotDone | Faults):
            return await _removal(ports, request, staff, key, status=409)
        return RedirectResponse(f"{DOCUMENTS}?done=removed", status_code=303)


def users_of(read: OrganisationFile, key: str) -> list[tuple[str, str]]:
    """The types whose visitors agree to a document: their keys and names."""
    return [(kind.id, first_words(kind.words) or kind.id) for kind in read.visitor_types if key in kind.documents]


def without_text(read: OrganisationFile, whole: WholeDocument) -> list[str]:
    """The languages of the kiosks in which a document has no text."""
    held = {text.language for text in whole.texts}
    return [language_name(code) for code in spoken(read) if code not in held]


async def _removal(ports: CheckInPorts, request: Request, staff: Staff, key: str, *, status: int = 200) -> Response:
    read = await ports.configuring.read(staff.tenant)
    if find_document(read, key) is None:
        raise absent()
    facts = {"key": key, "name": title_of(read, key), "users": users_of(read, key)}
    return ports.pages.page(request, "document_remove.html", facts, staff=staff, status=status)
