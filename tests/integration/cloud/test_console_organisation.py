"""The audit page, kiosks, fragments, ticks, and the wall between organisations, on real PostgreSQL."""

import asyncio
from uuid import UUID, uuid4

import httpx
import pytest

from cloud_api.console import build_shared_limit
from cloud_api.http.console.pages import clock
from cloud_api.http.console.streams import ChangeStreams, StreamTerms
from cloud_api.identity import build_identity
from cloud_api.policy.reach import EVERYWHERE
from cloud_api.services.audit_reading import AuditReading
from cloud_api.services.fleet_view import FleetReading
from cloud_api.services.ticks import Ticks
from cloud_api.store.jobs import announce_change
from sync.protocol.kinds import (
    Kind,
)
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_server import OPERATOR, Ground
from tests.fakes.console_browser import EMAIL, add_account, browse, build, sign_in

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]
ZEROS = "0" * 64


@pytest.fixture
async def kiosk(ground: Ground) -> FakeKiosk:
    return await ground.enrol()


async def send(ground: Ground, kiosk: FakeKiosk) -> None:
    await ground.send(kiosk, kiosk.batch())


async def test_the_audit_page_tells_who_did_what(ground: Ground, kiosk: FakeKiosk, client: httpx.AsyncClient) -> None:
    kiosk.arrive(ground.clock.now())
    await send(ground, kiosk)
    while await ground.cloud.sequencer.integrate(ground.tenant):
        pass
    reading = AuditReading(ground.cloud.db, ground.cloud.ring)
    page = await reading.page(ground.tenant, ground.clock.now())
    told = {line.what: line for line in page.lines}
    assert told["A visitor arrived"].who == "Lobby kiosk"
    assert (told["Signed in"].who, told["Signed in"].address) == ("Ines Caldermoor", "192.0.2.44")
    assert told["Kiosk created: Lobby kiosk"].who == "operator"
    assert "Lobby kiosk enrolled" in told
    assert (page.head.entries, page.older) == (len(page.lines), None)
    assert [line.number for line in page.lines] == list(range(len(page.lines), 0, -1))
    second = await reading.page(ground.tenant, ground.clock.now(), before=3)
    assert [line.number for line in second.lines] == [2, 1]
    assert "A visitor arrived" in (await client.get("/audit")).text


async def test_a_long_log_is_read_in_pages(ground: Ground, kiosk: FakeKiosk) -> None:
    for _ in range(60):
        kiosk.act(Kind.KIOSK_STARTED, ground.clock.now(), full={"version": "1"})
    await send(ground, kiosk)
    while await ground.cloud.sequencer.integrate(ground.tenant):
        pass
    reading = AuditReading(ground.cloud.db, ground.cloud.ring)
    numbers: list[int] = []
    before: int | None = None
    while True:
        page = await reading.page(ground.tenant, ground.clock.now(), before=before)
        numbers += [line.number for line in page.lines]
        before = page.older
        if before is None:
            break
    assert numbers == list(range(page.head.entries, 0, -1))


async def test_kiosks_are_shown_as_they_are(ground: Ground, kiosk: FakeKiosk) -> None:
    await ground.cloud.fleet.create(ground.tenant, "Attic", None, OPERATOR)
    others = {name: await ground.enrol(name) for name in ("Barn", "Cellar", "Dock", "Exit")}
    await ground.cloud.fleet.revoke(ground.tenant, others["Cellar"].identity.kiosk, OPERATOR)
    for name, seconds in (("Dock", 12 * 60), ("Exit", 180), ("", 179)):
        each = others.get(name, kiosk)
        each.act(Kind.KIOSK_STARTED, ground.clock.now(), full={"version": "0.0.9"})
        each.act(Kind.KIOSK_STARTED, ground.clock.now(), full={"version": f"1.{len(name)}"})
        await send(ground, each)
        ground.clock.advance(seconds=seconds)
    view = await FleetReading(ground.cloud.db, ground.cloud.ring, ground.clock).read(ground.tenant, EVERYWHERE)
    assert [(row.name, row.state, row.version) for row in view.rows] == [
        ("Attic", "waiting", ""),
        ("Barn", "quiet", ""),
        ("Dock", "offline", "1.4"),
        ("Exit", "quiet", "1.4"),
        ("Lobby kiosk", "online", "1.0"),
        ("Cellar", "revoked", ""),
    ]
    assert (view.online, view.in_service) == (1, 4)


