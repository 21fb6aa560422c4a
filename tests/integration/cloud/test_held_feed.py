"""Requests for the feed that are held until something changes: on real PostgreSQL, without a connection meanwhile."""

import asyncio
from uuid import UUID

import httpx
import pytest

from cloud_api.http.limits import ProcessRateLimit
from cloud_api.services.organisation_file import HostEntry
from cloud_api.serving import build_http
from cloud_api.store import organisations
from cloud_api.store.changes import FEED_CHANNEL
from sync.protocol import exact_json
from sync.protocol.exchange import FEED_PATH, FEED_PAUSE_SECONDS, FeedAnswer
from tests.fakes.cloud_device_requests import fresh_nonce, problem, send
from tests.fakes.cloud_server import OPERATOR, Ground, sample_file
from tests.fakes.feed_pages import head_of
from tests.fakes.held_feed import LONG, device_of, holding, until_held

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]


async def until_all_available(ground: Ground) -> None:
    """The pool counts connections that it is still making as not available."""
    stats = ground.cloud.db.pool.get_stats()
    while stats["pool_available"] < stats["pool_size"]:
        await asyncio.sleep(0)
        stats = ground.cloud.db.pool.get_stats()


async def rename(ground: Ground, name: str) -> None:
    ground.clock.advance(seconds=5)
    await ground.cloud.organisations.apply(
        ground.tenant, sample_file(hosts=(HostEntry(key="grace", name=name),)), OPERATOR
    )


async def test_a_held_request_is_answered_when_the_site_s_content_changes(ground: Ground) -> None:
    device, have = await device_of(ground, await ground.enrol())
    async with holding(ground) as held:
        waiting = asyncio.create_task(held.answer(device, have, LONG))
        await until_held(held)
        await rename(ground, "Grace Renamed")
        answer = await waiting
        assert answer is not None
        assert ([head_of(sent).page for sent in answer.pages], answer.again_seconds) == (["hosts"], 0)
        assert held.held == 0


async def test_what_is_new_is_answered_at_once_and_a_kiosk_that_cannot_wait_is_not_held(ground: Ground) -> None:
    device, have = await device_of(ground, await ground.enrol())
    async with holding(ground) as held:
        news = await held.answer(device, {}, LONG)
        assert news is not None
        assert (len(news.pages) > 0, news.again_seconds) == (True, 0)
        quick = await held.answer(device, have, 0)
        assert quick is not None
        assert (quick.pages, quick.again_seconds) == ((), FEED_PAUSE_SECONDS)


async def test_after_its_time_a_held_request_is_answered_with_nothing_and_may_be_sent_again(ground: Ground) -> None:
    device, have = await device_of(ground, await ground.enrol())
    async with holding(ground, longest_seconds=0.01) as held:
        answer = await held.answer(device, have, LONG)
    assert answer is not None
    assert (answer.pages, answer.again_seconds) == ((), 0)


async def test_c25_so_many_are_held_and_no_more(ground: Ground) -> None:
    """C25: who finds no room is told to ask again later, and is answered all the same."""
    kiosks = [await ground.enrol(f"Kiosk {number}") for number in range(3)]
    found = [await device_of(ground, kiosk) for kiosk in kiosks]
    async with holding(ground, at_once=2) as held:
        waiting = [asyncio.create_task(held.answer(device, have, LONG)) for device, have in found[:2]]
        await until_held(held, 2)
        turned_away = await held.answer(*found[2], LONG)
        assert turned_away is not None
        assert (turned_away.pages, turned_away.again_seconds) == ((), FEED_PAUSE_SECONDS)
        await rename(ground, "Grace Renamed")
        assert [len(answer.pages) for answer in await asyncio.gather(*waiting) if answer is not None] == [1, 1]


async def test_c25_one_kiosk_holds_one_place_however_often_it_asks(ground: Ground) -> None:
    """C25: a kiosk whose line broke asks again; what it waited on before ends."""
    device, have = await device_of(ground, await ground.enrol())
    async with holding(ground, at_once=1) as held:
        first = asyncio.create_task(held.answer(device, have, LONG))
        await until_held(held)
        second = asyncio.create_task(held.answer(device, have, LONG))
        ended = await first
        assert ended is not None
        assert ended.pages == ()
        await until_held(held)
        await rename(ground, "Grace Renamed")
        answer = await second
        assert answer is not None
        assert len(answer.pages) == 1


