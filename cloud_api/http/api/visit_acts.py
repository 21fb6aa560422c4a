"""One visit further: other visits of the same person, the photo, and erasing it."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field
from starlette.requests import Request

from cloud_api.errors import ErasureJournalError, ObjectStoreError, PictureRefusedError, SealedFieldError
from cloud_api.http.api.gate import ApiGate, absent, actor_of
from cloud_api.http.api.hosts import LINE
from cloud_api.http.api.refusals import refusals
from cloud_api.http.api.routing import api_router
from cloud_api.http.api.shapes import Shape, example
from cloud_api.http.api.visits import VisitItem, item_of
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.policy.reasons import MAX_REASON
from cloud_api.services.api_callers import Caller
from cloud_api.services.erasing import Erased, Erasing
from cloud_api.services.visit_listing import VisitListing
from cloud_api.services.visit_photos import VisitPhotos

_MOST = 50
_PHOTO = {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}


class EarlierVisits(Shape):
    """Other visits of one person, the latest first, 50 at most."""

    items: list[VisitItem]


class ErasureReason(Shape):
    """Why a visit is erased, for the audit log."""

    model_config = example(reason="Asked for by the visitor")

    reason: Annotated[str, Field(min_length=1, max_length=MAX_REASON, pattern=LINE)]


@dataclass(frozen=True, slots=True)
class VisitActPorts:
    """What these routes work with."""

    gate: ApiGate
    listing: VisitListing
    photos: VisitPhotos
    erasing: Erasing


def visit_acts_router(ports: VisitActPorts) -> APIRouter:
    """The routes."""
    router = api_router("visits")

    @router.get(
        "/visits/{stay_id}/same-person",
        summary="List other visits of whoever made this one",
        description="Of the same name, and the same e-mail address, or company where one of them gave no address.",
        responses=refusals(404, 422),
    )
    async def list_same_person(
        stay_id: UUID,
        caller: Annotated[Caller, ports.gate.needs(Permission.VISITS_VIEW)],
        *,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = _MOST,
    ) -> EarlierVisits:
        reach = caller.reach(Permission.VISITS_VIEW)
        found = await ports.listing.same_person(caller.tenant, reach, stay_id, limit=limit)
        if found is None:
            raise absent("visit")
        return EarlierVisits(items=[item_of(visit) for visit in found])

    @router.get(
        "/visits/{stay_id}/photos/{photo_id}",
        response_class=Response,
        summary="Read the photo of a visit",
        description="Drawn anew from what the kiosk sent; its id stands in the visit.",
        responses={**refusals(404, 422), 200: _PHOTO},
    )
    async def read_visit_photo(
        stay_id: UUID, photo_id: UUID, caller: Annotated[Caller, ports.gate.needs(Permission.PHOTOS_VIEW)]
    ) -> Response:
        reach = caller.reach(Permission.PHOTOS_VIEW)
        try:
            drawn = await ports.photos.picture(caller.tenant, reach, stay_id, photo_id)
        except (PictureRefusedError, SealedFieldError, ObjectStoreError) as error:
            raise ProblemError(422, "photo-unreadable", "The photo cannot be shown") from error
        if drawn is None:
            raise absent("photo")
        return Response(drawn, media_type="image/jpeg")

    _add_erasing(router, ports)
    return router


def _add_erasing(router: APIRouter, ports: VisitActPorts) -> None:
    @router.post(
        "/visits/{stay_id}/erase",
        status_code=204,
        summary="Erase what a visit says of a person, for ever",
        description="Here, on kiosks and in the photo; that there was a visit stays. Again, it finishes what could not"
        " be finished.",
        responses=refusals(404, body=True),
    )
    async def erase_visit(
        request: Request,
        stay_id: UUID,
        wanted: ErasureReason,
        caller: Annotated[Caller, ports.gate.needs(Permission.VISITS_ERASE, dangerous=True)],
    ) -> None:
        try:
            made = await ports.erasing.erase(caller.tenant, stay_id, actor_of(request, caller, wanted.reason))
        except (ErasureJournalError, ObjectStoreError) as error:
            headers = {"Retry-After": "60"}
            raise ProblemError(503, "unavailable", "It is not finished", detail=str(error), headers=headers) from error
        if made is Erased.UNKNOWN:
            raise absent("visit")
