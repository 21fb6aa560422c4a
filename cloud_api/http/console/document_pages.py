"""The copy of a document that a visitor agreed to, for staff who may see signatures."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from cloud_api.errors import ObjectStoreError
from cloud_api.http.console.gate import ConsoleGate
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.services.document_copies import CopyFault
from cloud_api.services.sign_in import Staff
from cloud_api.services.visit_copies import VisitCopies


@dataclass(frozen=True, slots=True)
class DocumentPorts:
    """What this page works with."""

    gate: ConsoleGate
    copies: VisitCopies


def document_router(ports: DocumentPorts) -> APIRouter:
    """The route."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)

    @router.get("/visits/{stay_id}/documents/{copy_id}")
    async def document(
        stay_id: UUID, copy_id: UUID, staff: Annotated[Staff, ports.gate.needs(Permission.PHOTOS_VIEW)]
    ) -> Response:
        try:
            drawn = await ports.copies.draw(staff.tenant, staff.reach(Permission.PHOTOS_VIEW), stay_id, copy_id)
        except ObjectStoreError as error:
            raise ProblemError(422, "document-unreadable", "There is no copy of this document now") from error
        if drawn is None:
            raise ProblemError(404, "not-found", "There is no such document here")
        if isinstance(drawn, CopyFault):
            raise ProblemError(422, "document-unreadable", "There is no copy of this document", detail=str(drawn))
        # The name is a document's id: small letters, digits, hyphens and dots.
        headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{drawn.name}"'}
        return Response(drawn.content, media_type="application/pdf", headers=headers)

    return router
