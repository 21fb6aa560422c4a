"""The audit log, and its export with everything an outsider needs to verify it."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import anyio
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from cloud_api.clock import Clock
from cloud_api.http.console.gate import ConsoleGate, actor_of
from cloud_api.http.console.pages import Pages
from cloud_api.http.console.proofs import Proofs
from cloud_api.policy.permissions import Permission
from cloud_api.services.audit_export import AuditExport
from cloud_api.services.audit_reading import AuditReading
from cloud_api.services.sign_in import Staff
from sync.archive_file import write_archive

_MOST = 2**53


@dataclass(frozen=True, slots=True)
class AuditPorts:
    """What these pages work with."""

    pages: Pages
    gate: ConsoleGate
    proofs: Proofs
    reading: AuditReading
    export: AuditExport
    clock: Clock


def audit_router(ports: AuditPorts) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)

    @router.get("/audit")
    async def audit(
        request: Request,
        staff: Annotated[Staff, ports.gate.needs(Permission.AUDIT_VIEW)],
        *,
        before: Annotated[int | None, Query(ge=1, le=_MOST)] = None,
    ) -> Response:
        page = await ports.reading.page(staff.tenant, ports.clock.now(), before=before)
        return ports.pages.page(request, "audit.html", {"page": page, "before": before}, staff=staff)

    @router.post("/audit/export")
    async def export(request: Request, staff: Annotated[Staff, ports.gate.needs(Permission.AUDIT_EXPORT)]) -> Response:
        await ports.proofs.require(staff, request)
        made = await ports.export.make(staff.tenant, actor_of(request, staff))
        content = await anyio.to_thread.run_sync(_pack, made.members)
        name = f"lodge-audit-{ports.clock.now():%Y%m%d-%H%M}.zip"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type="application/zip", headers=headers)

    return router


def _pack(members: dict[str, bytes]) -> bytes:
    # A file in memory: names of staff must not touch the disk in the clear.
    descriptor = os.memfd_create("lodge-export")
    try:
        path = Path(f"/proc/self/fd/{descriptor}")
        write_archive(path, members)
        return path.read_bytes()
    finally:
        os.close(descriptor)
