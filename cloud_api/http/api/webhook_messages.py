"""What was sent to a webhook, waits or was given up; a test, and sending again."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from starlette.requests import Request

from cloud_api.http.api.gate import absent, actor_of
from cloud_api.http.api.once import IdempotencyKey
from cloud_api.http.api.refusals import refusals
from cloud_api.http.api.routing import api_router, shown_once
from cloud_api.http.api.shapes import DEFAULT_LIMIT, Cursor, Limit, Page
from cloud_api.http.api.webhooks import MessageSent, MessageState, WebhookMessage, WebhookPorts
from cloud_api.policy.permissions import Permission
from cloud_api.services.api_callers import Caller
from cloud_api.store.webhook_messages import Message


def webhook_messages_router(ports: WebhookPorts) -> APIRouter:
    """The routes."""
    router = api_router("webhooks")
    _add_sending(router, ports)

    @router.get(
        "/webhooks/{webhook_id}/messages",
        summary="List the messages to a webhook, newest first",
        responses=refusals(404, 422),
    )
    async def list_webhook_messages(
        webhook_id: UUID,
        caller: Annotated[Caller, ports.gate.needs(Permission.WEBHOOKS_MANAGE)],
        *,
        state: Annotated[MessageState | None, Query(description="Only those of this state.")] = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[WebhookMessage]:
        query = f"webhook-messages|{webhook_id}|{state}"
        position = await ports.pager.position(caller, query, cursor)
        after = None if position is None else (datetime.fromisoformat(position[0]), UUID(position[1]))
        found = await ports.webhooks.messages_of(
            caller.tenant, webhook_id, standing=state, after=after, limit=limit + 1
        )
        if found is None:
            raise absent("webhook")
        last = found[limit - 1] if len(found) > limit else None
        more = None if last is None else [last.created_at.isoformat(), str(last.id)]
        return Page(items=[_shape(item) for item in found[:limit]], next=await ports.pager.next_of(caller, query, more))

    return router


def _add_sending(router: APIRouter, ports: WebhookPorts) -> None:
    @router.post(
        "/webhooks/{webhook_id}/test",
        status_code=201,
        response_model=MessageSent,
        summary="Send a webhook a message that tells of nothing",
        responses={**refusals(404, 409, 422), 201: {"headers": shown_once()}},
    )
    async def test_webhook(
        request: Request,
        webhook_id: UUID,
        caller: Annotated[Caller, ports.gate.needs(Permission.WEBHOOKS_MANAGE)],
        *,
        key: IdempotencyKey = None,
    ) -> Response:
        async def act() -> MessageSent:
            sent = await ports.webhooks.test(caller.tenant, webhook_id)
            if sent is None:
                raise absent("webhook")
            return MessageSent(id=sent)

        return await ports.once.answer(request, caller, key, act)

    @router.post(
        "/webhooks/{webhook_id}/messages/{message_id}/again",
        status_code=204,
        summary="Send a message again that was given up",
        description="Under its own id. 404 for one that was not given up, too.",
        responses=refusals(404),
    )
    async def send_webhook_message_again(
        request: Request,
        webhook_id: UUID,
        message_id: UUID,
        caller: Annotated[Caller, ports.gate.needs(Permission.WEBHOOKS_MANAGE)],
    ) -> None:
        actor = actor_of(request, caller)
        if not await ports.webhooks.send_again(caller.tenant, message_id, actor, webhook_id):
            raise absent("message that was given up")


def _shape(item: Message) -> WebhookMessage:
    return WebhookMessage(
        id=item.id,
        kind=item.kind,
        subject_id=item.subject_id,
        site_id=item.site_id,
        happened_at=item.happened_at,
        state=item.standing,
        attempts=item.attempts,
        status=item.status,
        fault=item.fault,
        created_at=item.created_at,
        changed_at=item.changed_at,
    )
