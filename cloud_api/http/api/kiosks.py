"""Kiosks: how they are, new ones and their codes, commands, and taking one out of service."""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field
from starlette.requests import Request

from cloud_api.errors import ConfigurationError
from cloud_api.http.api.gate import ApiGate, absent, actor_of
from cloud_api.http.api.hosts import LINE
from cloud_api.http.api.once import IdempotencyKey, Once
from cloud_api.http.api.refusals import refusals
from cloud_api.http.api.routing import api_router, shown_once
from cloud_api.http.api.shapes import DEFAULT_LIMIT, Cursor, Limit, Page, Pager, Shape, Shown, example
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.policy.reasons import MAX_REASON
from cloud_api.services.api_callers import Caller
from cloud_api.services.commanding import Commanding
from cloud_api.services.enrolment import IssuedCode
from cloud_api.services.fleet import Fleet
from cloud_api.services.fleet_view import FleetReading, KioskRow
from cloud_api.services.quotas import QuotaExceededError

_ID = "9d2c7b4e-1f3a-4c5d-8e6f-7a8b9c0d1e2f"
_SITE = "0a6a5c1e-7f0e-5a7b-8f5e-3c1d2b4a6f70"
D = TypeVar("D")


class KioskShape(Shape):
    """A kiosk. ``unsent``: entries that it said that it still has to send."""

    model_config = example(
        id=_ID,
        name="Lobby kiosk",
        site_id=_SITE,
        site="Mill Lane",
        state="online",
        last_seen="2026-11-29T09:20:00+00:00",
        version="0.1.0",
        quarantined=0,
        unsent=0,
        log_alarm="",
    )

    id: UUID
    name: str
    site_id: UUID | None
    site: str
    state: Literal["revoked", "waiting", "unconfirmed", "forked", "offline", "quiet", "online"]
    last_seen: datetime | None
    version: str
    quarantined: Annotated[int, Field(description="How many of its entries could not be read.")]
    unsent: int
    log_alarm: Annotated[str, Field(description="What it found wrong with the audit log; empty while nothing.")]


class NewKiosk(Shape):
    """A kiosk that is to be enrolled."""

    model_config = example(name="Lobby kiosk", site_id=_SITE)

    name: Annotated[str, Field(min_length=1, max_length=60, pattern=LINE), Shown]
    site_id: UUID


class Revocation(Shape):
    """Why a kiosk is taken out of service, for the audit log."""

    model_config = example(reason="Stolen from the lobby")

    reason: Annotated[str, Field(min_length=1, max_length=MAX_REASON, pattern=LINE)]


class KioskCode(Shape):
    """A code that enrols a kiosk once. ``code`` is shown this once: a repeated request is answered without it."""

    model_config = example(
        kiosk_id=_ID,
        server="https://lodge.example.org",
        code="0123-4567-89AB-CDEF-GHJK-MNPQ-RX",
        expires_at="2026-11-29T09:45:00+00:00",
    )

    kiosk_id: UUID
    server: str
    code: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class KioskPorts:
    """What these routes work with. ``origin`` is the address that kiosks reach the server by."""

    gate: ApiGate
    fleet: Fleet
    reading: FleetReading
    commanding: Commanding
    pager: Pager
    once: Once
    origin: str


def kiosks_router(ports: KioskPorts) -> APIRouter:
    """The routes."""
    router = api_router("kiosks")
    _add_reading(router, ports)
    _add_codes(router, ports)
    return router


