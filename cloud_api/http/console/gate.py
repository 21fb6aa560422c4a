"""Who is behind a request of the console: the session's cookie, and what happens without one."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud_api.http.access import Asked
from cloud_api.http.limits import client_address
from cloud_api.http.live_sessions import LiveSessions
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.services.audit_trail import Actor
from cloud_api.services.browser_words import browser_words
from cloud_api.services.log_contests import LogContests
from cloud_api.services.logos import Logos
from cloud_api.services.security_log import SecurityLog
from cloud_api.services.session_start import SignedIn, Where
from cloud_api.services.sign_in import SignIn, Staff

COOKIE = "__Host-lodge"
SIGN_IN = "/sign-in"
BOARD = "/board"
ENROL = "/account/second-factor"
"""Where somebody is led whose role asks for a second factor that is still to be set up."""
FORBIDDEN = "forbidden"
"""The name of the problem when a role does not suffice."""


class SignInNeededError(Exception):
    """Nobody is signed in; ``ended`` when somebody was."""

    def __init__(self, *, ended: bool) -> None:
        super().__init__("sign in first")
        self.ended = ended


class EnrolmentNeededError(Exception):
    """A second factor comes first; nothing else is open until then (R07)."""


class ConsoleGate:
    """Lets staff in. Every page learns from it who asks, and reads with the tenant and within the reach of whoever
    that is.
    """

    def __init__(
        self,
        sign_in: SignIn,
        security: SecurityLog,
        contests: LogContests,
        live: LiveSessions | None = None,
        logos: Logos | None = None,
    ) -> None:
        self._sign_in = sign_in
        self._live = live
        self._security = security
        self._contests = contests
        self._logos = logos

    def needs(self, permission: Permission, *, by_itself: bool = False) -> Any:  # noqa: ANN401  FastAPI's own type
        """The declaration of a route for whoever has this permission. ``by_itself``: the page asks, and no person."""
        return Depends(_Entrance(self, permission, by_itself=by_itself))

    def signed_in(self, *, enrolling: bool = False) -> Any:  # noqa: ANN401  FastAPI's own type
        """The declaration of a route for everybody who is signed in. ``enrolling``: it is one of those by which a
        second factor is set up, and open to who must do that first.
        """
        return Depends(_Entrance(self, None, enrolling=enrolling))

    async def admit(
        self, request: Request, permission: Permission | None, *, by_itself: bool = False, enrolling: bool = False
    ) -> Staff:
        """Who asks, where they may.

        Raises:
            SignInNeededError: nobody is signed in.
            EnrolmentNeededError: a second factor comes first.
            ProblemError: 403, they may not; the operator's security log says so (R27).
        """
        found = await self.find(request, by_itself=by_itself)
        if found is None:
            raise SignInNeededError(ended=bool(token_of(request)))
        if found.must_enrol and not enrolling:
            raise EnrolmentNeededError
        if permission is not None and not found.may(permission):
            await self.note_refusal(request, found, permission)
            raise forbidden()
        if is_page(request) and found.may(Permission.AUDIT_VIEW):
            # A contested log is told on every page of those who may read it (C40).
            request.state.contests = await self._contests.read(found.tenant)
        if is_page(request) and self._logos is not None:
            request.state.logo = await self._logos.address(found.tenant)
        return found

    async def note_refusal(self, request: Request, staff: Staff, permission: Permission) -> None:
        """Write down who was refused what: in the organisation's log by name, in the operator's by ids, for names of
        staff are not the operator's to read.
        """
        await self._sign_in.note_refusal(staff, permission, client_address(request))
        who = f"{permission.value} user:{staff.user_id} organisation:{staff.tenant}"
        await self._security.note("access.refused", address=client_address(request), name=who)

    async def find(self, request: Request, *, by_itself: bool = False) -> Staff | None:
        """Who asks, or ``None``. A page that refreshes by itself says so, and keeps no session alive."""
        token = token_of(request)
        in_use = not by_itself and request.headers.get("lodge-refresh") != "by-itself"
        found = await self._sign_in.find(token, in_use=in_use) if token else None
        if found is not None and self._live is not None:
            self._live.note(token, found.user_id)
        return found


class _Entrance(Asked):
    """The way into one route."""

    def __init__(
        self, gate: ConsoleGate, permission: Permission | None, *, by_itself: bool = False, enrolling: bool = False
    ) -> None:
        super().__init__(permission)
        self._gate = gate
        self._by_itself = by_itself
        self._enrolling = enrolling

    async def __call__(self, request: Request) -> Staff:
        return await self._gate.admit(request, self.permission, by_itself=self._by_itself, enrolling=self._enrolling)


def is_page(request: Request) -> bool:
    """Whether a browser asks for a whole page."""
    whole = request.method in ("GET", "POST") and request.headers.get("hx-request") != "true"
    return whole and "text/html" in request.headers.get("accept", "")


def forbidden(detail: str = "Ask an administrator of your organisation if you need it.") -> ProblemError:
    """The refusal of somebody whose role does not allow what they ask for."""
    return ProblemError(403, FORBIDDEN, "Your role does not allow this", detail=detail)


def token_of(request: Request) -> str:
    """The session's token, or nothing."""
    return request.cookies.get(COOKIE, "")


def actor_of(request: Request, staff: Staff, reason: str = "") -> Actor:
    """Who asks and why, as the audit log names them."""
    return staff.actor(client_address(request), reason)


def where_of(request: Request) -> Where:
    """Where a request comes from, as the list of sessions names it."""
    return Where(client_address(request), browser_words(request.headers.get("user-agent", "")))


def remember(response: Response, signed_in: SignedIn, now: datetime) -> None:
    """Give the browser the session. ``__Host-``: this host alone, over TLS alone, for all paths."""
    seconds = max(0, int((signed_in.ends_at - now).total_seconds()))
    response.set_cookie(COOKIE, signed_in.token, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")


def forget(response: Response) -> None:
    """Take the session from the browser."""
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")


def to_sign_in(request: Request, error: SignInNeededError) -> Response:
    """Where somebody without a session goes: a page to the sign-in page, a part of a page takes its page along."""
    wanted = request.url.path if request.method == "GET" else BOARD
    target = f"{SIGN_IN}?next={quote(wanted, safe='/')}" + ("&ended=yes" if error.ended else "")
    if request.headers.get("hx-request") == "true":
        current = request.headers.get("lodge-page", BOARD)
        again = f"{SIGN_IN}?next={quote(safe_next(current), safe='/')}" + ("&ended=yes" if error.ended else "")
        return Response(status_code=401, headers={"HX-Redirect": again})
    if "text/event-stream" in request.headers.get("accept", ""):
        return Response(status_code=401)
    response = RedirectResponse(target, status_code=303)
    if error.ended:
        forget(response)
    return response


def to_enrolment(request: Request) -> Response:
    """Where somebody goes who must set up a second factor: pages are led there, all else is refused."""
    if request.headers.get("hx-request") == "true":
        return Response(status_code=403, headers={"HX-Redirect": ENROL})
    if request.method != "GET" or "text/html" not in request.headers.get("accept", ""):
        return ProblemError(403, "second-factor-needed", "Set up a second factor first").response()
    return RedirectResponse(ENROL, status_code=303)


def safe_next(wanted: str) -> str:
    """A path of this server to go on to, never another server's."""
    plain = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if plain and all(sign.isalnum() or sign in "/-_" for sign in wanted) else BOARD
