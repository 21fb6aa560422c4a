"""Every operation of the API about visits and people, asked once with success, and refusals of each kind."""

import io
from uuid import uuid4

import zxingcpp
from PIL import Image

from cloud_api.policy.roles import Grant, Role
from tests.fakes.api_program import Program
from tests.fakes.api_witness import Witness
from tests.fakes.role_world import RoleWorld

WINDOW = {"begins": "2026-12-01T09:00:00+01:00", "ends": "2026-12-01T17:00:00+01:00"}


async def visits_and_places(witness: Witness, world: RoleWorld) -> None:
    place = world.places[0]
    visits = (await witness.ask("GET", "/visits", 200, query=f"?site={place.site}&present=true&limit=1")).json()
    assert (len(visits["items"]), visits["items"][0]["site_id"]) == (1, str(place.site))
    found = (await witness.ask("GET", "/visits", 200, query="?q=visitor+mill")).json()["items"]
    assert [item["name"] for item in found] == ["Visitor of Mill Lane"]
    detail = (await witness.ask("GET", "/visits/{stay_id}", 200, ids={"stay_id": place.visit})).json()
    assert (detail["id"], detail["host_id"]) == (str(place.visit), str(world.host))
    assert [step["title"] for step in detail["steps"]][:1] == ["Arrived at Kiosk of Mill Lane"]
    await witness.ask("GET", "/visits/{stay_id}", 404, ids={"stay_id": uuid4()})
    await witness.ask("GET", "/visits/{stay_id}", 404, ids={"stay_id": "no-id"})
    for wrong in ("?limit=0", "?since=yesterday", "?until=0.5", "?cursor=AAAA", f"?q={'x' * 101}"):
        await witness.ask("GET", "/visits", 422, query=wrong)
    same = "/visits/{stay_id}/same-person"
    assert (await witness.ask("GET", same, 200, ids={"stay_id": place.visit})).json() == {"items": []}
    await witness.ask("GET", same, 404, ids={"stay_id": uuid4()})
    shown = (await witness.ask("GET", "/visits/{stay_id}", 200, ids={"stay_id": place.photographed})).json()["photo"]
    assert shown == {"id": str(place.photo), "standing": "kept"}
    ids = {"stay_id": place.photographed, "photo_id": place.photo}
    photo = await witness.program.ask("GET", f"/visits/{place.photographed}/photos/{place.photo}")
    assert photo.content.startswith(b"\xff\xd8\xff")
    witness.asked.add(("GET", "/visits/{stay_id}/photos/{photo_id}"))
    await witness.ask("GET", "/visits/{stay_id}/photos/{photo_id}", 404, ids={**ids, "photo_id": uuid4()})
    presence = (await witness.ask("GET", "/presence", 200)).json()
    assert presence["count"] == len(presence["people"]) == 4
    await witness.ask("GET", "/presence", 404, query=f"?site={uuid4()}")
    places = (await witness.ask("GET", "/locations", 200)).json()["items"]
    assert {item["key"] for item in places} == {"mill-lane", "harbour"}
    await witness.ask("GET", "/locations/{site_id}", 200, ids={"site_id": place.site})
    assert (await witness.ask("GET", "/visitor-types", 200)).json() == {
        "items": [{"key": "visitor", "name": "Visitor"}]
    }
    assert [item["key"] for item in (await witness.ask("GET", "/documents", 200)).json()["items"]] == ["rules"]


