"""Webhooks: where an organisation wants to be told, and what was sent there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field, StrictBool
from starlette.requests import Request

from cloud_api.errors import ConfigurationError
from cloud_api.http.api.gate import ApiGate, absent, actor_of
from cloud_api.http.api.hosts import LINE
from cloud_api.http.api.once import IdempotencyKey, Once
from cloud_api.http.api.refusals import refusals
from cloud_api.http.api.routing import api_router, shown_once, versioned
from cloud_api.http.api.shapes import (
    DEFAULT_LIMIT,
    Cursor,
    IfMatch,
    Limit,
    Page,
    Pager,
    Shape,
    changed,
    etag_of,
    example,
    require_match,
)
from cloud_api.http.problems import ProblemError
from cloud_api.notify.destinations import DestinationError
from cloud_api.policy.permissions import Permission
from cloud_api.services.api_callers import Caller
from cloud_api.services.not_done import NotDone
from cloud_api.services.webhook_kinds import WebhookKind
from cloud_api.services.webhooks import NoSuchSiteError, Wanted, Webhooks
from cloud_api.store.webhooks import Webhook

_ID = "8f3d2c1b-6a5e-4d7f-9b0c-1e2d3c4b5a69"
_SAID: dict[str, object] = {
    "name": "Door system",
    "url": "https://hooks.example.org/lodge",
    "kinds": ["visit.arrived"],
    "site_id": None,
}
_STANDING: dict[str, object] = {
    "paused": False,
    "created_at": "2026-11-29T09:00:00+00:00",
    "failing_since": None,
    "stopped_at": None,
}
MessageState = Literal["waiting", "sent", "failed"]


class NewWebhook(Shape):
    """A webhook to be made. No ``kinds`` are all of them; ``site_id``: null for visits at all locations."""

    model_config = example(**_SAID)

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=LINE)]
    url: Annotated[str, Field(min_length=1, max_length=2000, description="https, and where the server may connect to.")]
    kinds: list[WebhookKind] = Field(default_factory=list, max_length=20)
    site_id: UUID | None = None


class WebhookChange(NewWebhook):
    """What a webhook is to be. One that is ``paused`` is told nothing, not even later."""

    model_config = example(**_SAID, paused=False)

    paused: StrictBool = False


class WebhookShape(Shape):
    """A webhook, without its secret. ``failing_since``: since when it took no message; ``stopped_at``: since when
    nothing is sent, for it was paused or took nothing for three days.
    """

    model_config = example(id=_ID, **_SAID, **_STANDING)

    id: UUID
    name: str
    url: str
    kinds: list[str]
    site_id: UUID | None
    paused: bool
    created_at: datetime
    failing_since: datetime | None
    stopped_at: datetime | None


class WebhookSecret(Shape):
    """A secret (Standard Webhooks), shown this once: a repeated request is answered without it."""

    model_config = example(id=_ID, secret="whsec_0a1b…")  # noqa: S106  an example that opens nothing

    id: UUID
    secret: str | None


class WebhookMessage(Shape):
    """A message. ``status``: of the last answer, null before there was one, 0 where there was none."""

    model_config = example(
        id="1c7e5a90-3b2d-5f4e-8a6c-0d9b8e7f6a5c",
        kind="visit.arrived",
        subject_id="5f0c9b1e-3d57-4a1c-9c0a-6d1f3b2a7e55",
        site_id="0a6a5c1e-7f0e-5a7b-8f5e-3c1d2b4a6f70",
        happened_at="2026-11-29T09:12:04+00:00",
        state="sent",
        attempts=1,
        status=200,
        fault=None,
        created_at="2026-11-29T09:12:05+00:00",
        changed_at="2026-11-29T09:12:06+00:00",
    )

    id: Annotated[UUID, Field(description="The `webhook-id` of the message, the same at each attempt.")]
    kind: str
    subject_id: Annotated[UUID, Field(description="The visit that it tells of.")]
    site_id: UUID | None
    happened_at: datetime
    state: MessageState
    attempts: int
    status: int | None
    fault: str | None
    created_at: datetime
    changed_at: datetime


class MessageSent(Shape):
    """A message that is on its way."""

    model_config = example(id="1c7e5a90-3b2d-5f4e-8a6c-0d9b8e7f6a5c")

    id: UUID


@dataclass(frozen=True, slots=True)
class WebhookPorts:
    """What these routes work with."""

    gate: ApiGate
    webhooks: Webhooks
    pager: Pager
    once: Once


def webhooks_router(ports: WebhookPorts) -> APIRouter:
    """The routes."""
    router = api_router("webhooks")
    _add_reading(router, ports)
    _add_change(router, ports)
    _add_secret(router, ports)

    @router.post(
        "/webhooks",
        status_code=201,
        response_model=WebhookSecret,
        summary="Make a webhook",
        responses={**refusals(404, 409, body=True), 201: {"headers": shown_once()}},
    )
    async def make_webhook(
        request: Request,
        wanted: NewWebhook,
        caller: Annotated[Caller, ports.gate.needs(Permission.WEBHOOKS_MANAGE, dangerous=True)],
        *,
        key: IdempotencyKey = None,
    ) -> Response:
        async def act() -> WebhookSecret:
            try:
                made = await ports.webhooks.create(caller.tenant, _wanted(wanted), actor_of(request, caller))
            except (DestinationError, ConfigurationError) as error:
                raise _not_made(error) from error
            return WebhookSecret(id=made.id, secret=made.secret)

        return await ports.once.answer(request, caller, key, act, hidden=("secret",))

    @router.delete("/webhooks/{webhook_id}", status_code=204, summary="Remove a webhook", responses=refusals(404))
    async def remove_webhook(
        request: Request,
        webhook_id: UUID,
        caller: Annotated[Caller, ports.gate.needs(Permission.WEBHOOKS_MANAGE, dangerous=True)],
    ) -> None:
        if not await ports.webhooks.remove(caller.tenant, webhook_id, actor_of(request, caller)):
            raise absent("webhook")

    return router


def _add_reading(router: APIRouter, ports: WebhookPorts) -> None:
    @router.get("/webhooks", summary="List webhooks", responses=refusals(422))
    async def list_webhooks(
        caller: Annotated[Caller, ports.gate.needs(Permission.WEBHOOKS_MANAGE)],
        *,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[WebhookShape]:
        found = [_shape(hook) for hook in await ports.webhooks.all(caller.tenant)]
        items, more = await ports.pager.by_id(caller, "webhooks", found, cursor, limit)
        return Page(items=items, next=more)

    @router.get(
        "/webhooks/{webhook_id}", summary="Read a webhook", responses={**refusals(404), 200: {"headers": versioned()}}
    )
    async def read_webhook(
        response: Response,
        webhook_id: UUID,
        caller: Annotated[Caller, ports.gate.needs(Permission.WEBHOOKS_MANAGE)],
    ) -> WebhookShape:
        found = await ports.webhooks.find(caller.tenant, webhook_id)
        if found is None:
            raise absent("webhook")
        return _versioned(response, _shape(found))


def _add_change(router: APIRouter, ports: WebhookPorts) -> None:
    @router.put(
        "/webhooks/{webhook_id}",
        summary="Change, pause or resume a webhook",
        responses={**refusals(404, 412, 428, body=True), 200: {"headers": versioned()}},
    )
    async def change_webhook(
        request: Request,
        response: Response,
        webhook_id: UUID,
        wanted: WebhookChange,
        caller: Annotated[Caller, ports.gate.needs(Permission.WEBHOOKS_MANAGE, dangerous=True)],
        *,
        if_match: IfMatch = None,
    ) -> WebhookShape:
        given, actor = require_match(if_match), actor_of(request, caller)

        def seen(before: Webhook) -> bool:
            return etag_of(_shape(before)) == given

        try:
            made = await ports.webhooks.change(
                caller.tenant, webhook_id, _wanted(wanted), seen, actor, paused=wanted.paused
            )
        except (DestinationError, ConfigurationError) as error:
            raise _not_made(error) from error
        if isinstance(made, NotDone):
            raise changed() if made is NotDone.CHANGED else absent("webhook")
        return _versioned(response, _shape(made))


def _add_secret(router: APIRouter, ports: WebhookPorts) -> None:
    @router.post(
        "/webhooks/{webhook_id}/secret",
        status_code=201,
        response_model=WebhookSecret,
        summary="Give a webhook another secret",
        description="For a day messages bear a signature by each.",
        responses={**refusals(404, 409, 422), 201: {"headers": shown_once()}},
    )
    async def replace_webhook_secret(
        request: Request,
        webhook_id: UUID,
        caller: Annotated[Caller, ports.gate.needs(Permission.WEBHOOKS_MANAGE, dangerous=True)],
        *,
        key: IdempotencyKey = None,
    ) -> Response:
        async def act() -> WebhookSecret:
            made = await ports.webhooks.replace_secret(caller.tenant, webhook_id, actor_of(request, caller))
            if made is None:
                raise absent("webhook")
            return WebhookSecret(id=made.id, secret=made.secret)

        return await ports.once.answer(request, caller, key, act, hidden=("secret",))


def _wanted(given: NewWebhook) -> Wanted:
    return Wanted(given.name, given.url, [kind.value for kind in given.kinds], given.site_id)


def _not_made(error: DestinationError | ConfigurationError) -> ProblemError:
    if isinstance(error, NoSuchSiteError):
        return absent("location")
    return ProblemError(422, "webhook-refused", "The webhook is not kept so", detail=str(error))


def _versioned(response: Response, shape: WebhookShape) -> WebhookShape:
    response.headers["ETag"] = etag_of(shape)
    return shape


def _shape(hook: Webhook) -> WebhookShape:
    return WebhookShape(
        id=hook.id,
        name=hook.name,
        url=hook.url,
        kinds=list(hook.kinds),
        site_id=hook.site_id,
        paused=hook.stopped_at is not None,
        created_at=hook.created_at,
        failing_since=hook.failing_since,
        stopped_at=hook.stopped_at,
    )
