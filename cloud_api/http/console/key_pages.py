"""API keys: which there are, a new one, shown once, and revoking one."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud_api.clock import Clock
from cloud_api.http.console.forms import read_pairs
from cloud_api.http.console.gate import ConsoleGate, actor_of
from cloud_api.http.console.pages import Pages
from cloud_api.http.console.proofs import Proofs
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.policy.table import is_bounded, words_of
from cloud_api.services.api_callers import FOR_ALL_LOCATIONS
from cloud_api.services.api_keys import ApiKeys, KeyFault, ListedKey, WantedKey
from cloud_api.services.sign_in import Staff

KEYS = "/team/keys"
_MOST_FIELDS = 600
DAYS = ("30", "90", "365", "")
DANGEROUS = frozenset(
    {
        Permission.KIOSKS_ENROL,
        Permission.KIOSKS_REVOKE,
        Permission.KIOSKS_COMMAND,
        Permission.TEAM_MANAGE,
        Permission.API_KEYS_MANAGE,
        Permission.WEBHOOKS_MANAGE,
        Permission.LOGS_CONFIRM,
        Permission.VISITS_ERASE,
    }
)
"""What the console asks a proof for: a key that has it may do it without one."""
OFFERED = (
    Permission.VISITS_VIEW,
    Permission.VISITS_ERASE,
    Permission.PHOTOS_VIEW,
    Permission.DIRECTORY_VIEW,
    Permission.INVITATIONS_MANAGE,
    Permission.DELIVERIES_MANAGE,
    Permission.WATCHLIST_VIEW,
    Permission.WATCHLIST_MANAGE,
    Permission.KIOSKS_VIEW,
    Permission.KIOSKS_ENROL,
    Permission.KIOSKS_REVOKE,
    Permission.KIOSKS_COMMAND,
    Permission.LOGS_CONFIRM,
    Permission.QUARANTINE_VIEW,
    Permission.TEAM_VIEW,
    Permission.TEAM_MANAGE,
    Permission.AUDIT_VIEW,
    Permission.AUDIT_EXPORT,
    Permission.ORGANISATION_CONFIGURE,
    Permission.API_KEYS_MANAGE,
    Permission.WEBHOOKS_MANAGE,
)
"""What the API asks for; other permissions would open nothing by a key."""


@dataclass(frozen=True, slots=True)
class KeyPagePorts:
    """What these pages work with."""

    pages: Pages
    gate: ConsoleGate
    proofs: Proofs
    keys: ApiKeys
    clock: Clock


def key_router(ports: KeyPagePorts) -> APIRouter:
    """The routes; they come before those of the team, whose paths would take them for ids."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)

    @router.get(KEYS)
    async def keys(request: Request, staff: Annotated[Staff, ports.gate.needs(Permission.API_KEYS_MANAGE)]) -> Response:
        return await _list(ports, request, staff)

    @router.post(KEYS)
    async def make(request: Request, staff: Annotated[Staff, ports.gate.needs(Permission.API_KEYS_MANAGE)]) -> Response:
        wanted = _read(await read_pairs(request, most=_MOST_FIELDS))
        await ports.proofs.require(staff, request)
        made = await ports.keys.make(staff, wanted, actor_of(request, staff))
        if isinstance(made, KeyFault):
            return await _list(ports, request, staff, wrong=made.words, said=wanted)
        facts = {
            "title": f"Keep the key “{made.key.name}”",
            "what": "It is shown this once. Put it where your program finds it, and nowhere else.",
            "secret": made.secret,
            "label": "API key",
            "back": KEYS,
        }
        return ports.pages.page(request, "token_shown.html", facts, staff=staff)

    @router.get(KEYS + "/{key_id}/revoke")
    async def confirm(
        request: Request, key_id: UUID, staff: Annotated[Staff, ports.gate.needs(Permission.API_KEYS_MANAGE)]
    ) -> Response:
        facts = {"item": await _find(ports, staff, key_id), "ends": await ports.keys.came_of(staff.tenant, key_id)}
        return ports.pages.page(request, "key_revoke.html", facts, staff=staff)

    @router.post(KEYS + "/{key_id}/revoke")
    async def revoke(
        request: Request, key_id: UUID, staff: Annotated[Staff, ports.gate.needs(Permission.API_KEYS_MANAGE)]
    ) -> Response:
        await _find(ports, staff, key_id)
        await ports.proofs.require(staff, request)
        if not await ports.keys.revoke(staff.tenant, key_id, actor_of(request, staff)):
            raise _absent()
        return RedirectResponse(KEYS, status_code=303)

    return router


async def _list(
    ports: KeyPagePorts, request: Request, staff: Staff, *, wrong: str = "", said: WantedKey | None = None
) -> Response:
    facts = {
        "keys": await ports.keys.list(staff.tenant),
        "now": ports.clock.now(),
        "sites": await ports.keys.sites(staff),
        "offered": [(item, words_of(item), item in DANGEROUS, _wide(item)) for item in OFFERED if staff.may(item)],
        "dangerous": {item.value for item in DANGEROUS},
        "days": DAYS,
        "wrong": wrong,
        "said": said or WantedKey("", frozenset(), days=90),
    }
    return ports.pages.page(request, "keys.html", facts, staff=staff, status=422 if wrong else 200)


def _wide(permission: Permission) -> bool:
    return not is_bounded(permission) or permission in FOR_ALL_LOCATIONS


async def _find(ports: KeyPagePorts, staff: Staff, key_id: UUID) -> ListedKey:
    for item in await ports.keys.list(staff.tenant):
        if item.key.id == key_id and item.good:
            return item
    raise _absent()


def _read(pairs: list[tuple[str, str]]) -> WantedKey:
    said = dict(pairs)
    try:
        permissions = frozenset(Permission(value) for name, value in pairs if name == "permission")
        sites = frozenset(UUID(value) for name, value in pairs if name == "site")
        days = int(said["days"]) if said.get("days") else None
    except ValueError as error:
        raise ProblemError(422, "invalid", "The form is not filled in as it must be") from error
    return WantedKey(said.get("name", ""), permissions, sites or None, days)


def _absent() -> ProblemError:
    return ProblemError(404, "not-found", "There is no such key")
