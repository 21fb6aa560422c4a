"""Visits, and who is on site."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from cloud_api.http.api.gate import ApiGate, absent
from cloud_api.http.api.refusals import refusals
from cloud_api.http.api.routing import api_router
from cloud_api.http.api.shapes import DEFAULT_LIMIT, Cursor, Limit, Moment, Page, Pager, Shape, example
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.services.api_callers import Caller
from cloud_api.services.board import Board
from cloud_api.services.board_rows import CheckIn, Row
from cloud_api.services.visit_listing import ListedVisit, VisitListing
from cloud_api.services.visit_story import Visit, VisitStories
from cloud_api.store.stays import Chosen

_ID = "5f0c9b1e-3d57-4a1c-9c0a-6d1f3b2a7e55"
_SITE = "0a6a5c1e-7f0e-5a7b-8f5e-3c1d2b4a6f70"
_ROW: dict[str, object] = {
    "id": _ID,
    "name": "Ada Sample",
    "company": "Fictional Freight",
    "host": "Grace Example",
    "type": "Visitor",
    "zone": "Front lobby",
    "kiosk": "Lobby kiosk",
    "arrived_at": "2026-11-29T09:12:04+00:00",
    "departed_at": None,
    "present": True,
    "assistance": False,
    "host_told": "told",
    "flags": [],
}


class Person(Shape):
    """Somebody on one visit. ``name`` is null where nothing that can be read is held of who it is."""

    model_config = example(**_ROW)

    id: UUID
    name: str | None
    company: str
    host: str
    type: Annotated[str, Field(description="The type of visitor, in English where it has that.")]
    zone: str
    kiosk: Annotated[str, Field(description="Where they arrived.")]
    arrived_at: datetime | None
    departed_at: datetime | None
    present: bool
    assistance: Annotated[bool, Field(description="Whether they need help to leave the building.")]
    host_told: Annotated[str, Field(description="told, being told, not told, unsure, or nobody (to be told).")]
    flags: list[str]


class VisitItem(Person):
    """A visit, with the ids of its location and host."""

    model_config = example(**_ROW, site_id=_SITE, host_id=None)

    site_id: UUID | None
    host_id: UUID | None


class OtherCheckIn(Shape):
    """Another visit of the same person that is open as well. ``id``: that visit's."""

    id: UUID
    zone: str
    kiosk: str
    arrived_at: datetime | None


OtherCheckIns = Annotated[
    list[OtherCheckIn],
    Field(
        description="Other visits of the same person that are open as well, first to last: they came by the same"
        " invitation under the same name. They are one person, on site until each visit has ended."
    ),
]


class PersonOnSite(Person):
    """Somebody on site. Of a person who checked in several times by one invitation, ``id``, ``zone``, ``kiosk``,
    ``host_told`` and what they typed are those of the latest visit, and ``arrived_at`` is that of the first.
    """

    model_config = example(**_ROW, other_check_ins=[])

    other_check_ins: OtherCheckIns


class VisitAnswer(Shape):
    """What a visitor typed into a field of the organisation's own."""

    field: str
    text: str


class VisitPhoto(Shape):
    """The photo of a visit. ``standing``: kept, arriving (the kiosk still has it), or gone."""

    id: UUID
    standing: str


class VisitStep(Shape):
    """Something that happened."""

    at: datetime
    title: str
    more: str
    wrong: bool


class VisitDetail(VisitItem):
    """A visit whole, but for answers that the organisation marks as restricted: those are read in the console."""

    model_config = example(
        **_ROW,
        site_id=_SITE,
        host_id=None,
        email="ada@example.org",
        phone="",
        photo=None,
        other_check_ins=[],
        answers=[{"field": "vehicle", "text": "LD24 XYZ"}],
        steps=[{"at": "2026-11-29T09:12:04+00:00", "title": "Arrived at Lobby kiosk", "more": "", "wrong": False}],
    )

    email: str
    phone: str
    photo: VisitPhoto | None
    other_check_ins: OtherCheckIns
    answers: list[VisitAnswer]
    steps: list[VisitStep]


class QuietKioskShape(Shape):
    """A kiosk that was not heard of lately: what happened there since is not known."""

    name: str
    last_seen: datetime | None


class Presence(Shape):
    """Who is on site, and how complete that is: true as of ``as_of``, save for what quiet kiosks have not sent."""

    model_config = example(
        as_of="2026-11-29T09:20:00+00:00",
        count=1,
        kiosks=1,
        quiet_kiosks=[],
        people=[{**_ROW, "other_check_ins": []}],
    )

    as_of: datetime | None
    count: Annotated[
        int,
        Field(
            description="How many people are on site. They are named out of at most 2000 open visits; those beyond are"
            " counted by their visits."
        ),
    ]
    kiosks: Annotated[int, Field(description="How many kiosks should report.")]
    quiet_kiosks: list[QuietKioskShape]
    people: list[PersonOnSite]


@dataclass(frozen=True, slots=True)
class VisitPorts:
    """What these routes work with."""

    gate: ApiGate
    listing: VisitListing
    stories: VisitStories
    board: Board
    pager: Pager


Site = Annotated[UUID | None, Query(description="Only those at this location.")]
Words = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=100,
        description="Only those whose name, company or host have words that begin so: the latest, on one page.",
    ),
]


