"""Dangerous acts ask who is there: the page for it, and the way back to the act with what was entered intact.

Usage::

    await ports.proofs.require(staff, request)      # raises where the last proof is too old

The act's own form travels along in hidden fields and is sent again once the proof is given: nothing of it is kept here.
"""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

import msgspec
from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud_api.clock import Clock
from cloud_api.http.console.cookies import known_of
from cloud_api.http.console.forms import read_form, read_raw
from cloud_api.http.console.gate import BOARD, ConsoleGate, SignInNeededError, remember, safe_next, token_of, where_of
from cloud_api.http.console.pages import Pages
from cloud_api.http.problems import ProblemError
from cloud_api.services.factor_checks import Answer
from cloud_api.services.passwords import PasswordsBusyError
from cloud_api.services.second_step import Refused
from cloud_api.services.session_start import SignedIn
from cloud_api.services.sign_in import Staff
from cloud_api.services.sign_in_guard import Admission, SignInGuard
from cloud_api.services.step_up import Proof, StepUp

_BYTES = 64 * 1024
_MOST_FIELDS = 600
Pairs = list[tuple[str, str]]
_WRONG = "This did not fit. Try again; after five wrong tries you are signed out."
_WRONG_PASSKEY = "The passkey was not accepted. It must ask for a PIN, a finger or your face; else use the password."
_BUSY = "Very many people sign in at this moment. Try again in a few seconds."
_WAIT = "There were too many wrong tries. Wait a while, or use a passkey or a recovery code."


class ProofForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the page sends: the proof, and the act's path, method, fields
    (of its form or its address, as they are encoded) and the page before it.
    """

    act: str
    method: str
    fields: str = ""
    back: str = BOARD
    password: str = ""
    code: str = ""
    recovery: str = ""
    credential: str = ""

    def answer(self) -> Answer | None:
        """The second factor's answer, if one was given."""
        if self.credential:
            return Answer("passkey", self.credential)
        if self.recovery:
            return Answer("recovery", self.recovery)
        return Answer("app", self.code) if self.code else None


class ProofNeededError(Exception):
    """A dangerous act wants a proof first. ``form`` is the act as it comes back."""

    def __init__(self, staff: Staff, form: ProofForm) -> None:
        super().__init__("prove who you are first")
        self.staff = staff
        self.form = form


@dataclass(frozen=True, slots=True)
class ProofPorts:
    """What this page works with."""

    pages: Pages
    gate: ConsoleGate
    step_up: StepUp
    guard: SignInGuard
    clock: Clock


class Proofs:
    """What dangerous acts ask."""

    def __init__(self, ports: ProofPorts) -> None:
        self._ports = ports

    async def require(self, staff: Staff, request: Request) -> None:
        """Let a dangerous act pass; the form of one that does not is read here, and comes again.

        Raises:
            ProofNeededError: the last proof is older than ten minutes.
        """
        if self._ports.step_up.is_fresh(staff):
            return
        fields = await _form_of(request) if request.method == "POST" else request.url.query
        back = safe_next(urlsplit(request.headers.get("referer", "")).path or BOARD)
        raise ProofNeededError(staff, ProofForm(request.url.path, request.method, fields, back))

    def install(self, app: FastAPI) -> None:
        """Answer acts that want a proof."""
        ports = self._ports

        @app.exception_handler(ProofNeededError)
        async def on_proof_needed(request: Request, error: ProofNeededError) -> Response:
            if "text/html" not in request.headers.get("accept", ""):
                return ProblemError(403, "proof-needed", "This act wants a proof of who you are first").response()
            return await _ask(ports, request, error.staff, error.form, status=403)

    def router(self) -> APIRouter:
        """The routes."""
        ports = self._ports
        router = APIRouter(include_in_schema=False, default_response_class=Response)

        @router.post("/prove")
        async def prove(request: Request, staff: Annotated[Staff, ports.gate.signed_in(enrolling=True)]) -> Response:
            return await _prove(ports, request, staff, await read_form(request, ProofForm, limit=_BYTES))

        @router.post("/prove/passkey")
        async def ask_passkey(
            request: Request, staff: Annotated[Staff, ports.gate.signed_in(enrolling=True)]
        ) -> Response:
            asked = await ports.step_up.ask_passkey(staff, token_of(request))
            if asked is None:
                raise ProblemError(404, "not-found", "There is no passkey to ask")
            return Response(asked, media_type="application/json")

        return router


async def _prove(ports: ProofPorts, request: Request, staff: Staff, form: ProofForm) -> Response:
    if safe_next(form.act) != form.act or form.method not in ("GET", "POST"):
        raise ProblemError(422, "invalid", "The form is not filled in as it must be")
    pairs = _pairs_of(form)
    answer = form.answer()
    counted = Admission(None)
    if answer is not None and answer.kind == "app":
        counted = await ports.guard.admit_code(staff.user_id, staff.email, known_of(request))
        if counted.wait is not None:
            return await _ask(ports, request, staff, form, wrong=_WAIT, status=429)
    try:
        said = await ports.step_up.prove(staff, token_of(request), Proof(form.password, answer), where_of(request))
    except PasswordsBusyError:
        await ports.guard.give_back(counted)
        return await _ask(ports, request, staff, form, wrong=_BUSY, status=503)
    if isinstance(said, SignedIn):
        await ports.guard.give_back(counted)
        return _go_on(ports, request, staff, form, pairs, said)
    if said is Refused.OVER:
        raise SignInNeededError(ended=True)
    wrong = _WRONG_PASSKEY if form.credential else _WRONG
    return await _ask(ports, request, staff, form, wrong=wrong, status=401)


def _pairs_of(form: ProofForm) -> Pairs:
    """What the act was sent with; read before anything changes, for after a proof the session has another token.

    Raises:
        ProblemError: 422, it is no form, or too long a one.
    """
    try:
        return parse_qsl(form.fields, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise ProblemError(422, "invalid", "The form is not filled in as it must be") from error


def _go_on(
    ports: ProofPorts, request: Request, staff: Staff, form: ProofForm, pairs: Pairs, renewed: SignedIn
) -> Response:
    response: Response
    if form.method == "GET":
        response = RedirectResponse(f"{form.act}?{form.fields}" if form.fields else form.act, status_code=303)
    else:
        facts = {"act": form.act, "pairs": pairs, "back": safe_next(form.back)}
        response = ports.pages.page(request, "go_on.html", facts, staff=staff)
    remember(response, renewed, ports.clock.now())
    return response


async def _ask(
    ports: ProofPorts, request: Request, staff: Staff, form: ProofForm, *, wrong: str = "", status: int = 200
) -> Response:
    held = await ports.step_up.held(staff)
    facts = {"form": form, "back": safe_next(form.back), "wrong": wrong, "held": held}
    return ports.pages.page(request, "prove.html", facts, staff=staff, status=status)


async def _form_of(request: Request) -> str:
    empty = request.headers.get("content-length", "0") == "0"
    return "" if empty else (await read_raw(request)).decode("ascii", "replace")
