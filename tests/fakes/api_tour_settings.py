"""Every operation of the API about settings, kiosks, webhooks and the audit log, likewise."""

from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

from PIL import Image

from cloud_api.http.limits import ProcessRateLimit
from cloud_api.services.rate_limits import SharedRateLimit
from cloud_api.services.server_keys import ServerKeys
from cloud_api.store import feed_pages
from sync.protocol.feed import PageKind
from tests.fakes.api_witness import Witness
from tests.fakes.role_world import Person, RoleWorld


async def settings(witness: Witness, world: RoleWorld) -> None:
    """Each by the rules of the organisation's file, and on the pages of every kiosk at once."""
    sort = {"id": "courier", "words": {"en": "Courier"}, "badge": "visitor", "documents": ["parcels"]}
    text = {"language": "en", "version": "1", "title": "Parcels", "paragraphs": ["Ring twice."]}
    paper = {"id": "parcels", "texts": [text]}
    faults = (await witness.ask("POST", "/visitor-types", 422, json=sort)).json()["faults"]
    assert [item["at"] for item in faults] == ["visitor_types[1].documents[0]"], "there is no such document yet"
    await witness.ask("POST", "/documents", 201, json=paper)
    made = (await witness.ask("POST", "/visitor-types", 201, json=sort)).json()
    assert (made["words"], made["steps"], made["template"]) == (
        sort["words"],
        ["details", "host", "document", "photo"],
        None,
    )
    for path, entry, key in (("/documents", paper, "parcels"), ("/visitor-types", sort, "courier")):
        await witness.ask("POST", path, 409, json=entry)
        await witness.ask("POST", path, 422, json={**entry, "id": "Capital"})
        await witness.ask("POST", path, 422, json={**entry, "unknown": 1})
        one, ids = f"{path}/{{key}}", {"key": key}
        seen = await witness.ask("GET", one, 200, ids=ids)
        match, changed = {"If-Match": seen.headers["ETag"]}, {**seen.json(), **_CHANGED[key]}
        await witness.ask("PUT", one, 428, ids=ids, json=changed)
        await witness.ask("PUT", one, 422, ids=ids, json={**changed, "id": "other"}, headers=match)
        done = await witness.ask("PUT", one, 200, ids=ids, json=changed, headers=match)
        assert done.json() == changed
        await witness.ask("PUT", one, 412, ids=ids, json=changed, headers=match)
        match = {"If-Match": done.headers["ETag"]}
    kept = await witness.ask("GET", "/documents/{key}", 200, ids={"key": "parcels"})
    other = {**kept.json(), "texts": [{**text, "title": "Other words"}]}
    said = await witness.ask(
        "PUT", "/documents/{key}", 422, ids={"key": "parcels"}, json=other, headers={"If-Match": kept.headers["ETag"]}
    )
    assert "without a new version" in said.text
    await witness.ask("DELETE", "/documents/{key}", 409, ids={"key": "parcels"})
    await witness.ask("DELETE", "/visitor-types/{key}", 204, ids={"key": "courier"})
    await witness.ask("DELETE", "/visitor-types/{key}", 409, ids={"key": "visitor"})  # the last one
    await witness.ask("DELETE", "/documents/{key}", 204, ids={"key": "parcels"})
    await witness.ask("DELETE", "/documents/{key}", 404, ids={"key": "parcels"})
    await _locations(witness, world)


_CHANGED: dict[str, dict[str, Any]] = {
    "parcels": {"signature": True, "quiz": [], "again_after_days": 365},
    "courier": {"words": {"en": "Courier", "de": "Kurier"}, "badge_hours": 2},
}


