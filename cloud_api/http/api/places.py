"""Locations, types of visitor and documents."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from cloud_api.http.api.gate import ApiGate, absent
from cloud_api.http.api.refusals import refusals
from cloud_api.http.api.routing import api_router
from cloud_api.http.api.shapes import DEFAULT_LIMIT, Cursor, Limit, Page, Pager, Shape, example
from cloud_api.policy.permissions import Permission
from cloud_api.services.api_callers import Caller
from cloud_api.services.places import Location, Places

_ZONE = {"key": "lobby", "name": "Front lobby", "muster_point": "Car park B", "capacity": 0}


class ZoneShape(Shape):
    """A part of a location. ``capacity`` is 0 where nobody said."""

    model_config = example(**_ZONE)

    key: str
    name: str
    muster_point: str
    capacity: int


class LocationShape(Shape):
    """A location. ``key`` is the organisation's own name for it."""

    model_config = example(
        id="0a6a5c1e-7f0e-5a7b-8f5e-3c1d2b4a6f70",
        key="mill-lane",
        name="Mill Lane",
        time_zone="Europe/London",
        zones=[_ZONE],
    )

    id: UUID
    key: str
    name: str
    time_zone: str
    zones: list[ZoneShape]


class VisitorTypeShape(Shape):
    """A type of visitor."""

    model_config = example(key="visitor", name="Visitor")

    key: str
    name: Annotated[str, Field(description="In English where it has that.")]


class VisitorTypes(Shape):
    """All of them, in the organisation's order."""

    items: list[VisitorTypeShape]


class DocumentShape(Shape):
    """A document's current version in one language; ``sha256`` is what consents name."""

    model_config = example(
        key="rules", version="1", language="en", title="Site rules", paragraphs=["Be kind."], sha256="9f" * 32
    )

    key: str
    version: str
    language: str
    title: str
    paragraphs: list[str]
    sha256: str


class Documents(Shape):
    """All current ones."""

    items: list[DocumentShape]


@dataclass(frozen=True, slots=True)
class PlacePorts:
    """What these routes work with."""

    gate: ApiGate
    places: Places
    pager: Pager


def places_router(ports: PlacePorts) -> APIRouter:
    """The routes."""
    router = api_router("locations")

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

    @router.get("/locations/{site_id}", summary="Read a location", responses=refusals(404))
    async def read_location(
        site_id: UUID, caller: Annotated[Caller, ports.gate.needs(Permission.DIRECTORY_VIEW)]
    ) -> LocationShape:
        for item in await _within(ports, caller):
            if item.site.id == site_id:
                return _shape(item)
        raise absent("location")

    @router.get("/visitor-types", summary="List types of visitor", responses=refusals())
    async def list_visitor_types(
        caller: Annotated[Caller, ports.gate.needs(Permission.DIRECTORY_VIEW)],
    ) -> VisitorTypes:
        found = await ports.places.types(caller.tenant)
        return VisitorTypes(items=[VisitorTypeShape(key=key, name=name) for key, name in found.items()])

    @router.get("/documents", summary="List current documents", responses=refusals())
    async def list_documents(caller: Annotated[Caller, ports.gate.needs(Permission.DIRECTORY_VIEW)]) -> Documents:
        return Documents(
            items=[
                DocumentShape(
                    key=text.key,
                    version=text.version,
                    language=text.language,
                    title=text.title,
                    paragraphs=list(text.paragraphs),
                    sha256=text.sha256,
                )
                for text in await ports.places.documents(caller.tenant)
            ]
        )

    return router


async def _within(ports: PlacePorts, caller: Caller) -> list[Location]:
    return await ports.places.locations(caller.tenant, caller.reach(Permission.DIRECTORY_VIEW))


def _shape(item: Location) -> LocationShape:
    zones = [
        ZoneShape(key=zone.key, name=zone.name, muster_point=zone.muster_point, capacity=zone.capacity)
        for zone in item.zones
    ]
    site = item.site
    return LocationShape(id=site.id, key=site.key, name=site.name, time_zone=site.time_zone, zones=zones)
