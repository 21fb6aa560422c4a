"""Locations with their zones and what is set for them."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field, StrictInt
from starlette.requests import Request

from cloud_api.http.api.gate import ApiGate, absent, actor_of
from cloud_api.http.api.hosts import KEY, LINE
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
    not_valid,
    require_match,
)
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.services.accents import shown_accent
from cloud_api.services.api_callers import Caller
from cloud_api.services.configuring import Configuring, SetLocation, WantedLocation
from cloud_api.services.file_places import SiteEntry, ZoneEntry
from cloud_api.services.not_done import Faults, NotDone
from sync.protocol.feed import KeepDays

_ZONE = {"key": "lobby", "name": "Front lobby", "muster_point": "Car park B", "capacity": 0}
_SAID: dict[str, object] = {
    "name": "Mill Lane",
    "time_zone": "Europe/London",
    "languages": ["en", "de"],
    "badge_hours": 12,
    "accent": "#24683A",
    "idle_seconds": 60,
    "rehearsal_minute": 180,
    "keep_days": {"visits": 0, "photos": 14},
    "reception_phone": "+44 20 7946 0000",
    "zones": [_ZONE],
}
Title = Annotated[str, Field(min_length=1, max_length=200, pattern=LINE)]
KeptDays = Annotated[StrictInt, Field(ge=0, le=36500)]


class ZoneShape(Shape):
    """A part of a location. ``capacity`` is 0 where nobody said."""

    model_config = example(**_ZONE)

    key: Annotated[str, Field(pattern=KEY)]
    name: Title
    muster_point: Title
    capacity: Annotated[StrictInt, Field(ge=0, le=1_000_000)] = 0


class KeepDaysShape(Shape):
    """For how many days kiosks keep what people said who have left, and photos; 0: until they are erased."""

    model_config = example(visits=0, photos=14)

    visits: KeptDays = 0
    photos: KeptDays = 14


class LocationChange(Shape):
    """What a location is to be. Zones that it does not name stay. ``staff_pin``: six digits that open the evacuation
    list on its kiosks; null for none; without the member, the one that it has stays. ``rehearsal_minute``: of the day.
    """

    model_config = example(**_SAID, staff_pin="604213")

    name: Title
    time_zone: Annotated[str, Field(max_length=64, description="As Europe/London.")]
    languages: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=35)]], Field(min_length=1, max_length=40)
    ] = Field(default_factory=lambda: ["en"])
    badge_hours: Annotated[StrictInt, Field(ge=1, le=168)] = 12
    accent: Annotated[str, Field(pattern=r"^(#[0-9A-F]{6})?$")] = ""
    idle_seconds: Annotated[StrictInt, Field(ge=10, le=600)] = 60
    rehearsal_minute: Annotated[StrictInt, Field(ge=0, le=1439)] = 180
    keep_days: KeepDaysShape = KeepDaysShape()
    reception_phone: Annotated[
        str,
        Field(
            pattern=r"^(\+?[0-9][0-9 ()./-]{2,30})?$",
            description="What visitors may call where a kiosk has no connection; empty for none.",
        ),
    ] = ""
    zones: Annotated[list[ZoneShape], Field(min_length=1, max_length=200)]
    staff_pin: Annotated[str | None, Field(pattern=r"^[0-9]{6}$")] = None


class NewLocation(LocationChange):
    """A new location. ``key`` is the organisation's own name for it, as in its file, and cannot be changed."""

    model_config = example(key="mill-lane", **_SAID, staff_pin="604213")

    key: Annotated[str, Field(pattern=KEY)]


class LocationShape(Shape):
    """A location, without its PIN. ``accent_shown``: the accent as kiosks show it, darkened until text can be read."""

    model_config = example(
        id="0a6a5c1e-7f0e-5a7b-8f5e-3c1d2b4a6f70",
        key="mill-lane",
        **_SAID,
        accent_shown="#24683A",
        has_staff_pin=True,
    )

    id: UUID
    key: str
    name: str
    time_zone: str
    languages: list[str]
    badge_hours: int
    accent: str
    accent_shown: str
    idle_seconds: int
    rehearsal_minute: int
    keep_days: KeepDaysShape
    reception_phone: str
    zones: list[ZoneShape]
    has_staff_pin: bool


@dataclass(frozen=True, slots=True)
class LocationPorts:
    """What these routes work with."""

    gate: ApiGate
    configuring: Configuring
    pager: Pager
    once: Once