async def _locations(witness: Witness, world: RoleWorld) -> None:
    zones = [{"key": "gate", "name": "Gate", "muster_point": "Yard"}]
    wanted = {"key": "annexe", "name": "Annexe", "time_zone": "Europe/Paris", "zones": zones, "staff_pin": "604213"}
    wrong: dict[str, Any]
    for wrong in ({"time_zone": "Moon/Crater"}, {"zones": [*zones, *zones]}, {"languages": ["xx-none"]}, {"zones": []}):
        await witness.ask("POST", "/locations", 422, json={**wanted, **wrong})
    taken = (await witness.ask("POST", "/locations", 422, json={**wanted, "staff_pin": "135790"})).text
    assert ("somebody's PIN here already" in taken, "reception" in taken) == (True, False)
    made = (await witness.ask("POST", "/locations", 201, json=wanted)).json()
    assert (made["has_staff_pin"], made["languages"], "staff_pin" in made) == (True, ["en"], False)
    await witness.ask("POST", "/locations", 409, json=wanted)
    ids = {"site_id": made["id"]}
    seen = await witness.ask("GET", "/locations/{site_id}", 200, ids=ids)
    change = {"name": "The annexe", "time_zone": "Europe/Paris", "zones": [{**zones[0], "key": "loft", "name": "Loft"}]}
    match = {"If-Match": seen.headers["ETag"]}
    await witness.ask("PUT", "/locations/{site_id}", 428, ids=ids, json=change)
    double = {**change, "zones": [{**zones[0], "key": "loft"}]}
    refused = await witness.ask("PUT", "/locations/{site_id}", 422, ids=ids, json=double, headers=match)
    assert "is there twice" in refused.text, "the zone that the change leaves out stays, and has this name"
    done = (await witness.ask("PUT", "/locations/{site_id}", 200, ids=ids, json=change, headers=match)).json()
    assert (done["name"], done["has_staff_pin"]) == ("The annexe", True)
    assert {zone["key"] for zone in done["zones"]} == {"gate", "loft"}
    await witness.ask("PUT", "/locations/{site_id}", 412, ids=ids, json=change, headers=match)
    async with world.ground.cloud.db.tenant(world.ground.tenant) as tx:
        pages = await feed_pages.list_newest(tx, UUID(made["id"]))
    assert PageKind.CONFIGURATION in pages