async def hosts_and_invitations(witness: Witness, world: RoleWorld) -> None:
    wanted = {"key": "ida", "name": "Ida Sample", "email": "ida@example.org", "site_id": str(world.places[0].site)}
    host = (await witness.ask("POST", "/hosts", 201, json=wanted)).json()
    await witness.ask("POST", "/hosts", 409, json=wanted)
    await witness.ask("POST", "/hosts", 404, json={**wanted, "key": "ivo", "site_id": str(uuid4())})
    for wrong in (
        {**wanted, "email": "nowhere"},
        {**wanted, "more": 1},
        {**wanted, "name": "a\nb"},
        {**wanted, "active": 0},
    ):
        await witness.ask("POST", "/hosts", 422, json=wrong)
    for unreadable in (b'{"key": "\xff"}', b"[" * 20_000):
        await witness.ask("POST", "/hosts", 422, content=unreadable, headers={"Content-Type": "application/json"})
    refused = await witness.program.ask("PATCH", "/hosts")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, POST")
    await witness.ask("POST", "/hosts", 413, content=b" " * 65537, headers={"Content-Type": "application/json"})
    ids = {"host_id": host["id"]}
    seen = await witness.ask("GET", "/hosts/{host_id}", 200, ids=ids)
    change = {"name": "Ida Sample", "department": "Dyeing", "active": False}
    await witness.ask("PUT", "/hosts/{host_id}", 428, ids=ids, json=change)
    match = {"If-Match": seen.headers["ETag"]}
    done = await witness.ask("PUT", "/hosts/{host_id}", 200, ids=ids, json=change, headers=match)
    assert done.json() == {**host, **change, "email": "", "site_id": None}
    await witness.ask("PUT", "/hosts/{host_id}", 412, ids=ids, json=change, headers=match)
    assert host["id"] in (await witness.ask("GET", "/hosts", 200)).text
    guest = {"type": "visitor", "name": "Guest", "host": "ida", "windows": [WINDOW], "key": "guest"}
    invited = (await witness.ask("POST", "/invitations", 201, json=guest)).json()
    await witness.ask("POST", "/invitations", 409, json=guest)
    numbers = {**guest, "windows": [{"begins": 1.5, "ends": "1"}], "uses": "2", "approved": 1}
    assert len((await witness.ask("POST", "/invitations", 422, json=numbers)).json()["faults"]) == 4
    backwards = {**guest, "windows": [{"begins": WINDOW["ends"], "ends": WINDOW["begins"]}], "host": "nobody"}
    faults = (await witness.ask("POST", "/invitations", 422, json=backwards)).json()["faults"]
    assert [item["at"] for item in faults] == ["invitation.windows[0].ends", "invitation.host"]
    ids = {"entry_id": invited["id"]}
    assert (await witness.ask("GET", "/invitations/{entry_id}", 200, ids=ids)).json() == invited
    assert (await witness.ask("GET", "/invitations", 200)).json()["items"] == [invited]
    await invitation_codes(witness, world, invited["id"])
    await witness.ask("DELETE", "/invitations/{entry_id}", 204, ids=ids)
    await witness.ask("DELETE", "/invitations/{entry_id}", 404, ids=ids)


async def invitation_codes(witness: Witness, world: RoleWorld, invitation: str) -> None:
    ids = {"entry_id": invitation}
    code, picture = "/invitations/{entry_id}/code", "/invitations/{entry_id}/code/picture"
    made = (await witness.ask("GET", code, 200, ids=ids)).json()
    assert (made["invitation_id"], made["expires_at"]) == (invitation, "2026-12-01T16:00:00Z")
    drawn = await witness.program.ask("GET", picture.format(**ids))
    (seen,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(drawn.content)))
    assert (drawn.headers["content-type"], seen.text) == ("image/png", made["text"])
    witness.asked.add(("GET", picture))
    past = {"begins": "2026-01-01T09:00:00Z", "ends": "2026-01-01T17:00:00Z"}
    guest = {"type": "visitor", "name": "Late", "windows": [past], "site_id": str(world.places[0].site)}
    over = (await witness.ask("POST", "/invitations", 201, json=guest)).json()["id"]
    await witness.ask("GET", code, 409, ids={"entry_id": over})
    await witness.ask("GET", picture, 404, ids={"entry_id": uuid4()})
    await witness.ask("DELETE", "/invitations/{entry_id}", 204, ids={"entry_id": over})


