"""One's own e-mail address: confirmed, or changed to another (which is confirmed before it counts)."""

from dataclasses import dataclass
from typing import Annotated

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud_api.http.console.forms import read_form
from cloud_api.http.console.gate import ConsoleGate, actor_of
from cloud_api.http.console.invitation_pages import LANGUAGE_NAMES
from cloud_api.http.console.pages import Pages
from cloud_api.http.console.step_up import StepUp
from cloud_api.http.problems import ProblemError
from cloud_api.services.languages import LETTER_LANGUAGES
from cloud_api.services.own_address import OwnAddress
from cloud_api.services.sign_in import Staff

ADDRESS = "/account/email"


class AddressForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the page sends."""

    email: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class AddressPorts:
    """What this page works with."""

    pages: Pages
    gate: ConsoleGate
    address: OwnAddress
    step_up: StepUp


def address_router(ports: AddressPorts) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)

    @router.get(ADDRESS)
    async def ask(request: Request, staff: Annotated[Staff, ports.gate.signed_in()]) -> Response:
        await ports.step_up.require(staff, request)
        language = (await ports.address.view(staff)).language or "en"
        return await _form(ports, request, staff, AddressForm(staff.email, language))

    @router.post(ADDRESS)
    async def send(request: Request, staff: Annotated[Staff, ports.gate.signed_in()]) -> Response:
        form = await read_form(request, AddressForm)
        if form.language not in LETTER_LANGUAGES:
            raise ProblemError(422, "invalid", "The form is not filled in as it must be")
        await ports.step_up.require(staff, request)
        fault = await ports.address.ask(staff, form.email, form.language, actor_of(request, staff))
        if fault is not None:
            return await _form(ports, request, staff, form, fault.words)
        return RedirectResponse("/account?done=address", status_code=303)

    return router


async def _form(ports: AddressPorts, request: Request, staff: Staff, form: AddressForm, wrong: str = "") -> Response:
    facts = {
        "view": await ports.address.view(staff),
        "form": form,
        "languages": {code: LANGUAGE_NAMES[code] for code in LETTER_LANGUAGES},
        "wrong": wrong,
    }
    return ports.pages.page(request, "address.html", facts, staff=staff, status=422 if wrong else 200)
