"""Keys that change reach kiosks whose requests are held, and pages by a key that leaked are signed anew (C46)."""

import asyncio

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud_api.services.organisation_file import HostEntry
from cloud_api.store import data_keys, signing_keys
from cloud_api.store.signing_keys import KeyPurpose
from sync.protocol.exchange import KEYS_PAGE, FeedAnswer
from sync.protocol.feed import PageKind
from sync.protocol.jws import read_header
from tests.fakes.cloud_server import OPERATOR, Ground, sample_file
from tests.fakes.feed_pages import versions_of
from tests.fakes.held_feed import LONG, device_of, holding, until_held

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]


async def current(ground: Ground, purpose: KeyPurpose) -> str:
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        keys = await signing_keys.list_all(tx)
    return next(key.id for key in keys if (key.purpose, key.standing) == (purpose, "current"))


async def newest_keys(ground: Ground) -> int:
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        page = await signing_keys.newest_page(tx)
    assert page is not None
    return page.version


async def rotate(ground: Ground, purpose: KeyPurpose) -> None:
    """What ``lodge-cloud keys rotate`` does."""
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        await ground.cloud.ceremony.rotate(tx, await data_keys.open_organisation_key(tx, ground.cloud.ring), purpose)
        await ground.cloud.ceremony.publish_page(tx, Ed25519PrivateKey.from_private_bytes(ground.root))


async def withdraw(ground: Ground, kid: str) -> None:
    """What ``lodge-cloud keys withdraw`` does."""
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        await ground.cloud.ceremony.withdraw(tx, await data_keys.open_organisation_key(tx, ground.cloud.ring), kid)
        await ground.cloud.ceremony.publish_page(tx, Ed25519PrivateKey.from_private_bytes(ground.root))


def signers(answer: FeedAnswer) -> list[str]:
    return [read_header(sent.head, what="a page").kid for sent in answer.pages]


async def test_c46_a_new_keys_page_ends_a_held_request_at_once(ground: Ground) -> None:
    """C46: a kiosk need not ask again to believe the next receipt."""
    device, have = await device_of(ground, await ground.enrol())
    have[KEYS_PAGE] = await newest_keys(ground)
    async with holding(ground) as held:
        waiting = asyncio.create_task(held.answer(device, have, LONG))
        await until_held(held)
        await rotate(ground, "receipt")
        answer = await waiting
        assert answer is not None
        assert (answer.pages, answer.again_seconds) == ((), 0)
        missed = await held.answer(device, have, LONG)
        assert missed == answer, "a kiosk that was away meanwhile is not held"


async def test_a_kiosk_that_does_not_name_its_keys_page_is_held_all_the_same(ground: Ground) -> None:
    """Else one that does not know how to would be answered at once for ever."""
    device, have = await device_of(ground, await ground.enrol())
    async with holding(ground, longest_seconds=0.01) as held:
        answer = await held.answer(device, have, LONG)
        assert answer is not None
        quick = await held.answer(device, have, 0)
        assert quick is not None
        assert quick.again_seconds > 0


async def test_c46_when_a_feed_key_leaks_a_held_request_brings_every_page_by_another(ground: Ground) -> None:
    """C46: nothing else changed, and nobody asked for pages to be made."""
    device, have = await device_of(ground, await ground.enrol())
    have[KEYS_PAGE] = await newest_keys(ground)
    leaked = await current(ground, "feed")
    async with holding(ground) as held:
        waiting = asyncio.create_task(held.answer(device, have, LONG))
        await until_held(held)
        await withdraw(ground, leaked)
        answer = await waiting
    assert answer is not None
    assert signers(answer) == [await current(ground, "feed")] * len(PageKind)
    assert leaked not in signers(answer)
    assert all(version > have[kind] for kind, version in versions_of(answer.pages).items())


async def test_c46_changes_to_a_page_by_a_leaked_key_are_sent_whole(ground: Ground) -> None:
    """C46: a kiosk forgets that page as soon as it has the keys page that comes in the same answer."""
    hosts = tuple(HostEntry(key=f"host-{number}", name=f"Sample {number}") for number in range(20))
    await ground.cloud.organisations.apply(ground.tenant, sample_file(hosts=hosts), OPERATOR)
    device, have = await device_of(ground, await ground.enrol())
    ground.clock.advance(seconds=5)
    await ground.cloud.organisations.apply(ground.tenant, sample_file(hosts=hosts[1:]), OPERATOR)
    (as_changes,) = (await ground.cloud.feed.answer(device, have)).pages
    assert as_changes.changes is not None
    await withdraw(ground, await current(ground, "feed"))
    pages = (await ground.cloud.feed.answer(device, have)).pages
    assert [sent.changes for sent in pages] == [None] * len(PageKind)
