"""Who is behind a request of the API: the token of its Authorization header, and nothing else."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from cloud_api.clock import Clock
from cloud_api.http.access import Asked
from cloud_api.http.console.gate import FORBIDDEN
from cloud_api.http.limits import client_address
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.services.api_callers import ApiCallers, Caller
from cloud_api.services.api_tokens import TokenKind, read_token
from cloud_api.services.audit_trail import Actor
from cloud_api.services.refusal_notes import ProgramRefusals, RefusalNotes
from cloud_api.services.security_log import SecurityLog

PREFIX = "/api/v1"
_scheme = HTTPBearer(
    scheme_name="token",
    bearerFormat="lodge_key_… or lodge_access_…",
    description="An API key, or the access token of a program that somebody connected.",
    auto_error=False,
)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(_scheme)]


class ApiGate:
    """Lets programs in."""

    def __init__(self, callers: ApiCallers, programs: ProgramRefusals, security: SecurityLog, clock: Clock) -> None:
        self._callers = callers
        self._programs = programs
        self._refusals = RefusalNotes(security, clock)
        self._clock = clock

    def needs(self, permission: Permission, *, dangerous: bool = False) -> Any:  # noqa: ANN401  FastAPI's own type
        """The declaration of a route for whoever has this permission. ``dangerous``: the console asks for a proof."""
        return Depends(Entrance(self, permission, dangerous=dangerous))

    def signed_in(self) -> Any:  # noqa: ANN401  FastAPI's own type
        """The declaration of a route for whoever has a token."""
        return Depends(Entrance(self, None))

    async def admit(
        self, request: Request, token: str | None, permission: Permission | None, *, dangerous: bool
    ) -> Caller:
        """Who asks, where they may.

        Raises:
            ProblemError: 401 without a token that opens something; 403 where it does not open this.
        """
        caller = await self._callers.find(token) if token else None
        if caller is None:
            await self._note_token(request, token)
            raise refused()
        if caller.must_enrol:
            raise ProblemError(403, "second-factor-needed", "This account must set up a second factor in the console")
        if permission is not None and not caller.may(permission):
            await self.note_refusal(request, caller, permission)
            raise forbidden()
        if dangerous and not caller.may_danger(self._clock.now()):
            raise ProblemError(
                403,
                "proof-needed",
                "This act wants a proof of who you are",
                detail="Do it in the console, or by an API key that has the permission for it.",
            )
        return caller

    async def _note_token(self, request: Request, token: str | None) -> None:
        """Write down a key, or what is no token at all; an access token's time is over four times an hour."""
        said = read_token(token) if token else None
        if token and (said is None or said[0] is TokenKind.KEY):
            what = "an API key" if said else "no token of this server"
            await self._refusals.note("token.refused", client_address(request), what)

    async def note_refusal(self, request: Request, caller: Caller, permission: Permission) -> None:
        """Write down who was refused what, once in a while (R27)."""
        who = f"user:{caller.user_id} organisation:{caller.tenant} {caller.kind}:{caller.session_id}"
        await self._programs.note(caller.tenant, who, permission, actor_of(request, caller))


class Entrance(Asked):
    """The way into one route. ``dangerous``: it asks whoever comes by a program for a fresh proof."""

    def __init__(self, gate: ApiGate, permission: Permission | None, *, dangerous: bool = False) -> None:
        super().__init__(permission)
        self._gate = gate
        self.dangerous = dangerous

    async def __call__(self, request: Request, credentials: Credentials = None) -> Caller:
        """Whoever the token stands for; ends the request where they may not."""
        token = credentials.credentials if credentials else None
        return await self._gate.admit(request, token, self.permission, dangerous=self.dangerous)


def refused(
    name: str = "token-refused", title: str = "The token is missing, or opens nothing (any more)"
) -> ProblemError:
    """The refusal of a token."""
    return ProblemError(401, name, title, headers={"WWW-Authenticate": 'Bearer realm="lodge"'})


def forbidden(detail: str = "Neither the key nor whoever it asks for has the permission.") -> ProblemError:
    """The refusal of somebody who may not."""
    return ProblemError(403, FORBIDDEN, "This token does not allow it", detail=detail)


def absent(what: str) -> ProblemError:
    """There is none, or none for whoever asks: these are told alike."""
    return ProblemError(404, "not-found", f"There is no such {what}")


def actor_of(request: Request, caller: Caller, reason: str = "") -> Actor:
    """Who asks, as the audit log names them, and why."""
    return replace(caller.actor(client_address(request)), reason=reason)
