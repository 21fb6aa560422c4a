"""A host's own page, by the link at the foot of their mails: no account, no cookie (R10)."""

from dataclasses import dataclass
from typing import Annotated

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud_api.http.console.attempts import Attempts
from cloud_api.http.console.forms import read_form
from cloud_api.http.console.pages import Pages
from cloud_api.http.limits import client_address
from cloud_api.services.host_mail import MOST_DAYS, ONE_CLICK_DAYS, HostMail, HostMailView

_LIMIT = "signed-link"
_DAYS = {
    0: "Send them again",
    1: "None until tomorrow",
    7: "None for a week",
    30: "None for 30 days",
    90: "None for 90 days",
}


class HostMailForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the page sends: for how many days no mails are wanted."""

    days: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,2}\Z")]


@dataclass(frozen=True, slots=True)
class HostMailPorts:
    """What this page works with."""

    pages: Pages
    mail: HostMail
    attempts: Attempts


def host_mail_router(ports: HostMailPorts) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False, default_response_class=Response, tags=["public"])

    @router.get("/mail/{token}")
    async def ask(request: Request, token: str, *, done: str = "") -> Response:
        await ports.attempts.begin(_LIMIT, request)
        return await _answer(ports, request, await ports.mail.view(token), done=bool(done))

    @router.post("/mail/{token}")
    async def choose(request: Request, token: str) -> Response:
        form = await read_form(request, HostMailForm)
        await ports.attempts.begin(_LIMIT, request)
        days = min(int(form.days), MOST_DAYS)
        view = await ports.mail.mute(token, days, client_address(request))
        if view is None:
            return await _answer(ports, request, None)
        if not view.changed:
            await ports.attempts.give_back(_LIMIT, request)
        return RedirectResponse(f"/mail/{token}?done=yes", status_code=303)

    @router.post("/mail/{token}/unsubscribe")
    async def unsubscribe(request: Request, token: str) -> Response:
        """The button of a mail program (RFC 8058): whatever it sends is not read, and it takes no redirect."""
        await ports.attempts.begin(_LIMIT, request)
        return await _answer(
            ports, request, await ports.mail.mute(token, ONE_CLICK_DAYS, client_address(request)), done=True
        )

    return router


async def _answer(ports: HostMailPorts, request: Request, view: HostMailView | None, *, done: bool = False) -> Response:
    if view is None:
        return ports.pages.page(request, "link_gone.html", {"what": "mail"}, status=404)
    if not view.changed:
        await ports.attempts.give_back(_LIMIT, request)
    facts = {"view": view, "done": done, "days": _DAYS, "act": request.url.path.removesuffix("/unsubscribe")}
    return ports.pages.page(request, "host_mail.html", facts)
