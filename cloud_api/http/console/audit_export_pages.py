"""Exports of the audit log (R28): a signed archive for whoever verifies, tables for whoever reads on."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from typing import IO, Annotated

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from cloud_api.clock import Clock
from cloud_api.http.console.failures import EXPORTS_BUSY
from cloud_api.http.console.forms import read_form
from cloud_api.http.console.gate import ConsoleGate, actor_of
from cloud_api.http.console.pages import Pages
from cloud_api.http.console.proofs import Proofs
from cloud_api.http.console.reasons import sound_reason
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.policy.reasons import MAX_REASON
from cloud_api.services.audit_export import AuditExport, ExportsBusyError
from cloud_api.services.audit_tables import AuditTables, Period, TableFormat
from cloud_api.services.audit_trail import Actor
from cloud_api.services.sign_in import Staff

_PIECE_BYTES = 256 * 1024
_AGAIN_SECONDS = "60"
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
            return await _archive(ports, staff, actor, _attached(f"{name}.zip"))
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


class _Sending(StreamingResponse):
    """A file that is sent piece by piece; whatever ends that, ``held`` is given back."""

    def __init__(self, file: IO[bytes], headers: dict[str, str], held: ExitStack) -> None:
        length = str(file.seek(0, os.SEEK_END))
        file.seek(0)
        super().__init__(_pieces(file), media_type="application/zip", headers={**headers, "Content-Length": length})
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        with self._held:
            await super().__call__(scope, receive, send)


async def _archive(ports: AuditExportPorts, staff: Staff, actor: Actor, headers: dict[str, str]) -> Response:
    with ExitStack() as stack:
        try:
            stack.enter_context(ports.export.place(staff.tenant))
        except ExportsBusyError as error:
            raise ProblemError(
                503,
                EXPORTS_BUSY,
                "Other exports are being made",
                detail="The whole log is packed for each. Try it again in a minute.",
                headers={"Retry-After": _AGAIN_SECONDS},
            ) from error
        # A file in memory: names of staff must not touch the disk in the clear.
        file = stack.enter_context(os.fdopen(os.memfd_create("lodge-export"), "w+b"))
        await ports.export.pack(staff.tenant, actor, file)
        return _Sending(file, headers, stack.pop_all())
    raise AssertionError


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_PIECE_BYTES):
        yield piece