def locations_router(ports: LocationPorts) -> APIRouter:
    """The routes."""
    router = api_router("locations")
    _add_reading(router, ports)
    _add_change(router, ports)

    @router.post(
        "/locations",
        status_code=201,
        response_model=LocationShape,
        summary="Add a location",
        responses={**refusals(409, body=True), 201: {"headers": shown_once()}},
    )
    async def add_location(
        request: Request,
        wanted: NewLocation,
        caller: Annotated[Caller, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)],
        *,
        key: IdempotencyKey = None,
    ) -> Response:
        async def act() -> LocationShape:
            placed = _wanted(wanted.key, wanted)
            return _require(await ports.configuring.add_location(caller.tenant, placed, actor_of(request, caller)))

        return await ports.once.answer(request, caller, key, act)

    return router


def _add_reading(router: APIRouter, ports: LocationPorts) -> None:
    @router.get("/locations", summary="List locations", responses=refusals(422))
    async def list_locations(
        caller: Annotated[Caller, ports.gate.needs(Permission.DIRECTORY_VIEW)],
        *,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[LocationShape]:
        found = [_shape(item) for item in await _within(ports, caller)]
        items, more = await ports.pager.by_id(caller, "locations", found, cursor, limit)
        return Page(items=items, next=more)

    @router.get(
        "/locations/{site_id}",
        summary="Read a location",
        responses={**refusals(404), 200: {"headers": versioned()}},
    )
    async def read_location(
        response: Response, site_id: UUID, caller: Annotated[Caller, ports.gate.needs(Permission.DIRECTORY_VIEW)]
    ) -> LocationShape:
        for item in await _within(ports, caller):
            if item.id == site_id:
                return _versioned(response, _shape(item))
        raise absent("location")


def _add_change(router: APIRouter, ports: LocationPorts) -> None:
    @router.put(
        "/locations/{site_id}",
        summary="Change a location",
        responses={**refusals(404, 412, 428, body=True), 200: {"headers": versioned()}},
    )
    async def change_location(
        request: Request,
        response: Response,
        site_id: UUID,
        wanted: LocationChange,
        caller: Annotated[Caller, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)],
        *,
        if_match: IfMatch = None,
    ) -> LocationShape:
        given = require_match(if_match)

        def seen(before: SetLocation) -> bool:
            return etag_of(_shape(before)) == given

        made = await ports.configuring.change_location(
            caller.tenant, site_id, _wanted("", wanted), seen, actor_of(request, caller)
        )
        return _versioned(response, _require(made))


async def _within(ports: LocationPorts, caller: Caller) -> list[SetLocation]:
    reach = caller.reach(Permission.DIRECTORY_VIEW)
    return [item for item in await ports.configuring.locations(caller.tenant) if reach.holds(item.id)]


def _require(made: SetLocation | NotDone | Faults) -> LocationShape:
    if isinstance(made, SetLocation):
        return _shape(made)
    if isinstance(made, Faults):
        raise not_valid(made)
    if made is NotDone.KNOWN:
        raise ProblemError(409, "key-taken", "There is a location of this key already")
    raise changed() if made is NotDone.CHANGED else absent("location")


def _versioned(response: Response, shape: LocationShape) -> LocationShape:
    response.headers["ETag"] = etag_of(shape)
    return shape


def _wanted(key: str, given: LocationChange) -> WantedLocation:
    entry = SiteEntry(
        key=key,
        name=given.name,
        time_zone=given.time_zone,
        languages=tuple(given.languages),
        badge_hours=given.badge_hours,
        staff_pin=given.staff_pin,
        accent=given.accent,
        idle_seconds=given.idle_seconds,
        rehearsal_minute=given.rehearsal_minute,
        keep_days=KeepDays(visits=given.keep_days.visits, photos=given.keep_days.photos),
        reception_phone=given.reception_phone,
        zones=tuple(
            ZoneEntry(key=zone.key, name=zone.name, muster_point=zone.muster_point, capacity=zone.capacity)
            for zone in given.zones
        ),
    )
    return WantedLocation(entry, keep_pin="staff_pin" not in given.model_fields_set)


def _shape(item: SetLocation) -> LocationShape:
    entry = item.entry
    return LocationShape(
        id=item.id,
        key=entry.key,
        name=entry.name,
        time_zone=entry.time_zone,
        languages=list(entry.languages),
        badge_hours=entry.badge_hours,
        accent=entry.accent,
        accent_shown=shown_accent(entry.accent),
        idle_seconds=entry.idle_seconds,
        rehearsal_minute=entry.rehearsal_minute,
        keep_days=KeepDaysShape(visits=entry.keep_days.visits, photos=entry.keep_days.photos),
        reception_phone=entry.reception_phone,
        zones=[
            ZoneShape(key=zone.key, name=zone.name, muster_point=zone.muster_point, capacity=zone.capacity)
            for zone in entry.zones
        ],
        has_staff_pin=item.has_pin,
    )