async def organisation(witness: Witness, world: RoleWorld, owner: Person) -> None:
    """R22: a polyglot becomes a picture of our own making, shown without a session; 51 MB, and the 31st."""
    logo, script = "/organisation/logo", b"<script>alert('x')</script>"
    given = BytesIO()
    Image.linear_gradient("L").resize((900, 300)).convert("RGBA").save(given, format="WEBP", exif=b"Exif" + script)
    made = (await witness.ask("POST", logo, 201, content=given.getvalue() + script)).json()
    said = (await witness.ask("GET", "/organisation", 200)).json()
    assert (said["name"], said["logo"], made["on_kiosks"]) == ("Thistledown Works", made, True)
    shown = await world.client.get(made["path"])
    assert (shown.headers["content-type"], len(shown.content)) == ("image/png", made["size"])
    assert shown.headers["content-disposition"] == 'attachment; filename="logo.png"'
    assert "set-cookie" not in shown.headers
    assert script in given.getvalue()
    assert b"script" not in shown.content
    with Image.open(BytesIO(shown.content)) as picture:
        assert (picture.format, picture.size, picture.info) == ("PNG", (512, 171), {})
    assert f'<img class="logo" src="{made["path"]}"' in (await world.ask("GET", "/board", owner)).text
    for refused in (b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n" + script):
        await witness.ask("POST", logo, 422, content=refused)
    await witness.ask("POST", logo, 413, content=bytes(51_000_000 + 2**21))
    limit = SharedRateLimit(
        world.ground.cloud.db,
        ServerKeys(world.ground.cloud.db, world.ground.cloud.ring),
        world.ground.clock,
        ProcessRateLimit(world.ground.clock, allowed=0),
    )
    assert [await limit.check("uploads", str(owner.user_id)) for _ in range(24)] == [None] * 24  # six went before
    assert (await witness.ask("POST", logo, 429, content=given.getvalue())).headers["retry-after"] == "10"
    await witness.ask("DELETE", logo, 204)
    assert (await world.client.get(made["path"])).status_code == 404


async def kiosks(witness: Witness, world: RoleWorld) -> None:
    wanted = {"name": "Side door", "site_id": str(world.places[0].site)}
    code = (await witness.ask("POST", "/kiosks", 201, json=wanted)).json()
    await witness.ask("POST", "/kiosks", 404, json={**wanted, "site_id": str(uuid4())})
    ids = {"kiosk_id": code["kiosk_id"]}
    kiosk = (await witness.ask("GET", "/kiosks/{kiosk_id}", 200, ids=ids)).json()
    assert (kiosk["name"], kiosk["state"], kiosk["site_id"]) == ("Side door", "waiting", wanted["site_id"])
    await witness.ask("POST", "/kiosks/{kiosk_id}/code", 201, ids=ids)
    given = (await witness.ask("POST", "/kiosks/{kiosk_id}/commands", 201, ids=ids, json={"order": "restart"})).json()
    await witness.ask("POST", "/kiosks/{kiosk_id}/commands", 422, ids=ids, json={"order": "dance"})
    listed = (await witness.ask("GET", "/kiosks/{kiosk_id}/commands", 200, ids=ids)).json()["items"]
    assert [item["id"] for item in listed] == [given["id"]]
    await witness.ask("POST", "/kiosks/{kiosk_id}/revoke", 204, ids=ids, json={"reason": "stolen"})
    await witness.ask("POST", "/kiosks/{kiosk_id}/revoke", 404, ids=ids, json={"reason": "stolen"})
    await witness.ask("POST", "/kiosks/{kiosk_id}/code", 409, ids=ids)
    assert len((await witness.ask("GET", "/kiosks", 200)).json()["items"]) == 3


async def webhooks(witness: Witness, world: RoleWorld) -> None:
    wanted = {"name": "Doors", "url": "https://hooks.example.org/lodge", "site_id": str(world.places[0].site)}
    made = (await witness.ask("POST", "/webhooks", 201, json=wanted)).json()
    for wrong, status in (
        ({"site_id": str(uuid4())}, 404),
        ({"url": "http://hooks.example.org/"}, 422),
        ({"kinds": ["x"]}, 422),
    ):
        await witness.ask("POST", "/webhooks", status, json={**wanted, **wrong})
    ids = {"webhook_id": made["id"]}
    seen = await witness.ask("GET", "/webhooks/{webhook_id}", 200, ids=ids)
    assert (seen.json()["kinds"], "secret" in seen.json()) == (["visit.arrived", "visit.departed"], False)
    change = {**wanted, "kinds": ["visit.departed"], "paused": True}
    match = {"If-Match": seen.headers["ETag"]}
    await witness.ask("PUT", "/webhooks/{webhook_id}", 428, ids=ids, json=change)
    done = await witness.ask("PUT", "/webhooks/{webhook_id}", 200, ids=ids, json=change, headers=match)
    assert (done.json()["paused"], done.json()["kinds"]) == (True, ["visit.departed"])
    await witness.ask("PUT", "/webhooks/{webhook_id}", 412, ids=ids, json=change, headers=match)
    assert [item["id"] for item in (await witness.ask("GET", "/webhooks", 200)).json()["items"]] == [made["id"]]
    other = (await witness.ask("POST", "/webhooks/{webhook_id}/secret", 201, ids=ids)).json()
    assert other["secret"] != made["secret"]
    sent = [(await witness.ask("POST", "/webhooks/{webhook_id}/test", 201, ids=ids)).json()["id"] for _ in range(2)]
    cloud, messages = world.ground.cloud, "/webhooks/{webhook_id}/messages"
    await cloud.telling.delivery.deliver(world.ground.tenant, [UUID(sent[0])])  # given up: the webhook is paused
    failed = (await witness.ask("GET", messages, 200, ids=ids, query="?state=failed")).json()["items"]
    assert [(item["id"], item["fault"]) for item in failed] == [(sent[0], "the webhook was stopped")]
    again = f"{messages}/{{message_id}}/again"
    await witness.ask("POST", again, 204, ids={**ids, "message_id": sent[0]})
    await witness.ask("POST", again, 404, ids={**ids, "message_id": sent[1]})
    page = (await witness.ask("GET", messages, 200, ids=ids, query="?state=waiting&limit=1")).json()
    then = await witness.ask("GET", messages, 200, ids=ids, query=f"?state=waiting&limit=1&cursor={page['next']}")
    assert sorted(item["id"] for item in page["items"] + then.json()["items"]) == sorted(sent)
    await witness.ask("DELETE", "/webhooks/{webhook_id}", 204, ids=ids)
    await witness.ask("GET", messages, 404, ids=ids)


async def audit(witness: Witness) -> None:
    first = (await witness.ask("GET", "/audit/entries", 200, query="?limit=3")).json()
    assert [item["number"] for item in first["items"]] == sorted((i["number"] for i in first["items"]), reverse=True)
    then = (await witness.ask("GET", "/audit/entries", 200, query=f"?limit=3&cursor={first['next']}")).json()
    assert then["items"][0]["number"] == first["items"][-1]["number"] - 1
    found = (await witness.ask("GET", "/audit/entries", 200, query="?topic=kiosks&since=2026-01-01&limit=5")).json()
    assert {item["kind"].partition(".")[0] for item in found["items"]} <= {"kiosk", "epoch", "command", "enrolment"}
    assert found["items"]
    for wrong in (f"?topic=team&cursor={first['next']}", "?until=0"):
        await witness.ask("GET", "/audit/entries", 422, query=wrong)
    await witness.ask("GET", "/audit/checkpoint", 200)
    proof = await witness.ask("GET", "/audit/entries/{entry_id}/proof", 200, ids={"entry_id": first["items"][0]["id"]})
    assert proof.json()["index"] == first["items"][0]["number"] - 1
    await witness.ask("GET", "/audit/entries/{entry_id}/proof", 404, ids={"entry_id": uuid4()})