async def watchlist(witness: Witness) -> None:
    wanted = {"key": "trespasser", "name": "Max Mustermann", "until": "2027-01-01T00:00:00Z", "reason": "Broke in"}
    made = (await witness.ask("POST", "/watchlist", 201, json=wanted)).json()
    await witness.ask("POST", "/watchlist", 409, json=wanted)
    for wrong in ({"name": ""}, {"name": "..."}, {"action": "arrest"}):
        await witness.ask("POST", "/watchlist", 422, json={**wanted, "key": "other", **wrong})
    ids = {"entry_id": made["id"]}
    seen = await witness.ask("GET", "/watchlist/{entry_id}", 200, ids=ids)
    change = {"name": "Erika Mustermann", "action": "alert"}
    await witness.ask("PUT", "/watchlist/{entry_id}", 428, ids=ids, json=change)
    match = {"If-Match": seen.headers["ETag"]}
    await witness.ask("PUT", "/watchlist/{entry_id}", 200, ids=ids, json=change, headers=match)
    await witness.ask("PUT", "/watchlist/{entry_id}", 412, ids=ids, json=change, headers=match)
    (listed,) = (await witness.ask("GET", "/watchlist", 200)).json()["items"]
    assert {**listed, **change, "key": "trespasser", "until": None, "reason": ""} == listed
    await witness.ask("DELETE", "/watchlist/{entry_id}", 204, ids=ids)
    await witness.ask("DELETE", "/watchlist/{entry_id}", 404, ids=ids)


async def deliveries(witness: Witness, world: RoleWorld) -> None:
    site = str(world.places[0].site)
    wanted = {"site_id": site, "recipient": "grace@EXAMPLE.org", "carrier": "Fictional Freight", "place": "Shelf 3"}
    made = (await witness.ask("POST", "/deliveries", 201, json=wanted)).json()
    assert (made["host_id"], made["host"], made["host_told"]) == (str(world.host), "Grace Example", "being told")
    unclear = await witness.ask("POST", "/deliveries", 422, json={**wanted, "recipient": "Somebody Else"})
    assert (unclear.json()["type"], unclear.json()["hosts"]) == ("urn:lodge:problem:recipient-unclear", [])
    await witness.ask("POST", "/deliveries", 404, json={**wanted, "site_id": str(uuid4())})
    for wrong in ({"host_id": str(world.host)}, {"recipient": " "}, {"count": 0}, {"remind_after_hours": 721}):
        await witness.ask("POST", "/deliveries", 422, json={**wanted, **wrong})
    second = {**wanted, "recipient": "", "host_id": str(world.host), "remind_after_hours": 0}
    other = (await witness.ask("POST", "/deliveries", 201, json=second)).json()
    assert other["remind_at"] is None
    collect, ids = "/deliveries/{delivery_id}/collect", {"delivery_id": made["id"]}
    done = (await witness.ask("POST", collect, 200, ids=ids, json={"by": "Grace herself"})).json()
    assert (done["state"], done["collected_by"], done["remind_at"]) == ("collected", "Grace herself", None)
    await witness.ask("POST", collect, 409, ids=ids, json={"by": "Somebody else"})
    assert (await witness.ask("GET", "/deliveries/{delivery_id}", 200, ids=ids)).json() == done
    for query, found in (("?state=waiting", other), ("?state=collected", done)):
        listed = (await witness.ask("GET", "/deliveries", 200, query=f"{query}&site={site}&host={world.host}")).json()
        assert [item["id"] for item in listed["items"]] == [found["id"]]
    page = (await witness.ask("GET", "/deliveries", 200, query="?limit=1")).json()
    then = (await witness.ask("GET", "/deliveries", 200, query=f"?limit=1&cursor={page['next']}")).json()
    assert {page["items"][0]["id"], then["items"][0]["id"]} == {made["id"], other["id"]}
    await witness.ask("DELETE", "/deliveries/{delivery_id}", 204, ids=ids)
    await witness.ask("GET", "/deliveries/{delivery_id}", 404, ids=ids)


