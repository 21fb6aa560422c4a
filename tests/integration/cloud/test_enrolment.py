"""Enrolling kiosks (C24): one code, one key, whoever races, guesses or repeats."""

import asyncio
from dataclasses import replace

import msgspec
import pytest

from cloud_api.services.enrolment import EnrolmentRefusal, IssuedCode
from cloud_api.store import epochs, signing_keys
from sync.protocol.enrolment import (
    EnrolmentCode,
    FinishRequest,
    FinishResponse,
    StartResponse,
    parse_code,
    same_mac,
    server_mac,
)
from sync.protocol.feed import PageKind
from sync.protocol.keys import public_key
from sync.protocol.keyspage import open_keys_page
from tests.fakes.cloud_kiosk import KioskKey
from tests.fakes.cloud_server import OPERATOR, Ground
from tests.fakes.feed_pages import head_of, versions_of

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]


async def issue(ground: Ground) -> IssuedCode:
    return await ground.cloud.fleet.create(ground.tenant, "Lobby kiosk", None, OPERATOR)


async def start(ground: Ground, key: KioskKey, code: EnrolmentCode) -> StartResponse:
    answer = await ground.cloud.enrolment.start(key.start(code))
    assert isinstance(answer, StartResponse)
    return answer


async def finish(ground: Ground, request: FinishRequest) -> FinishResponse | EnrolmentRefusal:
    return await ground.cloud.enrolment.finish(request, "127.0.0.1")


async def test_a_typed_code_enrols_a_kiosk_and_hands_it_the_keys_page(ground: Ground) -> None:
    issued, key = await issue(ground), KioskKey()
    typed = parse_code(issued.code.typed())
    started = await start(ground, key, typed)
    assert same_mac(started.mac, server_mac(typed.verifier, key.transcript(typed, started)))
    assert (started.tenant, started.kiosk) == (ground.tenant, issued.kiosk_id)
    answer = await finish(ground, key.finish(typed, started))
    assert isinstance(answer, FinishResponse)
    page = open_keys_page(answer.keys, root=public_key(started.root), tenant=ground.tenant)
    assert page.log == f"lodge.example.org/{ground.tenant}/1"
    device = await ground.cloud.devices.find(key.epoch)
    assert device is not None
    assert (device.kiosk_id, device.standing) == (issued.kiosk_id, "current")


async def test_c24_of_many_that_race_exactly_one_succeeds(ground: Ground) -> None:
    """C24."""
    issued = await issue(ground)
    keys = [KioskKey() for _ in range(8)]
    started = [await start(ground, key, issued.code) for key in keys]
    outcomes = await asyncio.gather(
        *(finish(ground, key.finish(issued.code, answer)) for key, answer in zip(keys, started, strict=True))
    )
    assert sum(isinstance(outcome, FinishResponse) for outcome in outcomes) == 1
    assert outcomes.count(EnrolmentRefusal.USED) == 7
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        assert len(await epochs.list_all(tx)) == 1


async def test_c24_a_used_code_enrols_no_other_key(ground: Ground) -> None:
    """C24: refused at both steps."""
    issued, first, second = await issue(ground), KioskKey(), KioskKey()
    prepared = second.finish(issued.code, await start(ground, second, issued.code))
    await finish(ground, first.finish(issued.code, await start(ground, first, issued.code)))
    assert await finish(ground, prepared) is EnrolmentRefusal.USED
    assert await ground.cloud.enrolment.start(second.start(issued.code)) is EnrolmentRefusal.USED


async def test_the_same_key_gets_the_same_answer_again(ground: Ground) -> None:
    """The answer was lost on its way; the code may even have expired meanwhile."""
    issued, key = await issue(ground), KioskKey()
    request = key.finish(issued.code, await start(ground, key, issued.code))
    first = await finish(ground, request)
    ground.clock.advance(hours=1)
    assert isinstance(first, FinishResponse)
    assert await finish(ground, request) == first
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        assert len(await epochs.list_all(tx)) == 1


