"""Deliveries: parcels and letters that wait for a host."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field, StrictInt, model_validator
from starlette.requests import Request

from cloud_api.http.api.gate import ApiGate, absent, actor_of
from cloud_api.http.api.hosts import LINE
from cloud_api.http.api.once import IdempotencyKey, Once
from cloud_api.http.api.refusals import refusals
from cloud_api.http.api.routing import api_router, shown_once
from cloud_api.http.api.shapes import DEFAULT_LIMIT, Cursor, Limit, Page, Pager, Shape, Shown, example
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.services.api_callers import Caller
from cloud_api.services.deliveries import MOST_HOURS, REMINDED_AFTER_HOURS, Deliveries, Told, Unclear, WantedDelivery
from cloud_api.services.not_done import NotDone
from cloud_api.store.deliveries import Filter

_SITE = "0a6a5c1e-7f0e-5a7b-8f5e-3c1d2b4a6f70"
_SAID: dict[str, object] = {"count": 2, "carrier": "Fictional Freight", "note": "", "place": "Shelf 3"}
_TOLD = {"sent": "told", "waiting": "being told", "sending": "being told", "unsure": "unsure", "failed": "not told"}
Text = Annotated[str, Field(max_length=200, pattern=LINE)]
State = Literal["waiting", "collected"]


class NewDelivery(Shape):
    """A delivery. Either ``host_id``, or ``recipient``: what the label says, a name or e-mail address that must mean
    one host. ``place``: where it is kept. ``remind_after_hours``: when the host is reminded, once; 0 for never.
    """

    model_config = example(site_id=_SITE, recipient="Grace Example", **_SAID, remind_after_hours=24)

    site_id: UUID
    host_id: UUID | None = None
    recipient: Text = ""
    count: Annotated[StrictInt, Field(ge=1, le=1000)] = 1
    carrier: Text = ""
    note: Text = ""
    place: Text = ""
    remind_after_hours: Annotated[StrictInt, Field(ge=0, le=MOST_HOURS)] = REMINDED_AFTER_HOURS

    @model_validator(mode="after")
    def _named(self) -> "NewDelivery":
        if (self.host_id is None) == (not self.recipient.strip()):
            raise ValueError("name the host by host_id, or by recipient")
        return self


class CollectedBy(Shape):
    """Who has it now: a name, or what they confirmed it with."""

    model_config = example(by="Grace Example")

    by: Annotated[str, Field(min_length=1, max_length=200, pattern=LINE), Shown]


class DeliveryShape(Shape):
    """A delivery. ``host_told``: of the newest mail about it; ``remind_at``: null once that mail was written."""

    model_config = example(
        id="6b1f2c3d-4e5a-4f60-8a7b-9c0d1e2f3a4b",
        site_id=_SITE,
        host_id="2b8e6a30-9f5d-4f0e-8f61-0d4c5b7a9e12",
        host="Grace Example",
        state="waiting",
        **_SAID,
        recorded_at="2026-11-29T09:12:04+00:00",
        host_told="told",
        remind_at="2026-11-30T09:12:04+00:00",
        collected_at=None,
        collected_by="",
    )

    id: UUID
    site_id: UUID
    host_id: UUID
    host: Annotated[str, Field(description="Empty where the host was erased; so are the texts then.")]
    state: State
    count: int
    carrier: str
    note: str
    place: str
    recorded_at: datetime
    host_told: Annotated[str, Field(description="told, being told, not told, unsure, or nobody (to be told).")]
    remind_at: datetime | None
    collected_at: datetime | None
    collected_by: str


@dataclass(frozen=True, slots=True)
class DeliveryPorts:
    """What these routes work with."""

    gate: ApiGate
    deliveries: Deliveries
    pager: Pager
    once: Once


def deliveries_router(ports: DeliveryPorts) -> APIRouter:
    """The routes."""
    router = api_router("deliveries")
    _add_reading(router, ports)
    _add_ends(router, ports)

    @router.post(
        "/deliveries",
        status_code=201,
        response_model=DeliveryShape,
        summary="Record a delivery, and tell its host",
        responses={**refusals(404, 409, body=True), 201: {"headers": shown_once()}},
    )
    async def record_delivery(
        request: Request,
        wanted: NewDelivery,
        caller: Annotated[Caller, ports.gate.needs(Permission.DELIVERIES_MANAGE)],
        *,
        key: IdempotencyKey = None,
    ) -> Response:
        async def act() -> DeliveryShape:
            reach, actor = caller.reach(Permission.DELIVERIES_MANAGE), actor_of(request, caller)
            made = await ports.deliveries.record(caller.tenant, reach, _wanted(wanted), actor)
            if isinstance(made, Unclear):
                named = [{"id": str(host.id), "name": host.name} for host in made.hosts]
                raise ProblemError(422, "recipient-unclear", "It does not mean one host", members={"hosts": named})
            return _require(made)

        return await ports.once.answer(request, caller, key, act)

    return router


def _add_reading(router: APIRouter, ports: DeliveryPorts) -> None:
    @router.get("/deliveries", summary="List deliveries, newest first", responses=refusals(422))
    async def list_deliveries(
        caller: Annotated[Caller, ports.gate.needs(Permission.DELIVERIES_MANAGE)],
        *,
        site: Annotated[UUID | None, Query(description="Only those at this location.")] = None,
        host: Annotated[UUID | None, Query(description="Only those for this host.")] = None,
        state: Annotated[State | None, Query(description="Only those of this state.")] = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[DeliveryShape]:
        query = f"deliveries|{site}|{host}|{state}"
        position = await ports.pager.position(caller, query, cursor)
        after = None if position is None else (datetime.fromisoformat(position[0]), UUID(position[1]))
        chosen = Filter(site, host, None if state is None else state == "collected", after)
        reach = caller.reach(Permission.DELIVERIES_MANAGE)
        found = await ports.deliveries.choose(caller.tenant, reach, chosen, limit + 1)
        last = found[limit - 1].delivery if len(found) > limit else None
        more = None if last is None else [last.recorded_at.isoformat(), str(last.id)]
        return Page(items=[_shape(item) for item in found[:limit]], next=await ports.pager.next_of(caller, query, more))

    @router.get("/deliveries/{delivery_id}", summary="Read a delivery", responses=refusals(404))
    async def read_delivery(
        delivery_id: UUID, caller: Annotated[Caller, ports.gate.needs(Permission.DELIVERIES_MANAGE)]
    ) -> DeliveryShape:
        found = await ports.deliveries.find(caller.tenant, caller.reach(Permission.DELIVERIES_MANAGE), delivery_id)
        return _require(found or NotDone.ABSENT)


def _add_ends(router: APIRouter, ports: DeliveryPorts) -> None:
    @router.post(
        "/deliveries/{delivery_id}/collect",
        summary="Say that a delivery was collected",
        responses=refusals(404, 409, body=True),
    )
    async def collect_delivery(
        request: Request,
        delivery_id: UUID,
        wanted: CollectedBy,
        caller: Annotated[Caller, ports.gate.needs(Permission.DELIVERIES_MANAGE)],
    ) -> DeliveryShape:
        reach, actor = caller.reach(Permission.DELIVERIES_MANAGE), actor_of(request, caller)
        return _require(await ports.deliveries.collect(caller.tenant, reach, delivery_id, wanted.by, actor))

    @router.delete("/deliveries/{delivery_id}", status_code=204, summary="Erase a delivery", responses=refusals(404))
    async def erase_delivery(
        request: Request, delivery_id: UUID, caller: Annotated[Caller, ports.gate.needs(Permission.DELIVERIES_MANAGE)]
    ) -> None:
        reach, actor = caller.reach(Permission.DELIVERIES_MANAGE), actor_of(request, caller)
        if not await ports.deliveries.erase(caller.tenant, reach, delivery_id, actor):
            raise absent("delivery")


def _wanted(given: NewDelivery) -> WantedDelivery:
    return WantedDelivery(
        site_id=given.site_id,
        host_id=given.host_id,
        recipient=given.recipient,
        items=given.count,
        carrier=given.carrier,
        note=given.note,
        place=given.place,
        remind_after_hours=given.remind_after_hours,
    )


def _require(made: Told | NotDone) -> DeliveryShape:
    if isinstance(made, Told):
        return _shape(made)
    if made is NotDone.KNOWN:
        raise ProblemError(409, "collected-before", "Somebody has collected it already")
    raise absent("delivery, location or host")


def _shape(item: Told) -> DeliveryShape:
    found = item.delivery
    return DeliveryShape(
        id=found.id,
        site_id=found.site_id,
        host_id=found.host_id,
        host=item.host,
        state="waiting" if found.collected_at is None else "collected",
        count=found.items,
        carrier=found.carrier,
        note=found.note,
        place=found.place,
        recorded_at=found.recorded_at,
        host_told="nobody" if item.standing is None else _TOLD[item.standing],
        remind_at=found.remind_at,
        collected_at=found.collected_at,
        collected_by=found.collected_by,
    )
