"""Second factors: set up, removed, and the recovery codes, which are shown once."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud_api.clock import Clock
from cloud_api.http.console.forms import read_form
from cloud_api.http.console.gate import ENROL, ConsoleGate, SignInNeededError, actor_of, remember, token_of
from cloud_api.http.console.pages import Pages
from cloud_api.http.console.proofs import Proofs
from cloud_api.http.console.qr_codes import qr_path
from cloud_api.http.problems import ProblemError
from cloud_api.services import totp
from cloud_api.services.own_factors import Enrolled, Fault, OwnFactorsDesk
from cloud_api.services.sign_in import Staff

APP = "/account/app"
PASSKEYS = "/account/passkeys"
CODES = "/account/recovery-codes"
_BYTES = 32 * 1024
_GROUP = 4
_WORDS = {
    Fault.WRONG_CODE: "This code is not right. Look whether the clock of your telephone is, and type the newest code.",
    Fault.NO_OFFER: "This code is no longer asked for. Scan the picture below, and type the code that then shows.",
    Fault.NOT_BELIEVED: "The passkey was not accepted. Try again.",
    Fault.KNOWN: "This passkey is set up already.",
    Fault.TOO_MANY: "You have twenty passkeys already. Remove one that you do not use.",
    Fault.BAD_NAME: "Give the passkey a name of 1 to 60 letters, such as Key on my ring.",
    Fault.LAST: "Your role needs a second factor. Set up another one before you remove this.",
}


class CodeForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the page of the app sends."""

    code: str


class PasskeyForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the page of the passkey sends."""

    name: str
    credential: str


@dataclass(frozen=True, slots=True)
class FactorPorts:
    """What these pages work with."""

    pages: Pages
    gate: ConsoleGate
    proofs: Proofs
    factors: OwnFactorsDesk
    clock: Clock


def factor_router(ports: FactorPorts) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)

    @router.get(ENROL)
    async def choose(request: Request, staff: Annotated[Staff, ports.gate.signed_in(enrolling=True)]) -> Response:
        facts = {"factors": await ports.factors.view(staff), "wrong": ""}
        return ports.pages.page(request, "factor_choice.html", facts, staff=staff)

    @router.post(CODES)
    async def renew_codes(request: Request, staff: Annotated[Staff, ports.gate.signed_in(enrolling=True)]) -> Response:
        await ports.proofs.require(staff, request)
        codes = await ports.factors.renew_codes(staff, token_of(request), actor_of(request, staff))
        if not codes:
            return RedirectResponse(ENROL, status_code=303)
        return _codes(ports, request, staff, codes, first=False)

    _add_app(router, ports)
    _add_passkeys(router, ports)
    return router


def _add_app(router: APIRouter, ports: FactorPorts) -> None:
    @router.get(APP)
    async def ask_code(request: Request, staff: Annotated[Staff, ports.gate.signed_in(enrolling=True)]) -> Response:
        await ports.proofs.require(staff, request)
        return await _app(ports, request, staff)

    @router.post(APP)
    async def confirm(request: Request, staff: Annotated[Staff, ports.gate.signed_in(enrolling=True)]) -> Response:
        await ports.proofs.require(staff, request)
        form, actor = await read_form(request, CodeForm), actor_of(request, staff)
        said = await ports.factors.confirm_app(staff, token_of(request), form.code, actor)
        if said in (Fault.WRONG_CODE, Fault.NO_OFFER):
            return await _app(ports, request, staff, wrong=_WORDS[said])
        if said is Fault.ENDED:
            raise SignInNeededError(ended=True)
        return _enrolled(ports, request, staff, said) if isinstance(said, Enrolled) else _done()

    @router.post(APP + "/remove")
    async def remove(request: Request, staff: Annotated[Staff, ports.gate.signed_in(enrolling=True)]) -> Response:
        await ports.proofs.require(staff, request)
        fault = await ports.factors.remove_app(staff, token_of(request), actor_of(request, staff))
        return await _removed(ports, request, staff, fault)


def _add_passkeys(router: APIRouter, ports: FactorPorts) -> None:
    @router.get(PASSKEYS)
    async def ask_name(request: Request, staff: Annotated[Staff, ports.gate.signed_in(enrolling=True)]) -> Response:
        await ports.proofs.require(staff, request)
        return await _passkey(ports, request, staff)

    @router.post(PASSKEYS + "/options")
    async def options(request: Request, staff: Annotated[Staff, ports.gate.signed_in(enrolling=True)]) -> Response:
        await ports.proofs.require(staff, request)
        asked = await ports.factors.offer_passkey(staff, token_of(request))
        if asked is None:
            raise ProblemError(404, "not-found", "There are no passkeys at this address")
        return Response(asked, media_type="application/json")

    @router.post(PASSKEYS)
    async def add(request: Request, staff: Annotated[Staff, ports.gate.signed_in(enrolling=True)]) -> Response:
        await ports.proofs.require(staff, request)
        form, actor = await read_form(request, PasskeyForm, limit=_BYTES), actor_of(request, staff)
        said = await ports.factors.add_passkey(staff, token_of(request), form.credential, form.name, actor)
        if isinstance(said, Enrolled):
            return _enrolled(ports, request, staff, said)
        if said is Fault.ENDED:
            raise SignInNeededError(ended=True)
        return await _passkey(ports, request, staff, wrong=_WORDS[said], name=form.name)

    @router.post(PASSKEYS + "/{passkey_id}/remove")
    async def remove(
        request: Request, passkey_id: UUID, staff: Annotated[Staff, ports.gate.signed_in(enrolling=True)]
    ) -> Response:
        await ports.proofs.require(staff, request)
        fault = await ports.factors.remove_passkey(staff, token_of(request), passkey_id, actor_of(request, staff))
        return await _removed(ports, request, staff, fault)


async def _app(ports: FactorPorts, request: Request, staff: Staff, *, wrong: str = "") -> Response:
    secret = await ports.factors.offer_app(staff)
    if secret is None:
        return _done()
    text = totp.secret_text(secret)
    side, path = qr_path(totp.provisioning_uri(secret, staff.email))
    facts = {
        "wrong": wrong,
        "secret": " ".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP)),
        "qr_side": side,
        "qr_path": path,
    }
    return ports.pages.page(request, "factor_app.html", facts, staff=staff, status=422 if wrong else 200)


async def _passkey(ports: FactorPorts, request: Request, staff: Staff, *, wrong: str = "", name: str = "") -> Response:
    view = await ports.factors.view(staff)
    facts = {"wrong": wrong, "name": name, "possible": view.possible}
    return ports.pages.page(request, "factor_passkey.html", facts, staff=staff, status=422 if wrong else 200)


def _enrolled(ports: FactorPorts, request: Request, staff: Staff, said: Enrolled) -> Response:
    response = _codes(ports, request, staff, said.codes, first=True) if said.codes else _done("factor")
    if said.signed_in is not None:
        remember(response, said.signed_in, ports.clock.now())
    return response


def _codes(ports: FactorPorts, request: Request, staff: Staff, codes: tuple[str, ...], *, first: bool) -> Response:
    return ports.pages.page(request, "recovery_codes.html", {"codes": codes, "first": first}, staff=staff)


async def _removed(ports: FactorPorts, request: Request, staff: Staff, fault: Fault | None) -> Response:
    if fault is Fault.UNKNOWN:
        raise ProblemError(404, "not-found", "There is no such factor")
    if fault is Fault.ENDED:
        raise SignInNeededError(ended=True)
    if fault is None:
        return _done("removed")
    facts = {"factors": await ports.factors.view(staff), "wrong": _WORDS[fault]}
    return ports.pages.page(request, "factor_choice.html", facts, staff=staff, status=409)


def _done(what: str = "") -> Response:
    return RedirectResponse("/account" + (f"?done={what}" if what else ""), status_code=303)
