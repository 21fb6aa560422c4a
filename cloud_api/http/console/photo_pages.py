"""The photo and the signatures of a visit, for staff who may see them."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from cloud_api.errors import ObjectStoreError, PictureRefusedError, SealedFieldError
from cloud_api.http.console.gate import ConsoleGate
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.services.sign_in import Staff
from cloud_api.services.visit_photos import VisitPhotos
from sync.protocol.ink import MEDIA_TYPE

# What every answer carries besides (security.py): nosniff, and a policy under which nothing runs.
_KEPT_NOWHERE = {"Cache-Control": "no-store", "Content-Disposition": 'inline; filename="photo.jpg"'}
_SIGNATURE = {"Cache-Control": "no-store", "Content-Disposition": 'inline; filename="signature.svg"'}


@dataclass(frozen=True, slots=True)
class PhotoPorts:
    """What this page works with."""

    gate: ConsoleGate
    photos: VisitPhotos


def photo_router(ports: PhotoPorts) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)

    @router.get("/visits/{stay_id}/photos/{photo_id}")
    async def photo(
        stay_id: UUID, photo_id: UUID, staff: Annotated[Staff, ports.gate.needs(Permission.PHOTOS_VIEW)]
    ) -> Response:
        reach = staff.reach(Permission.PHOTOS_VIEW)
        try:
            drawn = await ports.photos.picture(staff.tenant, reach, stay_id, photo_id)
        except (PictureRefusedError, SealedFieldError, ObjectStoreError) as error:
            raise ProblemError(422, "photo-unreadable", "The photo cannot be shown") from error
        if drawn is None:
            raise ProblemError(404, "not-found", "There is no such photo here")
        return Response(drawn, media_type="image/jpeg", headers=_KEPT_NOWHERE)

    @router.get("/visits/{stay_id}/signatures/{signature_id}")
    async def signature(
        stay_id: UUID, signature_id: UUID, staff: Annotated[Staff, ports.gate.needs(Permission.PHOTOS_VIEW)]
    ) -> Response:
        reach = staff.reach(Permission.PHOTOS_VIEW)
        try:
            drawn = await ports.photos.signature(staff.tenant, reach, stay_id, signature_id)
        except (PictureRefusedError, SealedFieldError, ObjectStoreError) as error:
            raise ProblemError(422, "signature-unreadable", "The signature cannot be shown") from error
        if drawn is None:
            raise ProblemError(404, "not-found", "There is no such signature here")
        return Response(drawn, media_type=MEDIA_TYPE, headers=_SIGNATURE)

    return router