def visits_router(ports: VisitPorts) -> APIRouter:
    """The routes."""
    router = api_router("visits")

    @router.get("/visits", summary="List visits, latest first", responses=refusals(422))
    async def list_visits(
        caller: Annotated[Caller, ports.gate.needs(Permission.VISITS_VIEW)],
        *,
        site: Site = None,
        present: Annotated[bool | None, Query(description="Only who is on site, or only who has left.")] = None,
        since: Annotated[Moment | None, Query(description="Only arrivals at or after this time.")] = None,
        until: Annotated[Moment | None, Query(description="Only arrivals before this time.")] = None,
        q: Words = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[VisitItem]:
        chosen = Chosen(site, present, since, until)
        if q is not None:
            return await _search(ports, caller, chosen, q, limit, cursor)
        return await _list(ports, caller, chosen, limit, cursor)

    @router.get("/visits/{stay_id}", summary="Read a visit", responses=refusals(404))
    async def read_visit(
        stay_id: UUID, caller: Annotated[Caller, ports.gate.needs(Permission.VISITS_VIEW)]
    ) -> VisitDetail:
        found = await ports.stories.tell(caller.tenant, caller.reach(Permission.VISITS_VIEW), stay_id)
        if found is None:
            raise absent("visit")
        return _detail(found)

    @router.get("/presence", summary="See who is on site", responses=refusals(404, 422))
    async def read_presence(
        caller: Annotated[Caller, ports.gate.needs(Permission.VISITS_VIEW)], *, site: Site = None
    ) -> Presence:
        view = await ports.board.view(caller.tenant, caller.reach(Permission.VISITS_VIEW), site_id=site)
        if view is None:
            raise absent("location")
        return Presence(
            as_of=view.freshness.as_of,
            count=view.on_site_count,
            kiosks=view.freshness.kiosks,
            quiet_kiosks=[QuietKioskShape(name=item.name, last_seen=item.last_seen) for item in view.freshness.quiet],
            people=[_present(row) for row in view.on_site],
        )

    return router


async def _list(ports: VisitPorts, caller: Caller, chosen: Chosen, limit: int, cursor: str | None) -> Page[VisitItem]:
    query = f"visits|{chosen.site_id}|{chosen.present}|{chosen.since}|{chosen.until}"
    position = await ports.pager.position(caller, query, cursor)
    after = None if position is None else (datetime.fromisoformat(position[0]), UUID(position[1]))
    bounded = Chosen(chosen.site_id, chosen.present, chosen.since, chosen.until, after)
    reach = caller.reach(Permission.VISITS_VIEW)
    found = await ports.listing.choose(caller.tenant, reach, bounded, limit=limit + 1)
    shown, last = found[:limit], found[limit - 1].stay if len(found) > limit else None
    more = None if last is None or last.arrived_at is None else [last.arrived_at.isoformat(), str(last.id)]
    return Page(items=[item_of(visit) for visit in shown], next=await ports.pager.next_of(caller, query, more))


async def _search(
    ports: VisitPorts, caller: Caller, chosen: Chosen, words: str, limit: int, cursor: str | None
) -> Page[VisitItem]:
    if cursor is not None:
        raise ProblemError(422, "cursor-refused", "A search has one page")
    reach = caller.reach(Permission.VISITS_VIEW)
    found = await ports.listing.search(caller.tenant, reach, words, chosen, limit=limit)
    return Page(items=[item_of(visit) for visit in found], next=None)


def _row(row: Row) -> dict[str, object]:
    return {
        "id": row.id,
        "name": row.name,
        "company": row.company,
        "host": row.host,
        "type": row.type,
        "zone": row.zone,
        "kiosk": row.kiosk,
        "arrived_at": row.since,
        "departed_at": row.left,
        "present": row.left is None,
        "assistance": row.assistance,
        "host_told": row.told,
        "flags": list(row.flags),
    }


def _present(row: Row) -> PersonOnSite:
    return PersonOnSite.model_validate({**_row(row), "other_check_ins": _others(row.other_check_ins)})


def _others(check_ins: Iterable[CheckIn | Row]) -> list[dict[str, object]]:
    return [{"id": one.id, "zone": one.zone, "kiosk": one.kiosk, "arrived_at": one.since} for one in check_ins]


def item_of(visit: ListedVisit) -> VisitItem:
    """A visit of a list."""
    stay = visit.stay
    said = {**_row(visit.row), "present": stay.present, "site_id": stay.site_id, "host_id": stay.host_id}
    return VisitItem.model_validate(said)


def _detail(visit: Visit) -> VisitDetail:
    said: dict[str, object] = {
        **_row(visit.row),
        "site_id": visit.site_id,
        "host_id": visit.host_id,
        "email": visit.email,
        "phone": visit.phone,
        "photo": None if visit.photo is None else {"id": visit.photo.id, "standing": visit.photo.standing},
        "other_check_ins": _others(visit.others),
        "answers": [{"field": item.field, "text": item.text} for item in visit.answers if not item.withheld],
        "steps": [{"at": step.at, "title": step.title, "more": step.more, "wrong": step.wrong} for step in visit.steps],
    }
    return VisitDetail.model_validate(said)