async def test_the_page_of_kiosks_says_what_an_admin_would_ask(
    ground: Ground, kiosk: FakeKiosk, client: httpx.AsyncClient
) -> None:
    kiosk.act(Kind.KIOSK_STARTED, ground.clock.now(), full={"version": "1.2.3"})
    await send(ground, kiosk)
    heard = clock(ground.clock.now())
    shown = (await client.get("/kiosks")).text
    for part in ("1 of 1 online", ">Online<", f"last contact {heard}", '<bdi dir="ltr">1.2.3</bdi>'):
        assert part in shown
    ground.clock.advance(minutes=20)
    shown = (await client.get("/kiosks")).text
    for part in ("0 of 1 online", f"Offline since {heard}", "Visitors can still check in there"):
        assert part in shown


async def test_a_signed_in_person_is_told_of_a_wrong_address_within_the_console(client: httpx.AsyncClient) -> None:
    absent = f"/visits/{uuid4()}"
    for method, path, status in (
        ("GET", "/visits/no-id", 404),
        ("GET", absent, 404),
        ("GET", "/kiosks/no-id/revoke", 404),
        ("POST", "/kiosks/no-id/code", 404),
        ("GET", "/board?site=no-id", 422),
        ("GET", "/audit?before=x", 422),
        ("GET", "/sign-out", 405),
        ("GET", "/nothing", 404),
    ):
        page = await client.request(method, path)
        assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8"), path
        assert "Thistledown Works" in page.text, path
        assert 'aria-label="Main"' in page.text, path
        for accept in ("*/*", "application/json", "text/html;q=0"):
            plain = await client.request(method, path, headers={"Accept": accept})
            assert (plain.status_code, plain.headers["content-type"]) == (status, "application/problem+json"), path
            assert plain.json()["status"] == status
    malformed = (await client.get("/visits/no-id")).text.replace("/visits/no-id", "")
    assert malformed == (await client.get(absent)).text.replace(absent, "")


async def test_a_stranger_s_wrong_address_shows_nothing_of_the_console(ground: Ground) -> None:
    async with browse(build(ground.cloud), address="192.0.2.98") as stranger:
        wrong, none = await stranger.get("/visits/no-id"), await stranger.get("/no-page")
    assert (wrong.status_code, wrong.headers["location"]) == (303, "/sign-in?next=/visits/no-id")
    assert none.status_code == 404
    page = none
    assert "Thistledown" not in page.text
    assert 'aria-label="Main"' not in page.text


async def test_another_organisation_s_ids_are_not_there_on_any_route(
    ground: Ground, kiosk: FakeKiosk, client: httpx.AsyncClient
) -> None:
    """C28."""
    stay = kiosk.arrive(ground.clock.now(), name="Canary Person")
    await send(ground, kiosk)
    site = kiosk.identity.site
    created = await ground.cloud.organisations.create("Other Works", OPERATOR, lambda _key: None)
    other = Ground(ground.cloud, ground.clock, created.id, b"")
    await add_account(other, "eve@example.org", name="Eve Elsewhere")
    async with browse(build(ground.cloud), address="192.0.2.99") as eve:
        assert (await sign_in(eve, "eve@example.org")).status_code == 303
        for method, path in (
            ("GET", f"/visits/{stay}"),
            ("GET", f"/board?site={site}"),
            ("GET", f"/evacuation?site={site}"),
            ("POST", f"/kiosks/{kiosk.identity.kiosk}/code"),
            ("GET", f"/kiosks/{kiosk.identity.kiosk}/revoke"),
            ("POST", f"/kiosks/{kiosk.identity.kiosk}/revoke"),
        ):
            answer = await eve.request(method, path)
            assert answer.status_code == 404, path
            assert "Canary" not in answer.text
            assert answer.text == (await eve.request(method, path.replace(str(stay), str(uuid4())))).text
        assert "Canary" not in (await eve.post("/board", data={"q": "canary"})).text
        for path in ("/board", "/evacuation", "/kiosks", "/audit"):
            assert "Canary" not in (await eve.get(path)).text
            assert "Lobby kiosk" not in (await eve.get(path)).text
    assert "Canary" in (await client.get(f"/visits/{stay}")).text
    assert "Canary" in (await client.post("/board", data={"q": "canary"})).text
    assert (await client.post("/board", data={"q": "x" * 101})).status_code == 422


