"""How each route of the API is asked about a place, for the matrix of roles: paths with ids, bodies, versions."""

from uuid import uuid4

from cloud_api.policy.roles import Grant, Role
from tests.fakes.role_world import Person, Place, RoleWorld

API = "/api/v1"
_SORT: dict[str, object] = {"id": "visitor", "words": {"en": "Visitor"}, "badge": "visitor"}
_TEXT = {"language": "en", "version": "1", "title": "Rules", "paragraphs": ["Be kind."]}
_PAPER: dict[str, object] = {"texts": [_TEXT]}
_LOCATION: dict[str, object] = {
    "name": "Annexe", "time_zone": "UTC", "zones": [{"key": "gate", "name": "Gate", "muster_point": "Yard"}]
}  # fmt: skip
_WEBHOOK: dict[str, object] = {"name": "Doors", "url": "https://hooks.example.org/"}
PLACED_BY_QUERY = ("GET /api/v1/presence",)
PLACED_BY_BODY = (
    "POST /api/v1/kiosks",
    "POST /api/v1/invitations",
    "POST /api/v1/deliveries",
    "POST /api/v1/user-invitations",
)
PLACED = (*PLACED_BY_QUERY, *PLACED_BY_BODY)


async def ask_api(world: RoleWorld, name: str, person: Person, place: Place, site: object) -> str:
    """What a route answers: ``in``, ``forbidden``, ``absent`` or ``stranger``."""
    method, template = name.split(" ")
    stranger = person.user_id in [known.site for known in world.places]
    headers = {"Authorization": f"Bearer {person.token if stranger else await world.token(person)}"}
    target = await world.person(Grant(Role.RECEPTIONIST, place.site)) if "{user_id}" in template else person
    path = template.format(
        stay_id=await _visit(world, template, person, place),
        photo_id=place.photo,
        epoch="none",
        invitation_id=await world.new_invitation(place) if "{invitation_id}" in template else "",
        site_id=site,
        host_id=await world.local_host(place) if "{host_id}" in template else "",
        entry_id=await _entry(world, template, place),
        kiosk_id=await world.new_kiosk(place) if "{kiosk_id}" in template else "",
        user_id=target.user_id,
        key_id=await world.new_key() if "{key_id}" in template else "",
        key=await _key(world, template, place),
        delivery_id=await world.delivery(place) if "{delivery_id}" in template else "",
        **await _hook(world, template),
    )
    if name in PLACED_BY_QUERY:
        path += f"?site={site}"
    if method == "PUT":
        headers["If-Match"] = "*"
    answer = await world.client.request(method, path, headers=headers, json=_body(name, site))
    assert answer.status_code < 500, (name, answer.text)
    if answer.status_code == 401:
        return "stranger"
    known = (200, 201, 204, 403, 404, 409, 412, *([422] if name.endswith("/logo") else []))
    assert answer.status_code in known, (name, answer.text)
    if name == "DELETE /api/v1/tokens":
        world.tokens.pop(person.user_id, None)
    return {403: "forbidden", 404: "absent"}.get(answer.status_code, "in")


async def _entry(world: RoleWorld, template: str, place: Place) -> object:
    if "/invitations/{entry_id}" in template:
        return await world.invitation(place)
    if "/watchlist/{entry_id}" in template:
        return await world.watched()
    return await world.entry() if "/audit/" in template else ""


async def _visit(world: RoleWorld, template: str, person: Person, place: Place) -> object:
    """For whoever may erase one, a visit that nobody else is asked about."""
    if template.endswith("/erase") and not stranger_to(person, world):
        heads = {Grant(Role.OWNER), Grant(Role.ADMIN)}
        if heads & set(await world.grants_of(person)):
            return await world.new_visit(place)
    return place.photographed if "{photo_id}" in template else place.visit


def stranger_to(person: Person, world: RoleWorld) -> bool:
    """Whether it is nobody of the organisation."""
    return world.homes.get(person.user_id) != world.ground.tenant


async def _key(world: RoleWorld, template: str, place: Place) -> str:
    """Of a type or document that something else names, so that nobody takes it away (409)."""
    if "/visitor-types/{key}" in template:
        await world.invitation(place)
        return "visitor"
    return "rules" if "/documents/{key}" in template else ""


async def _hook(world: RoleWorld, template: str) -> dict[str, object]:
    """A webhook, and a message to it that was given up."""
    if "{webhook_id}" not in template:
        return {}
    hook, message = await world.webhook()
    return {"webhook_id": hook, "message_id": message}


def _body(name: str, site: object) -> dict[str, object] | None:
    window = {"begins": "2026-12-01T09:00:00Z", "ends": "2026-12-01T17:00:00Z"}
    bodies: dict[str, dict[str, object]] = {
        "POST /api/v1/kiosks": {"name": "New kiosk", "site_id": str(site)},
        "POST /api/v1/kiosks/{kiosk_id}/commands": {"order": "restart"},
        "POST /api/v1/kiosks/{kiosk_id}/revoke": {"reason": "stolen"},
        "POST /api/v1/invitations": {"type": "visitor", "name": "Guest", "site_id": str(site), "windows": [window]},
        "POST /api/v1/deliveries": {"site_id": str(site), "recipient": "Grace Example"},
        "POST /api/v1/deliveries/{delivery_id}/collect": {"by": "Somebody"},
        "POST /api/v1/watchlist": {"name": "Somebody"},
        "PUT /api/v1/watchlist/{entry_id}": {"name": "Somebody"},
        "POST /api/v1/visitor-types": {**_SORT, "id": f"type-{uuid4()}"},
        "PUT /api/v1/visitor-types/{key}": _SORT,
        "POST /api/v1/documents": {**_PAPER, "id": f"document-{uuid4()}"},
        "PUT /api/v1/documents/{key}": {**_PAPER, "id": "rules"},
        "POST /api/v1/locations": {**_LOCATION, "key": f"location-{uuid4()}"},
        "PUT /api/v1/locations/{site_id}": _LOCATION,
        "POST /api/v1/hosts": {"key": f"host-{uuid4()}", "name": "Somebody"},
        "PUT /api/v1/hosts/{host_id}": {"name": "Somebody"},
        "PUT /api/v1/users/{user_id}/roles": {"roles": [{"role": "receptionist", "site_id": str(site)}]},
        "POST /api/v1/webhooks": _WEBHOOK,
        "PUT /api/v1/webhooks/{webhook_id}": _WEBHOOK,
        "POST /api/v1/user-invitations": {
            "email": "robin@example.org",
            "roles": [{"role": "receptionist", "site_id": str(site)}],
        },
        "POST /api/v1/users/{user_id}/remove": {"reason": "left"},
        "POST /api/v1/visits/{stay_id}/erase": {"reason": "asked for"},
        "POST /api/v1/api-keys": {"name": "Key", "permissions": ["visits.view"]},
    }
    return bodies.get(name)


def is_placed(name: str) -> bool:
    """Whether it is asked about one location or another."""
    return "{" in name or name in PLACED
