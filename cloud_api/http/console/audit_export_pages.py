"""Exports of the audit log (R28): a signed archive for whoever verifies, tables for whoever reads on."""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import anyio
import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from cloud_api.clock import Clock
from cloud_api.http.console.forms import read_form
from cloud_api.http.console.gate import ConsoleGate, actor_of
from cloud_api.http.console.pages import Pages
from cloud_api.http.console.proofs import Proofs
from cloud_api.http.console.reasons import sound_reason
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.policy.reasons import MAX_REASON
from cloud_api.services.audit_export import AuditExport
from cloud_api.services.audit_tables import AuditTables, Period, TableFormat
from cloud_api.services.sign_in import Staff
from sync.archive_file import write_archive

_TYPES = {TableFormat.CSV: "text/csv; charset=utf-8", TableFormat.JSON: "application/json"}


class ExportForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked for. ``format``: ``archive``, ``csv`` or ``json``; days as 2026-11-29, or empty."""

    format: str = "archive"
    since: str = ""
    until: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AuditExportPorts:
    """What these pages work with."""

    pages: Pages
    gate: ConsoleGate
    proofs: Proofs
    export: AuditExport
    tables: AuditTables
    clock: Clock


def audit_export_router(ports: AuditExportPorts) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)

    @router.get("/audit/export")
    async def ask(request: Request, staff: Annotated[Staff, ports.gate.needs(Permission.AUDIT_EXPORT)]) -> Response:
        return ports.pages.page(request, "audit_export.html", {"most": MAX_REASON}, staff=staff)

    @router.post("/audit/export")
    async def export(request: Request, staff: Annotated[Staff, ports.gate.needs(Permission.AUDIT_EXPORT)]) -> Response:
        await ports.proofs.require(staff, request)
        form = await read_form(request, ExportForm)
        actor = actor_of(request, staff, sound_reason(form.reason))
        name = f"lodge-audit-{ports.clock.now():%Y%m%d-%H%M}"
        if form.format == "archive":
            made = await ports.export.make(staff.tenant, actor)
            content = await anyio.to_thread.run_sync(_pack, made.members)
            return Response(content, media_type="application/zip", headers=_attached(f"{name}.zip"))
        form_of = _format(form.format)
        table = await ports.tables.begin(staff.tenant, form_of, _period(form), actor)
        headers = _attached(f"{name}.{form_of.value}")
        return StreamingResponse(ports.tables.write(table), media_type=_TYPES[form_of], headers=headers)

    return router


def _format(text: str) -> TableFormat:
    try:
        return TableFormat(text)
    except ValueError as error:
        raise ProblemError(422, "invalid", "There is no such format") from error


def _period(form: ExportForm) -> Period:
    try:
        period = Period(*(date.fromisoformat(text) if text else None for text in (form.since, form.until)))
    except ValueError as error:
        raise ProblemError(422, "invalid", "A day is written 2026-11-29") from error
    if period.since and period.until and period.since > period.until:
        raise ProblemError(422, "invalid", "The first day comes after the last one")
    return period


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _pack(members: dict[str, bytes]) -> bytes:
    # A file in memory: names of staff must not touch the disk in the clear.
    descriptor = os.memfd_create("lodge-export")
    try:
        path = Path(f"/proc/self/fd/{descriptor}")
        write_archive(path, members)
        return path.read_bytes()
    finally:
        os.close(descriptor)
