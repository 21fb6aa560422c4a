"""The second step of signing in: a code of the app, a passkey, or a recovery code."""

from dataclasses import dataclass
from typing import Literal

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud_api.http.console.cookies import known_of, owe_no_more, step_of
from cloud_api.http.console.forms import read_form
from cloud_api.http.console.gate import BOARD, SIGN_IN, safe_next, where_of
from cloud_api.http.console.sign_in_pages import SECOND, SignInPagePorts, let_in
from cloud_api.http.limits import client_address
from cloud_api.http.problems import ProblemError
from cloud_api.services.factor_checks import Answer
from cloud_api.services.second_step import HalfSignedIn, Refused
from cloud_api.services.session_start import SignedIn
from cloud_api.services.sign_in_guard import Admission

_WRONG = {
    "app": "This code is not right, or was used already. Wait for the app to show the next one.",
    "passkey": "The passkey was not accepted. Try again, or use another way.",
    "recovery": "There is no such recovery code, or it was used already: each works once.",
}
_TOO_MANY = "There were five wrong tries from your address within five minutes. Try again in a few minutes."
_NO_MORE_CODES = "There were too many wrong codes. Use a passkey or a recovery code, or try again tomorrow."
_BYTES = 32 * 1024


class SecondForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the page sends: one of the three."""

    code: str = ""
    recovery: str = ""
    credential: str = ""
    next: str = BOARD

    def answer(self) -> Answer:
        """What was answered with."""
        if self.credential:
            return Answer("passkey", self.credential)
        return Answer("recovery", self.recovery) if self.recovery else Answer("app", self.code)


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Why the page is shown again; nothing where it is shown for the first time."""

    status: int = 200
    words: str = ""
    wait: int = 0


def second_step_router(ports: SignInPagePorts) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)

    @router.get(SECOND, tags=["public"])
    async def ask(request: Request, *, next: str = BOARD, by: Literal["recovery", ""] = "") -> Response:  # noqa: A002  the name in the address
        half = await ports.steps.find(step_of(request))
        if half is None:
            return _again()
        return _page(ports, request, half, SecondForm(recovery=by, next=next), _Refusal())

    @router.post(SECOND, tags=["public"])
    async def answer(request: Request) -> Response:
        form = await read_form(request, SecondForm, limit=_BYTES)
        half = await ports.steps.find(step_of(request))
        return _again() if half is None else await _finish(ports, request, form, half)

    @router.post(f"{SECOND}/passkey", tags=["public"])
    async def ask_passkey(request: Request) -> Response:
        asked = await ports.steps.ask_passkey(step_of(request))
        if asked is None:
            raise ProblemError(404, "not-found", "There is no passkey to ask")
        return Response(asked, media_type="application/json")

    return router


async def _finish(ports: SignInPagePorts, request: Request, form: SecondForm, half: HalfSignedIn) -> Response:
    said, user = form.answer(), half.user
    tried = await ports.guard.admit(user.email, known_of(request), client_address(request))
    if tried.wait is not None:
        return _page(ports, request, half, form, _Refusal(429, _TOO_MANY, tried.wait))
    coded = Admission(None)
    if said.kind == "app":
        coded = await ports.guard.admit_code(user.id, user.email, known_of(request))
        if coded.wait is not None:
            await ports.guard.give_back(tried)
            return _page(ports, request, half, form, _Refusal(429, _NO_MORE_CODES, coded.wait))
    outcome = await ports.steps.finish(step_of(request), said, where_of(request))
    if isinstance(outcome, SignedIn):
        await ports.guard.give_back(tried, coded)
        return await let_in(ports, request, outcome, form.next)
    if outcome is Refused.OVER:
        return _again()
    return _page(ports, request, half, form, _Refusal(401, _WRONG[said.kind]))


def _again() -> Response:
    response = RedirectResponse(f"{SIGN_IN}?again=yes", status_code=303)
    owe_no_more(response)
    return response


def _page(
    ports: SignInPagePorts, request: Request, half: HalfSignedIn, form: SecondForm, refusal: _Refusal
) -> Response:
    facts = {
        "held": half.held,
        "email": half.user.email,
        "next_page": safe_next(form.next),
        "recovery": bool(form.recovery),
        "wrong": refusal.words,
        "by_passkey": bool(form.credential),
    }
    headers = {"Retry-After": str(refusal.wait)} if refusal.wait else {}
    return ports.pages.page(request, "second_step.html", facts, status=refusal.status, headers=headers)