async def test_a_fragment_holds_the_list_and_no_frame(client: httpx.AsyncClient) -> None:
    part = (await client.get("/board", headers={"HX-Request": "true"})).text
    whole = (await client.get("/board")).text
    assert "<html" not in part
    assert "Today at" in part
    assert part.strip().splitlines()[0] in whole


async def test_a_kiosk_that_cannot_be_made_says_why(client: httpx.AsyncClient) -> None:
    for name in ("", "   ", "x" * 61, "bell\x07"):
        answer = await client.post("/kiosks", data={"name": name})
        assert answer.status_code == 422
        assert "needs a name" in answer.text
    made = await client.post("/kiosks", data={"name": "  Canteen   kiosk "})
    assert 'Enrol <bdi dir="auto">Canteen kiosk</bdi>' in made.text
    assert made.headers["cache-control"] == "no-store"


async def change_and_fail(ground: Ground, tenant: UUID) -> None:
    """What is rolled back is not told."""
    async with ground.cloud.db.tenant(tenant) as tx:
        await announce_change(tx)
        raise ZeroDivisionError


async def test_a_change_ticks_the_organisation_s_streams_and_nobody_else_s(ground: Ground) -> None:
    created = await ground.cloud.organisations.create("Other Works", OPERATOR, lambda _key: None)
    ticks = Ticks(ground.cloud.db)
    async with ticks.running(), ticks.of(ground.tenant) as ours, ticks.of(created.id) as theirs:
        await asyncio.wait_for(ours.wait(), 10)  # listening begins with a tick for all: something may have been missed
        ours.clear()
        theirs.clear()
        async with ground.cloud.db.tenant(ground.tenant) as tx:
            await announce_change(tx)
        await asyncio.wait_for(ours.wait(), 10)
        assert not theirs.is_set()
        with pytest.raises(ZeroDivisionError):
            await change_and_fail(ground, created.id)
        ours.clear()
        async with ground.cloud.db.tenant(ground.tenant) as tx:
            await announce_change(tx)
        await asyncio.wait_for(ours.wait(), 10)
        assert not theirs.is_set()


async def test_a_stream_says_changed_and_nothing_else_and_ends_with_its_session(
    ground: Ground, client: httpx.AsyncClient
) -> None:
    token = client.cookies["__Host-lodge"]
    signing, ticks = build_identity(ground.cloud, build_shared_limit(ground.cloud)).sign_in, Ticks(ground.cloud.db)
    staff = await signing.find(token)
    assert staff is not None
    streams = ChangeStreams(ticks, signing, StreamTerms(beat_seconds=0.05, rest_seconds=0, per_person=1))
    stream = streams.follow(staff, token)
    assert await anext(stream) == b"retry: 2000\n\n"
    assert not streams.has_room(staff)
    assert await anext(stream) == b"event: changed\ndata: .\n\n"  # since the page was made, something may have
    assert await anext(stream) == b": still here\n\n"
    async with ticks.running():
        said = await anext(stream)
        while said.startswith(b":"):
            said = await anext(stream)
        assert said == b"event: changed\ndata: .\n\n"
    await signing.sign_out(token, "192.0.2.44")
    rest = [piece async for piece in stream if not piece.startswith(b":")]
    assert rest[-1] == b"event: ended\ndata: .\n\n"
    assert streams.has_room(staff)
    assert EMAIL not in str(rest)


async def test_a_server_that_stops_does_not_wait_for_open_pages(ground: Ground, client: httpx.AsyncClient) -> None:
    token = client.cookies["__Host-lodge"]
    signing, ticks = build_identity(ground.cloud, build_shared_limit(ground.cloud)).sign_in, Ticks(ground.cloud.db)
    staff = await signing.find(token)
    assert staff is not None
    stream = ChangeStreams(ticks, signing).follow(staff, token)
    assert [await anext(stream) for _ in range(2)] == [b"retry: 2000\n\n", b"event: changed\ndata: .\n\n"]
    waiting = asyncio.ensure_future(anext(stream, b"over"))
    await asyncio.sleep(0.05)
    ticks.end()
    assert await asyncio.wait_for(waiting, 5) == b"over"