def _add_reading(router: APIRouter, ports: KioskPorts) -> None:
    @router.get("/kiosks", summary="List kiosks", responses=refusals(422))
    async def list_kiosks(
        caller: Annotated[Caller, ports.gate.needs(Permission.KIOSKS_VIEW)],
        *,
        site: Annotated[UUID | None, Query(description="Only those at this location.")] = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[KioskShape]:
        view = await ports.reading.read(caller.tenant, caller.reach(Permission.KIOSKS_VIEW))
        rows = [_shape(row) for row in view.rows if site in (None, row.site_id)]
        items, more = await ports.pager.by_id(caller, f"kiosks|{site}", rows, cursor, limit)
        return Page(items=items, next=more)

    @router.get("/kiosks/{kiosk_id}", summary="Read a kiosk", responses=refusals(404))
    async def read_kiosk(
        kiosk_id: UUID, caller: Annotated[Caller, ports.gate.needs(Permission.KIOSKS_VIEW)]
    ) -> KioskShape:
        return _shape(await find_kiosk(ports, caller, Permission.KIOSKS_VIEW, kiosk_id))

    @router.post(
        "/kiosks/{kiosk_id}/revoke",
        status_code=204,
        summary="Take a kiosk out of service",
        responses=refusals(404, body=True),
    )
    async def revoke_kiosk(
        request: Request,
        kiosk_id: UUID,
        said: Revocation,
        caller: Annotated[Caller, ports.gate.needs(Permission.KIOSKS_REVOKE, dangerous=True)],
    ) -> None:
        await find_kiosk(ports, caller, Permission.KIOSKS_REVOKE, kiosk_id)
        if not await ports.fleet.revoke(caller.tenant, kiosk_id, actor_of(request, caller, said.reason)):
            raise absent("kiosk")


def _add_codes(router: APIRouter, ports: KioskPorts) -> None:
    @router.post(
        "/kiosks",
        status_code=201,
        response_model=KioskCode,
        summary="Create a kiosk, with the code that enrols it",
        responses={**refusals(404, 409, body=True), 201: {"headers": shown_once()}},
    )
    async def create_kiosk(
        request: Request,
        wanted: NewKiosk,
        caller: Annotated[Caller, ports.gate.needs(Permission.KIOSKS_ENROL, dangerous=True)],
        *,
        key: IdempotencyKey = None,
    ) -> Response:
        async def act() -> KioskCode:
            view = await ports.reading.read(caller.tenant, caller.reach(Permission.KIOSKS_ENROL))
            site = next((site.key for site in view.sites if site.id == wanted.site_id), None)
            if site is None:
                raise absent("location")
            name = " ".join(wanted.name.split()) or wanted.name
            made = ports.fleet.create(caller.tenant, name, site, actor_of(request, caller))
            return await _code(ports, made)

        return await ports.once.answer(request, caller, key, act, hidden=("code",))

    @router.post(
        "/kiosks/{kiosk_id}/code",
        status_code=201,
        response_model=KioskCode,
        summary="Make a new code for a kiosk; earlier ones end",
        responses={**refusals(404, 409, 422), 201: {"headers": shown_once()}},
    )
    async def renew_kiosk_code(
        request: Request,
        kiosk_id: UUID,
        caller: Annotated[Caller, ports.gate.needs(Permission.KIOSKS_ENROL, dangerous=True)],
        *,
        key: IdempotencyKey = None,
    ) -> Response:
        async def act() -> KioskCode:
            await find_kiosk(ports, caller, Permission.KIOSKS_ENROL, kiosk_id)
            return await _code(ports, ports.fleet.renew_code(caller.tenant, kiosk_id, actor_of(request, caller)))

        return await ports.once.answer(request, caller, key, act, hidden=("code",))


async def find_kiosk(ports: KioskPorts, caller: Caller, permission: Permission, kiosk_id: UUID) -> KioskRow:
    """A kiosk within reach.

    Raises:
        ProblemError: 404, there is none.
    """
    view = await ports.reading.read(caller.tenant, caller.reach(permission))
    for row in view.rows:
        if row.id == kiosk_id:
            return row
    raise absent("kiosk")


async def _code(ports: KioskPorts, issuing: Awaitable[IssuedCode]) -> KioskCode:
    issued = await done(issuing)
    return KioskCode(
        kiosk_id=issued.kiosk_id, server=ports.origin, code=issued.code.typed(), expires_at=issued.expires_at
    )


async def done(doing: Awaitable[D]) -> D:
    """What comes of an act on kiosks.

    Raises:
        ProblemError: 409, the organisation has all that it may have, or the kiosk is not in a state for it.
    """
    try:
        return await doing
    except QuotaExceededError as error:
        raise ProblemError(409, "quota-exceeded", "The organisation has all the kiosks that it may have") from error
    except ConfigurationError as error:
        raise ProblemError(409, "kiosk-state", "The kiosk is not in a state for this", detail=str(error)) from error


def _shape(row: KioskRow) -> KioskShape:
    return KioskShape(
        id=row.id,
        name=row.name,
        site_id=row.site_id,
        site=row.site,
        state=row.state,
        last_seen=row.last_seen,
        version=row.version,
        quarantined=row.quarantined,
        unsent=row.unsent,
        log_alarm=row.log_alarm,
    )
