"""What kiosks say of the audit log, heard over HTTP: proofs, contradictions, generations and alarms (C40)."""

from collections.abc import AsyncIterator

import httpx
import msgspec
import pytest
from fastapi import FastAPI

from cloud_api.http.limits import ProcessRateLimit
from cloud_api.policy.reach import EVERYWHERE
from cloud_api.services.fleet_view import FleetReading
from cloud_api.services.postgres_log import read_own_page
from cloud_api.services.security_log import SecurityLog
from cloud_api.services.server_keys import ServerKeys
from cloud_api.services.signatures import Signatures
from cloud_api.serving import build_http
from cloud_api.store import audit_log, log_generations
from sync.protocol import exact_json
from sync.protocol.archive import ENTRIES, verify_archive
from sync.protocol.checkpoint import Checkpoint
from sync.protocol.exchange import CONSISTENCY_PATH, HELLO_PATH, ConsistencyAnswer
from sync.protocol.keyspage import KeysPage
from sync.protocol.log_witness import (
    AlarmKind,
    LogCheckpoint,
    WitnessEvidence,
    check_continues,
    log_name,
    open_log_checkpoint,
)
from tests.fakes.cloud_device_requests import fresh_nonce, problem, send
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_server import OPERATOR, Ground

pytestmark = pytest.mark.anyio


@pytest.fixture
def app(ground: Ground) -> FastAPI:
    return build_http(ground.cloud, ProcessRateLimit(ground.clock))


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, client=("192.0.2.9", 1234))
    async with httpx.AsyncClient(transport=transport, base_url="https://lodge.example.org") as opened:
        yield opened


async def greet(client: httpx.AsyncClient, kiosk: FakeKiosk, **said: object) -> None:
    request = kiosk.request("POST", HELLO_PATH, kiosk.hello(**said), nonce=await fresh_nonce(client))  # type: ignore[arg-type]  # members by name
    answer = await send(client, request)
    assert answer.status_code == 200, answer.text


async def ask(client: httpx.AsyncClient, kiosk: FakeKiosk, first: str, second: str) -> httpx.Response:
    path = f"{CONSISTENCY_PATH}?first={first}&second={second}"
    return await send(client, kiosk.request("GET", path, nonce=await fresh_nonce(client)))


async def prove(client: httpx.AsyncClient, kiosk: FakeKiosk, first: LogCheckpoint, second: LogCheckpoint) -> None:
    answer = await ask(client, kiosk, first.place, second.place)
    assert answer.status_code == 200, answer.text
    hashes = exact_json.read(answer.content, ConsistencyAnswer, what="a proof").hashes
    check_continues(first, second, hashes)


async def integrate(ground: Ground) -> None:
    while await ground.cloud.sequencer.integrate(ground.tenant):
        pass


async def arrive(ground: Ground, kiosk: FakeKiosk, count: int = 1) -> LogCheckpoint:
    """Some people come; the checkpoint over all of it."""
    first = len(kiosk.events) + 1
    for _ in range(count):
        kiosk.arrive(ground.clock.now())
    await ground.send(kiosk, kiosk.batch(first))
    return await newest(ground)


async def newest_note(ground: Ground) -> tuple[str, KeysPage]:
    await integrate(ground)
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        stored, page = await audit_log.newest_checkpoint(tx), await read_own_page(tx)
    assert stored is not None
    assert page is not None
    return stored.note, page


async def newest(ground: Ground) -> LogCheckpoint:
    return open_log_checkpoint(*await newest_note(ground))


async def lost_note(ground: Ground, size: int, *, generation: int = 1, fill: bytes = b"\x07") -> str:
    """A checkpoint by our own key that our log knows nothing of, as after a restore."""
    _, page = await newest_note(ground)
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        signatures = Signatures(ground.cloud.ring)
        return await signatures.sign_checkpoint(tx, Checkpoint(log_name(page.log, generation), size, fill * 32))


async def kinds(ground: Ground) -> list[str]:
    export = await ground.cloud.audit_export.make(ground.tenant, OPERATOR)
    verify_archive(export.members)
    found = []
    for line in export.members[ENTRIES].splitlines():
        header = msgspec.json.decode(line)["header"]
        found.append(header["kind"])
    return found


async def test_c40_any_two_checkpoints_are_proved_to_be_one_history(client: httpx.AsyncClient, ground: Ground) -> None:
    """C40."""
    kiosk = await ground.enrol()
    seen = [await arrive(ground, kiosk, count) for count in (1, 3, 7, 2)]
    for first in seen:
        for second in seen[seen.index(first) :]:
            await prove(client, kiosk, first, second)


@pytest.mark.parametrize(
    ("first", "second"), [("1:9", "1:4"), ("1:1", "1:999"), ("2:1", "2:2"), ("1:1", "2:5"), ("1:0", "1:1")]
)
async def test_c40_what_is_not_one_history_has_no_proof(
    client: httpx.AsyncClient, ground: Ground, first: str, second: str
) -> None:
    kiosk = await ground.enrol()
    await arrive(ground, kiosk, 6)
    answer = await ask(client, kiosk, first, second)
    assert (answer.status_code, problem(answer)) == (404, "no-proof")


@pytest.mark.parametrize("place", ["", "1", "1:x", "0:1", "1:-1", "1:1:1", "01:1", "1:9999999999999999"])
async def test_c40_a_question_that_names_no_tree_is_refused(
    client: httpx.AsyncClient, ground: Ground, place: str
) -> None:
    kiosk = await ground.enrol()
    answer = await ask(client, kiosk, place, "1:1")
    assert (answer.status_code, problem(answer)) == (400, "malformed")