async def acts(witness: Witness, world: RoleWorld) -> None:
    """What the console and commands do, too: invitations into the team, removals, logs of kiosks, erasing."""
    wanted = {"email": "newcomer@example.org", "roles": [{"role": "security", "site_id": str(world.places[0].site)}]}
    made = (await witness.ask("POST", "/user-invitations", 201, json=wanted)).json()
    assert "/join/" in made["link"]  # this server sends no mail
    for wrong, status in (
        ({"roles": [{"role": "security", "site_id": str(uuid4())}]}, 404),
        ({"roles": [{"role": "admin", "site_id": wanted["roles"][0]["site_id"]}]}, 422),  # type: ignore[index]  # as above
        ({"email": "nowhere"}, 409),
    ):
        await witness.ask("POST", "/user-invitations", status, json={**wanted, **wrong})
    listed = (await witness.ask("GET", "/user-invitations", 200)).json()["items"]
    assert [(item["email"], item["roles"]) for item in listed] == [("newcomer@example.org", wanted["roles"])]
    ids = {"invitation_id": made["id"]}
    again = (await witness.ask("POST", "/user-invitations/{invitation_id}/again", 201, ids=ids)).json()
    assert again["link"] != made["link"]
    await witness.ask("DELETE", "/user-invitations/{invitation_id}", 204, ids=ids)
    await witness.ask("DELETE", "/user-invitations/{invitation_id}", 404, ids=ids)
    person = await world.person(Grant(Role.RECEPTIONIST))
    await witness.ask("POST", "/users/{user_id}/remove", 422, ids={"user_id": person.user_id}, json={"reason": ""})
    await witness.ask("POST", "/users/{user_id}/remove", 204, ids={"user_id": person.user_id}, json={"reason": "left"})
    await witness.ask("GET", "/users/{user_id}", 404, ids={"user_id": person.user_id})
    kiosk = world.places[0].kiosk.identity.kiosk
    (log,) = (await witness.ask("GET", "/kiosks/{kiosk_id}/logs", 200, ids={"kiosk_id": kiosk})).json()["items"]
    confirm = "/kiosks/{kiosk_id}/logs/{epoch}/confirm"
    await witness.ask("POST", confirm, 409, ids={"kiosk_id": kiosk, "epoch": log["epoch"]})
    witness.asked.add(("POST", confirm))
    assert (await witness.ask("GET", "/unreadable-entries", 200)).json() == {"items": []}
    erase, ids = "/visits/{stay_id}/erase", {"stay_id": world.places[1].visit}
    await witness.ask("POST", erase, 204, ids=ids, json={"reason": "asked for by the visitor"})
    assert (await witness.ask("GET", "/visits/{stay_id}", 200, ids=ids)).json()["name"] is None
    await witness.ask("POST", erase, 404, ids={"stay_id": uuid4()}, json={"reason": "asked for"})


async def team_and_keys(witness: Witness, world: RoleWorld) -> None:
    person = await world.person(Grant(Role.RECEPTIONIST), name="Rita Example")
    ids = {"user_id": person.user_id}
    seen = await witness.ask("GET", "/users/{user_id}", 200, ids=ids)
    await witness.ask("GET", "/users", 200)
    roles = {"roles": [{"role": "security", "site_id": str(world.places[0].site)}]}
    await witness.ask("PUT", "/users/{user_id}/roles", 428, ids=ids, json=roles)
    match = {"If-Match": seen.headers["ETag"]}
    done = await witness.ask("PUT", "/users/{user_id}/roles", 200, ids=ids, json=roles, headers=match)
    assert done.json()["roles"] == roles["roles"]
    await witness.ask("PUT", "/users/{user_id}/roles", 412, ids=ids, json=roles, headers=match)
    match = {"If-Match": done.headers["ETag"]}
    owner = {"roles": [{"role": "owner", "site_id": None}]}
    await witness.ask("PUT", "/users/{user_id}/roles", 409, ids=ids, json=owner, headers=match)
    assert len((await witness.ask("GET", "/roles", 200)).json()["items"]) == 7
    me = (await witness.ask("GET", "/me", 200)).json()
    assert (me["kind"], "billing.manage" in me["permissions"]) == ("program", True)
    key = (await witness.ask("POST", "/api-keys", 201, json={"name": "Key", "permissions": ["visits.view"]})).json()
    await witness.ask("GET", "/api-keys", 200)
    await witness.ask("GET", "/api-keys/{key_id}", 200, ids={"key_id": key["id"]})
    narrow = Witness(witness.described, Program(world.client, key["secret"]))
    await narrow.ask("GET", "/visits", 200)
    await narrow.ask("GET", "/users", 403)
    await witness.ask("DELETE", "/api-keys/{key_id}", 204, ids={"key_id": key["id"]})
