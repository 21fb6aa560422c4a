"""The audit log: entries in plain words, the newest checkpoint, and the proof that an entry is in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from cloud_api.clock import Clock
from cloud_api.errors import ConfigurationError
from cloud_api.http.api.gate import ApiGate, absent
from cloud_api.http.api.refusals import refusals
from cloud_api.http.api.routing import api_router
from cloud_api.http.api.shapes import DEFAULT_LIMIT, Cursor, Day, Limit, Page, Pager, Shape, example
from cloud_api.policy.permissions import Permission
from cloud_api.services.api_callers import Caller
from cloud_api.services.audit_kinds import Topic
from cloud_api.services.audit_reading import AuditLine, AuditReading, Search
from cloud_api.services.log_files import LogFiles
from sync.protocol import exact_json

_TRUST = {"tenant": "0a6a5c1e-7f0e-5a7b-8f5e-3c1d2b4a6f70", "root": "A" * 43, "keys": "eyJhbGciOiJFZDI1NTE5…"}
_NOTE = "lodge.example.org/…\n42\n…\n\n— …\n"


class AuditEntry(Shape):
    """One entry, counted from 1. ``who`` is empty once its personal part was erased."""

    model_config = example(
        number=42,
        id="3e5d1c7a-2b4f-4d6e-8a9b-0c1d2e3f4a5b",
        at="2026-11-29T09:12:04+00:00",
        kind="kiosk.created",
        what="Kiosk created: Lobby kiosk",
        why="",
        who="Robin Alder",
        address="192.0.2.44",
        security=False,
    )

    number: int
    id: UUID | None
    at: datetime
    kind: str
    what: str
    why: str
    who: str
    address: str
    security: bool


class AuditTrust(Shape):
    """By which keys a file is verified. Compare the root with one that you have from elsewhere."""

    tenant: UUID
    root: str
    keys: str


class AuditCheckpoint(Shape):
    """The newest checkpoint (a C2SP signed note), for ``lodge-verify``."""

    model_config = example(what="checkpoint", v=1, trust=_TRUST, checkpoint=_NOTE)

    what: Literal["checkpoint"]
    v: Literal[1]
    trust: AuditTrust
    checkpoint: str


class AuditProof(Shape):
    """An entry, counted from 0, and its audit path (RFC 6962) in the checkpoint's tree, for ``lodge-verify``."""

    model_config = example(
        what="inclusion",
        v=1,
        trust=_TRUST,
        checkpoint=_NOTE,
        index=41,
        entry={"type": "admin", "hash": "9f" * 32, "header": {}, "body": None},
        hashes=["3c" * 32],
    )

    what: Literal["inclusion"]
    v: Literal[1]
    trust: AuditTrust
    checkpoint: str
    index: Annotated[int, Field(ge=0)]
    entry: dict[str, Any]
    hashes: list[str]


@dataclass(frozen=True, slots=True)
class AuditPorts:
    """What these routes work with."""

    gate: ApiGate
    reading: AuditReading
    files: LogFiles
    pager: Pager
    clock: Clock


def _sought(
    *,
    who: Annotated[str, Query(max_length=100, description="Only acts of people whose name begins so.")] = "",
    topic: Annotated[Topic | None, Query(description="Only this sort.")] = None,
    kiosk: Annotated[UUID | None, Query(description="Only what concerns this kiosk.")] = None,
    visit: Annotated[UUID | None, Query(description="Only what concerns this visit.")] = None,
    since: Annotated[Day | None, Query(description="The first day, as most of the locations count.")] = None,
    until: Annotated[Day | None, Query(description="The last day.")] = None,
    security: Annotated[bool, Query(description="Only the security timeline.")] = False,
) -> Search:
    return Search(who=who, topic=topic, kiosk=kiosk, stay=visit, since=since, until=until, security=security)


def audit_router(ports: AuditPorts) -> APIRouter:
    """The routes."""
    router = api_router("audit log")

    @router.get("/audit/entries", summary="List entries of the audit log, newest first", responses=refusals(422))
    async def list_audit_entries(
        caller: Annotated[Caller, ports.gate.needs(Permission.AUDIT_VIEW)],
        sought: Annotated[Search, Depends(_sought)],
        *,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[AuditEntry]:
        query = f"audit|{sought}"
        position = await ports.pager.position(caller, query, cursor)
        before = int(position[0]) if position else None
        page = await ports.reading.page(caller.tenant, ports.clock.now(), sought, before=before, limit=limit)
        more = None if page.older is None else [str(page.older)]
        following = await ports.pager.next_of(caller, query, more)
        return Page(items=[_shape(line) for line in page.lines], next=following)

    @router.get(
        "/audit/checkpoint",
        response_model=AuditCheckpoint,
        summary="Read the newest checkpoint of the audit log",
        responses=refusals(404),
    )
    async def read_audit_checkpoint(
        caller: Annotated[Caller, ports.gate.needs(Permission.AUDIT_VIEW)],
    ) -> Response:
        try:
            return _exact(await ports.files.checkpoint(caller.tenant))
        except ConfigurationError as error:
            raise absent("checkpoint yet") from error

    @router.get(
        "/audit/entries/{entry_id}/proof",
        response_model=AuditProof,
        summary="Prove that an entry is in the audit log",
        responses=refusals(404),
    )
    async def prove_audit_entry(
        entry_id: UUID, caller: Annotated[Caller, ports.gate.needs(Permission.AUDIT_EXPORT)]
    ) -> Response:
        try:
            return _exact(await ports.files.inclusion(caller.tenant, entry_id))
        except ConfigurationError as error:
            raise absent("entry in the log yet") from error

    return router


def _exact(file: msgspec.Struct) -> Response:
    """The very bytes that an auditor's command reads."""
    return Response(exact_json.encode(file), media_type="application/json")


def _shape(line: AuditLine) -> AuditEntry:
    return AuditEntry(
        number=line.number,
        id=line.id,
        at=line.at,
        kind=line.kind,
        what=line.what,
        why=line.why,
        who=line.who,
        address=line.address,
        security=line.security,
    )