async def test_c17_a_kiosk_that_is_revoked_while_it_waits_learns_nothing_more(ground: Ground) -> None:
    """C17: its standing is looked up anew."""
    kiosk = await ground.enrol()
    device, have = await device_of(ground, kiosk)
    async with holding(ground) as held:
        waiting = asyncio.create_task(held.answer(device, have, LONG))
        await until_held(held)
        await ground.cloud.fleet.revoke(ground.tenant, kiosk.identity.kiosk, OPERATOR)
        assert await waiting is None


async def test_who_waits_holds_no_connection_of_the_database(ground: Ground) -> None:
    kiosks = [await ground.enrol(f"Kiosk {number}") for number in range(12)]
    found = [await device_of(ground, kiosk) for kiosk in kiosks]
    async with holding(ground, at_once=20) as held:
        waiting = [asyncio.create_task(held.answer(device, have, LONG)) for device, have in found]
        await until_held(held, len(kiosks))
        await until_all_available(ground)
        assert held.held == len(kiosks)
        ground.cloud.feed_ticks.end()
        answers = await asyncio.gather(*waiting)
    assert {answer.pages for answer in answers if answer is not None} == {()}


async def test_a_server_that_stops_does_not_wait_for_held_requests(ground: Ground) -> None:
    device, have = await device_of(ground, await ground.enrol())
    async with holding(ground) as held:
        waiting = asyncio.create_task(held.answer(device, have, LONG))
        await until_held(held)
        ground.cloud.feed_ticks.end()
        answer = await waiting
        assert answer is not None
        assert answer.pages == ()
        late = await held.answer(device, have, LONG)
        assert late is not None


async def test_the_notice_of_a_new_page_belongs_to_its_transaction(ground: Ground) -> None:
    """What is rolled back wakes nobody: the first notice heard is the second page's."""
    await ground.enrol()
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        (site,) = await organisations.list_site_ids(tx)
    ticks = ground.cloud.feed_ticks
    async with ticks.of(ground.tenant) as undone, ticks.of(site) as heard, ticks.running():
        await heard.wait()  # as whoever begins to listen
        heard.clear()
        undone.clear()
        with pytest.raises(ZeroDivisionError):
            await _notify_and_fail(ground, ground.tenant)
        await rename(ground, "Grace Renamed")
        await heard.wait()
        assert not undone.is_set()


async def _notify_and_fail(ground: Ground, notice: UUID) -> None:
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        await tx.connection.execute("select pg_notify(%s, %s)", (FEED_CHANNEL, str(notice)))
        raise ZeroDivisionError


async def test_a_revoked_or_malformed_wait_is_answered_over_http(ground: Ground) -> None:
    app = build_http(ground.cloud, ProcessRateLimit(ground.clock))
    kiosk = await ground.enrol()
    _, have = await device_of(ground, kiosk)
    named = ",".join(f"{kind}:{version}" for kind, version in have.items())
    transport = httpx.ASGITransport(app=app, client=("192.0.2.9", 1234))
    async with httpx.AsyncClient(transport=transport, base_url="https://lodge.example.org") as client:
        for wait in ("-1", "x", "25.5", "99999", "%D9%A2"):
            request = kiosk.request("GET", f"{FEED_PATH}?wait={wait}", nonce=await fresh_nonce(client))
            refused = await send(client, request)
            assert (refused.status_code, problem(refused)) == (400, "malformed")
        request = kiosk.request("GET", f"{FEED_PATH}?wait=25", nonce=await fresh_nonce(client))
        news = exact_json.read((await send(client, request)).content, FeedAnswer, what="feed")
        assert (len(news.pages), news.again_seconds) == (len(have), 0)
        async with ground.cloud.feed_ticks.of(ground.tenant) as heard, ground.cloud.feed_ticks.running():
            await heard.wait()
            path = f"{FEED_PATH}?wait=25&have={named}"
            waiting = asyncio.create_task(send(client, kiosk.request("GET", path, nonce=await fresh_nonce(client))))
            await until_held(ground.cloud.held_feed)
            await ground.cloud.fleet.revoke(ground.tenant, kiosk.identity.kiosk, OPERATOR)
            refused = await waiting
            assert (refused.status_code, problem(refused)) == (403, "revoked")
            assert "lodge-nonce" in refused.headers
