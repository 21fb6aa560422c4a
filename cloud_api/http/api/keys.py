"""API keys, and the tokens of programs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field, StrictInt
from starlette.requests import Request

from cloud_api.http.api.gate import ApiGate, absent, actor_of, refused
from cloud_api.http.api.once import IdempotencyKey, Once
from cloud_api.http.api.refusals import refusals
from cloud_api.http.api.routing import api_router, shown_once
from cloud_api.http.api.shapes import DEFAULT_LIMIT, Cursor, Limit, Page, Pager, Shape, example
from cloud_api.http.limits import client_address
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.services.api_callers import Caller
from cloud_api.services.api_keys import LONGEST_NAME, MOST_DAYS, ApiKeys, KeyFault, ListedKey, WantedKey
from cloud_api.services.programs import NoTokens, Programs

_SITE = "0a6a5c1e-7f0e-5a7b-8f5e-3c1d2b4a6f70"
_ID = "3e5d1c7a-2b4f-4d6e-8a9b-0c1d2e3f4a5b"
_KEY: dict[str, object] = {
    "id": _ID,
    "name": "Access control",
    "permissions": ["visits.view"],
    "sites": [_SITE],
    "maker_id": "9d2c7b4e-1f3a-4c5d-8e6f-7a8b9c0d1e2f",
    "made_at": "2026-11-29T09:00:00+00:00",
    "ends_at": None,
    "used_at": None,
    "revoked_at": None,
    "good": True,
}


class KeyShape(Shape):
    """A key, without its secret. ``sites``: null for all locations of whoever made it; ``good``: it opens something."""

    model_config = example(**_KEY)

    id: UUID
    name: str
    permissions: list[str]
    sites: list[UUID] | None
    maker_id: UUID
    made_at: datetime
    ends_at: datetime | None
    used_at: Annotated[datetime | None, Field(description="Noted once a minute at most.")]
    revoked_at: datetime | None
    good: bool


class MadeKeyShape(KeyShape):
    """A new key. ``secret`` is shown this once: a repeated request is answered without it."""

    model_config = example(**_KEY, secret="lodge_key_0a1b…")  # noqa: S106  an example that opens nothing

    secret: str | None


class NewKey(Shape):
    """A key to be made: no wider than whoever asks. ``sites``: null for all of their locations."""

    model_config = example(name="Access control", permissions=["visits.view"], sites=[_SITE], days=365)

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    permissions: Annotated[list[Permission], Field(min_length=1, max_length=len(Permission))]
    sites: Annotated[list[UUID] | None, Field(min_length=1, max_length=500)] = None
    days: Annotated[StrictInt | None, Field(ge=1, le=MOST_DAYS, description="When it ends; null for never.")] = None


class RefreshRequest(Shape):
    """A refresh token, good once."""

    model_config = example(refresh_token="lodge_refresh_0a1b…")  # noqa: S106  an example that opens nothing

    refresh_token: Annotated[str, Field(min_length=1, max_length=200)]


class TokenPair(Shape):
    """An access token of fifteen minutes, and the refresh token that follows it, of thirty days."""

    model_config = example(
        access_token="lodge_access_0a1b…",  # noqa: S106  an example that opens nothing
        token_type="Bearer",  # noqa: S106  as above
        expires_at="2026-11-29T09:15:00+00:00",
        refresh_token="lodge_refresh_2c3d…",  # noqa: S106  as above
        refresh_expires_at="2026-12-29T09:00:00+00:00",
    )

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  the scheme's name
    expires_at: datetime
    refresh_token: str
    refresh_expires_at: datetime


@dataclass(frozen=True, slots=True)
class KeyPorts:
    """What these routes work with."""

    gate: ApiGate
    keys: ApiKeys
    programs: Programs
    pager: Pager
    once: Once


def keys_router(ports: KeyPorts) -> APIRouter:
    """The routes of keys."""
    router = api_router("api keys")
    _add_reading(router, ports)

    @router.post(
        "/api-keys",
        status_code=201,
        response_model=MadeKeyShape,
        summary="Make an API key",
        responses={**refusals(409, body=True), 201: {"headers": shown_once()}},
    )
    async def make_api_key(
        request: Request,
        wanted: NewKey,
        caller: Annotated[Caller, ports.gate.needs(Permission.API_KEYS_MANAGE, dangerous=True)],
        *,
        key: IdempotencyKey = None,
    ) -> Response:
        async def act() -> MadeKeyShape:
            sites = None if wanted.sites is None else frozenset(wanted.sites)
            scope = WantedKey(wanted.name, frozenset(wanted.permissions), sites, wanted.days)
            made = await ports.keys.make(caller, scope, actor_of(request, caller))
            if isinstance(made, KeyFault):
                raise ProblemError(422, "key-not-made", "The key is not made", detail=made.words)
            listed = _shape(ListedKey(made.key, caller.name, None, good=True))
            return MadeKeyShape(**listed.model_dump(), secret=made.secret)

        return await ports.once.answer(request, caller, key, act, hidden=("secret",))

    @router.delete("/api-keys/{key_id}", status_code=204, summary="Revoke an API key", responses=refusals(404))
    async def revoke_api_key(
        request: Request,
        key_id: UUID,
        caller: Annotated[Caller, ports.gate.needs(Permission.API_KEYS_MANAGE, dangerous=True)],
    ) -> None:
        if not await ports.keys.revoke(caller.tenant, key_id, actor_of(request, caller)):
            raise absent("key")

    return router


def _add_reading(router: APIRouter, ports: KeyPorts) -> None:
    @router.get("/api-keys", summary="List API keys", responses=refusals(422))
    async def list_api_keys(
        caller: Annotated[Caller, ports.gate.needs(Permission.API_KEYS_MANAGE)],
        *,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[KeyShape]:
        found = [_shape(item) for item in await ports.keys.list(caller.tenant)]
        items, more = await ports.pager.by_id(caller, "api-keys", found, cursor, limit)
        return Page(items=items, next=more)

    @router.get("/api-keys/{key_id}", summary="Read an API key", responses=refusals(404))
    async def read_api_key(
        key_id: UUID, caller: Annotated[Caller, ports.gate.needs(Permission.API_KEYS_MANAGE)]
    ) -> KeyShape:
        for item in await ports.keys.list(caller.tenant):
            if item.key.id == key_id:
                return _shape(item)
        raise absent("key")


def tokens_router(ports: KeyPorts) -> APIRouter:
    """The routes of tokens."""
    router = api_router("tokens")

    @router.post(
        "/tokens",
        tags=["public"],
        summary="Exchange a refresh token for a new pair",
        responses=refusals(401, 409, body=True, public=True),
    )
    async def exchange_token(request: Request, given: RefreshRequest) -> TokenPair:
        made = await ports.programs.exchange(given.refresh_token, client_address(request))
        if isinstance(made, NoTokens):
            raise _no_tokens(made)
        return TokenPair(
            access_token=made.access,
            expires_at=made.access_ends,
            refresh_token=made.refresh,
            refresh_expires_at=made.refresh_ends,
        )

    @router.delete("/tokens", status_code=204, summary="Disconnect this program", responses=refusals(404))
    async def end_tokens(request: Request, caller: Annotated[Caller, ports.gate.signed_in()]) -> None:
        if caller.kind != "program" or not await ports.programs.end(
            caller, caller.session_id, actor_of(request, caller)
        ):
            raise absent("program")

    return router


def _no_tokens(why: NoTokens) -> ProblemError:
    if why is NoTokens.RACED:
        return ProblemError(
            409,
            "refresh-raced",
            "This refresh token was exchanged a moment ago",
            detail="Another part of your program did it: use what it got.",
        )
    if why is NoTokens.REUSED:
        return refused("token-reused", "This refresh token was used before: everything of its account was ended")
    return refused()


def _shape(item: ListedKey) -> KeyShape:
    key = item.key
    return KeyShape(
        id=key.id,
        name=key.name,
        permissions=list(key.permissions),
        sites=None if key.sites is None else list(key.sites),
        maker_id=key.maker_id,
        made_at=key.made_at,
        ends_at=key.ends_at,
        used_at=key.used_at,
        revoked_at=key.revoked_at,
        good=item.good,
    )