async def test_c40_a_witness_ahead_of_the_log_makes_it_open_a_new_generation(
    client: httpx.AsyncClient, ground: Ground
) -> None:
    """C09, C40: visible in the log itself, and everything before still continues into it."""
    kiosk = await ground.enrol()
    before = [await arrive(ground, kiosk, 2), await arrive(ground, kiosk, 3)]
    lost = await lost_note(ground, 500)
    await greet(client, kiosk, checkpoint=lost)
    await greet(client, kiosk, checkpoint=lost)
    after = await arrive(ground, kiosk)
    assert (after.generation, after.checkpoint.origin[-2:]) == (2, "/2")
    for first in before:
        await prove(client, kiosk, first, after)
    assert (await ask(client, kiosk, "1:500", after.place)).status_code == 404
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        one, two = await log_generations.list_all(tx)
    assert (one.closed_at, two.base_size, two.cites) == (ground.clock.now(), before[-1].size, lost)
    found = await kinds(ground)
    assert found[two.base_size] == "generation.opened"
    assert (found.count("generation.opened"), found.count("log.contradicted")) == (1, 1)
    later = await arrive(ground, kiosk)
    await prove(client, kiosk, after, later)


async def test_c40_another_tree_of_a_size_that_the_log_has_is_a_contradiction_too(
    client: httpx.AsyncClient, ground: Ground
) -> None:
    """C40: restored, and gone on before any witness spoke."""
    kiosk = await ground.enrol()
    await arrive(ground, kiosk, 5)
    await greet(client, kiosk, checkpoint=await lost_note(ground, 3))
    assert (await arrive(ground, kiosk)).generation == 2


async def test_c40_a_further_loss_of_the_same_restore_is_named_and_opens_nothing(
    client: httpx.AsyncClient, ground: Ground
) -> None:
    one, two = await ground.enrol("One"), await ground.enrol("Two")
    await arrive(ground, one, 3)
    await greet(client, one, checkpoint=await lost_note(ground, 50))
    assert (await arrive(ground, one)).generation == 2
    await greet(client, two, checkpoint=await lost_note(ground, 70))
    assert (await arrive(ground, one)).generation == 2
    assert (await kinds(ground)).count("log.contradicted") == 2
    ahead = await lost_note(ground, 9, generation=5)
    await greet(client, two, checkpoint=ahead)
    assert (await arrive(ground, one)).generation == 6


async def test_c40_a_checkpoint_that_our_key_did_not_sign_opens_nothing(
    client: httpx.AsyncClient, ground: Ground
) -> None:
    """A kiosk cannot make a server open generations by inventing checkpoints."""
    kiosk = await ground.enrol()
    await arrive(ground, kiosk)
    text, _, _ = (await lost_note(ground, 50)).partition("\n\n")
    _, _, signatures = (await newest_note(ground))[0].partition("\n\n")
    for invented in (f"{text}\n\n{signatures}", "no checkpoint", "\x00", "x" * 4096):
        await greet(client, kiosk, checkpoint=invented)
    assert (await arrive(ground, kiosk)).generation == 1
    log = SecurityLog(ground.cloud.db, ServerKeys(ground.cloud.db, ground.cloud.ring), ground.clock)
    assert "log.checkpoint_unknown" in [event.kind for event in await log.list_newest()]


async def test_c40_an_alarm_is_in_the_security_log_the_audit_log_and_the_list_of_kiosks(
    client: httpx.AsyncClient, ground: Ground
) -> None:
    """C40: until the kiosk has it no more."""
    kiosk = await ground.enrol()
    note, _ = await newest_note(ground)
    alarm = WitnessEvidence(
        v=1,
        tenant=ground.tenant,
        kind=AlarmKind.REWRITTEN,
        held=note,
        offered=note,
        hashes=None,
        since_ms=1_800_000_000_000,
        times=1,
    )
    reading = FleetReading(ground.cloud.db, ground.cloud.ring, ground.clock)
    for times in (1, 2):
        await greet(client, kiosk, checkpoint=note, alarm=msgspec.structs.replace(alarm, times=times))
    assert [row.log_alarm for row in (await reading.read(ground.tenant, EVERYWHERE)).rows] == ["rewritten"]
    log = SecurityLog(ground.cloud.db, ServerKeys(ground.cloud.db, ground.cloud.ring), ground.clock)
    mine = [event for event in await log.list_newest() if str(kiosk.identity.kiosk) in event.detail.name]
    assert [event.kind for event in mine] == ["log.alarm.rewritten"]
    assert (await kinds(ground)).count("log.alarmed") == 1
    await greet(client, kiosk, checkpoint=note)
    assert [row.log_alarm for row in (await reading.read(ground.tenant, EVERYWHERE)).rows] == [""]


async def test_an_alarm_of_a_kind_that_came_later_is_told_and_the_greeting_is_heard(
    client: httpx.AsyncClient, ground: Ground
) -> None:
    """A newer kiosk must not be kept from uploading by what it has found."""
    kiosk = await ground.enrol()
    reading = FleetReading(ground.cloud.db, ground.cloud.ring, ground.clock)
    for alarm in ({"v": 2, "kind": "haunted"}, [1, "\x00"], "odd"):
        await greet(client, kiosk, alarm=alarm)
        assert [row.log_alarm for row in (await reading.read(ground.tenant, EVERYWHERE)).rows] == ["unread"]
