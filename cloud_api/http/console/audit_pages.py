"""The audit log: searched, each entry explained with its proof, and what auditors take along (R26 to R28)."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from cloud_api.clock import Clock
from cloud_api.errors import ConfigurationError
from cloud_api.http.console.gate import ConsoleGate
from cloud_api.http.console.pages import Pages
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.services.audit_explaining import AuditExplaining
from cloud_api.services.audit_kinds import TOPIC_NAMES, Topic
from cloud_api.services.audit_reading import AuditReading, Search
from cloud_api.services.log_files import LogFiles
from cloud_api.services.log_proofs import Place
from cloud_api.services.sign_in import Staff
from sync.protocol import exact_json
from sync.protocol.errors import ProtocolError
from sync.protocol.trust_files import TrustFile

_MOST = 2**53
_PLACE = re.compile(r"(?:([1-9][0-9]{0,8}):)?([1-9][0-9]{0,14})")
Number = Annotated[int, Path(ge=1, le=_MOST)]
Before = Annotated[int | None, Query(ge=1, le=_MOST)]


@dataclass(frozen=True, slots=True)
class AuditPorts:
    """What these pages work with."""

    pages: Pages
    gate: ConsoleGate
    reading: AuditReading
    explaining: AuditExplaining
    files: LogFiles
    clock: Clock


@dataclass(frozen=True, slots=True)
class Sought:
    """The fields of the search as they came: every one may be empty, for an empty field of a form is sent too."""

    who: str
    topic: str
    kiosk: str
    visit: str
    since: str
    until: str

    def search(self, *, security: bool) -> Search | str:
        """What is looked for, or what is wrong with it."""
        try:
            found = Search(
                who=self.who,
                topic=Topic(self.topic) if self.topic else None,
                kiosk=UUID(self.kiosk) if self.kiosk else None,
                stay=UUID(self.visit.strip()) if self.visit else None,
                since=date.fromisoformat(self.since) if self.since else None,
                until=date.fromisoformat(self.until) if self.until else None,
                security=security,
            )
        except ValueError:
            return "One of the fields cannot be read: a day is written 2026-11-29, a visit by its number."
        if found.since and found.until and found.since > found.until:
            return "The first day comes after the last one."
        return found

    def query(self) -> str:
        """The same as the rest of an address."""
        return urlencode({name: value for name in self.__slots__ if (value := getattr(self, name))})


def _sought(
    *,
    who: Annotated[str, Query(max_length=100)] = "",
    topic: Annotated[str, Query(max_length=20)] = "",
    kiosk: Annotated[str, Query(max_length=36)] = "",
    visit: Annotated[str, Query(max_length=40)] = "",
    since: Annotated[str, Query(max_length=10)] = "",
    until: Annotated[str, Query(max_length=10)] = "",
) -> Sought:
    return Sought(who, topic, kiosk, visit, since, until)


def audit_router(ports: AuditPorts) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)
    _add_lists(router, ports)
    _add_entries(router, ports)
    _add_files(router, ports)
    return router


def _add_lists(router: APIRouter, ports: AuditPorts) -> None:
    @router.get("/audit")
    async def audit(
        request: Request,
        staff: Annotated[Staff, ports.gate.needs(Permission.AUDIT_VIEW)],
        asked: Annotated[Sought, Depends(_sought)],
        *,
        before: Before = None,
    ) -> Response:
        return await _list(ports, request, staff, asked, before, security=False)

    @router.get("/audit/security")
    async def security(
        request: Request,
        staff: Annotated[Staff, ports.gate.needs(Permission.AUDIT_VIEW)],
        asked: Annotated[Sought, Depends(_sought)],
        *,
        before: Before = None,
    ) -> Response:
        return await _list(ports, request, staff, asked, before, security=True)


def _add_entries(router: APIRouter, ports: AuditPorts) -> None:
    @router.get("/audit/entries/{number}")
    async def entry(
        request: Request, number: Number, staff: Annotated[Staff, ports.gate.needs(Permission.AUDIT_VIEW)]
    ) -> Response:
        found = await ports.explaining.explain(staff.tenant, number, ports.clock.now())
        if found is None:
            raise _no_entry()
        return ports.pages.page(request, "audit_entry.html", {"found": found, "line": found.line}, staff=staff)

    @router.get("/audit/entries/{number}/proof")
    async def proof(number: Number, staff: Annotated[Staff, ports.gate.needs(Permission.AUDIT_VIEW)]) -> Response:
        try:
            file = await ports.files.inclusion_at(staff.tenant, number)
        except ProtocolError as error:
            raise ProblemError(409, "not-proved", "This entry cannot be proved", detail=str(error)) from error
        if file is None:
            raise _no_entry()
        return _file(file, f"lodge-entry-{number}.json")


def _add_files(router: APIRouter, ports: AuditPorts) -> None:
    @router.get("/audit/checkpoint")
    async def checkpoint(staff: Annotated[Staff, ports.gate.needs(Permission.AUDIT_VIEW)]) -> Response:
        try:
            file = await ports.files.checkpoint(staff.tenant)
        except ConfigurationError as error:
            raise ProblemError(404, "not-found", "No checkpoint is signed yet") from error
        return _file(file, f"lodge-checkpoint-{ports.clock.now():%Y%m%d-%H%M}.json")

    @router.get("/audit/consistency")
    async def consistency(
        staff: Annotated[Staff, ports.gate.needs(Permission.AUDIT_VIEW)],
        *,
        first: Annotated[str, Query(max_length=30)],
        second: Annotated[str, Query(max_length=30)],
    ) -> Response:
        places = [_place(first), _place(second)]
        try:
            file = await ports.files.consistency(staff.tenant, *places)
        except ConfigurationError as error:
            raise ProblemError(404, "not-found", "This cannot be shown", detail=str(error)) from error
        return _file(file, f"lodge-consistency-{places[0].size}-{places[1].size}.json")


async def _list(
    ports: AuditPorts, request: Request, staff: Staff, asked: Sought, before: int | None, *, security: bool
) -> Response:
    search = asked.search(security=security)
    wrong = search if isinstance(search, str) else ""
    wanted = Search(security=security) if isinstance(search, str) else search
    page = await ports.reading.page(staff.tenant, ports.clock.now(), wanted, before=before)
    facts = {
        "page": page,
        "asked": asked,
        "search": wanted,
        "wrong": wrong,
        "before": before,
        "base": request.url.path,
        "query": asked.query(),
        "topics": TOPIC_NAMES,
    }
    template = "security.html" if security else "audit.html"
    return ports.pages.page(request, template, facts, staff=staff, status=422 if wrong else 200)


def _place(text: str) -> Place:
    match = _PLACE.fullmatch(text.strip())
    if match is None:
        detail = "Write how many entries the checkpoint is over, as its second line says: 48211, or 2:48211."
        raise ProblemError(422, "invalid", "This is no checkpoint", detail=detail)
    return Place(int(match[1] or 1), int(match[2]))


def _file(file: TrustFile, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(exact_json.encode(file), media_type="application/json", headers=headers)


def _no_entry() -> ProblemError:
    return ProblemError(404, "not-found", "The log has no such entry, or it waits to be taken in")