async def test_c24_a_code_expires_after_fifteen_minutes(ground: Ground) -> None:
    """C24."""
    issued, key = await issue(ground), KioskKey()
    ground.clock.advance(minutes=14, seconds=59)
    started = await start(ground, key, issued.code)
    ground.clock.advance(seconds=1)
    assert await finish(ground, key.finish(issued.code, started)) is EnrolmentRefusal.EXPIRED
    assert await ground.cloud.enrolment.start(key.start(issued.code)) is EnrolmentRefusal.EXPIRED


async def test_c24_a_guessed_code_is_not_known(ground: Ground) -> None:
    """C24."""
    await issue(ground)
    key = KioskKey()
    assert await ground.cloud.enrolment.start(key.start(EnrolmentCode(b"g" * 16))) is EnrolmentRefusal.UNKNOWN


@pytest.mark.parametrize("member", ["mac", "signature", "nonce", "server_nonce"])
async def test_c24_a_wrong_proof_enrols_nobody_and_five_of_them_end_the_code(ground: Ground, member: str) -> None:
    """C24: lockout of the code, whoever tries."""
    issued, key = await issue(ground), KioskKey()
    good = key.finish(issued.code, await start(ground, key, issued.code))
    value = str(getattr(good, member))
    wrong = msgspec.structs.replace(good, **{member: ("0" if value[0] != "0" else "1") + value[1:]})
    outcomes = [await finish(ground, wrong) for _ in range(6)]
    assert outcomes == [EnrolmentRefusal.WRONG_PROOF] * 5 + [EnrolmentRefusal.LOCKED]
    assert await finish(ground, good) is EnrolmentRefusal.LOCKED
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        assert await epochs.list_all(tx) == []


async def test_a_proof_for_another_key_does_not_enrol_this_one(ground: Ground) -> None:
    """A man in the middle puts his own key in."""
    issued, key, thief = await issue(ground), KioskKey(), KioskKey()
    good = key.finish(issued.code, await start(ground, key, issued.code))
    stolen = msgspec.structs.replace(good, key=thief.text)
    assert await finish(ground, stolen) is EnrolmentRefusal.WRONG_PROOF


async def test_a_new_code_ends_the_one_before(ground: Ground) -> None:
    issued, key = await issue(ground), KioskKey()
    renewed = await ground.cloud.fleet.renew_code(ground.tenant, issued.kiosk_id, OPERATOR)
    assert await ground.cloud.enrolment.start(key.start(issued.code)) is EnrolmentRefusal.UNKNOWN
    assert isinstance(await ground.cloud.enrolment.start(key.start(renewed.code)), StartResponse)


async def test_a_revoked_kiosk_is_not_enrolled_by_a_code_that_was_left(ground: Ground) -> None:
    """C17."""
    issued, key = await issue(ground), KioskKey()
    started = await start(ground, key, issued.code)
    await ground.cloud.fleet.revoke(ground.tenant, issued.kiosk_id, OPERATOR)
    assert await finish(ground, key.finish(issued.code, started)) is EnrolmentRefusal.UNKNOWN


async def test_the_secret_is_nowhere_in_the_database(ground: Ground) -> None:
    issued = await issue(ground)
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        cursor = await tx.connection.execute(
            "select verifier from lodge.enrolment_code where id = %s", (issued.code.id,)
        )
        (sealed,) = (await cursor.fetchone()) or (b"",)
    assert issued.code.verifier not in bytes(sealed)
    assert issued.code.secret not in bytes(sealed)


async def test_a_kiosk_page_names_the_new_kiosk_to_its_neighbours(ground: Ground) -> None:
    first = await ground.enrol("One")
    device = await ground.cloud.devices.find(first.key.epoch)
    assert device is not None
    before = await ground.cloud.feed.answer(device, {})
    await ground.enrol("Two")
    after = await ground.cloud.feed.answer(device, versions_of(before.pages))
    assert len(before.pages) == len(PageKind)
    assert [head_of(sent).page for sent in after.pages] == ["roster"]


async def test_the_keys_page_is_kept_as_it_was_signed(ground: Ground) -> None:
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        page = await signing_keys.newest_page(tx)
    assert page is not None
    assert replace(page).version == 1
