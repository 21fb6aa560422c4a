"""The page of an invitation, for somebody who has no account yet."""

from dataclasses import dataclass

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from cloud_api.http.console.attempts import Attempts
from cloud_api.http.console.forms import read_form
from cloud_api.http.console.gate import BOARD, where_of
from cloud_api.http.console.sign_in_pages import SignInPagePorts, let_in
from cloud_api.services.joining import JoinFault, Joining, Offer
from cloud_api.services.passwords import MIN_LENGTH, PasswordsBusyError

_LIMIT = "invitation"
_BUSY = "Very many people sign in at this moment. Try again in a few seconds."


class JoinForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the page sends."""

    name: str
    password: str


@dataclass(frozen=True, slots=True)
class JoinPorts:
    """What this page works with."""

    signing_in: SignInPagePorts
    joining: Joining
    attempts: Attempts


def join_router(ports: JoinPorts) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False, default_response_class=Response, tags=["public"])

    @router.get("/join/{token}")
    async def ask(request: Request, token: str) -> Response:
        await ports.attempts.begin(_LIMIT, request)
        offer = await ports.joining.open(token)
        if offer is None:
            return _gone(ports, request)
        await ports.attempts.give_back(_LIMIT, request)
        return _page(ports, request, offer)

    @router.post("/join/{token}")
    async def accept(request: Request, token: str) -> Response:
        form = await read_form(request, JoinForm)
        await ports.attempts.begin(_LIMIT, request)
        said: object
        try:
            said = await ports.joining.accept(token, form.name, form.password, where_of(request))
        except PasswordsBusyError:
            said = JoinFault(_BUSY)
        if said is None:
            return _gone(ports, request)
        await ports.attempts.give_back(_LIMIT, request)
        if not isinstance(said, JoinFault):
            return await let_in(ports.signing_in, request, said, BOARD)
        offer = await ports.joining.open(token)
        return _gone(ports, request) if offer is None else _page(ports, request, offer, form.name, said.words)

    return router


def _page(ports: JoinPorts, request: Request, offer: Offer, name: str = "", wrong: str = "") -> Response:
    facts = {"offer": offer, "name": name, "wrong": wrong, "shortest": MIN_LENGTH}
    return ports.signing_in.pages.page(request, "join.html", facts, status=422 if wrong else 200)


def _gone(ports: JoinPorts, request: Request) -> Response:
    return ports.signing_in.pages.page(request, "link_gone.html", {"what": "invitation"}, status=404)
