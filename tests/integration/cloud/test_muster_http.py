"""The route by which kiosks hear of one another: who may ask, and of whom they are told (F14, R13)."""

from collections.abc import AsyncIterator

import httpx
import msgspec
import pytest

from cloud_api.http.limits import ProcessRateLimit
from cloud_api.services.enrolment import EnrolmentRefusal
from cloud_api.services.organisation_file import SiteEntry, ZoneEntry
from cloud_api.serving import build_http
from cloud_api.store.db import Tenant
from sync.protocol import exact_json
from sync.protocol.events import genesis_hash
from sync.protocol.exchange import MUSTER_PATH
from sync.protocol.muster import present_digest
from sync.protocol.muster_exchange import MAX_QUESTION_BYTES, HeardLog, MusterAnswer, MusterQuestion
from tests.fakes.cloud_device_requests import fresh_nonce, problem, send
from tests.fakes.cloud_kiosk import FakeKiosk, KioskKey
from tests.fakes.cloud_server import OPERATOR, Ground, sample_file

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]
QUAY = SiteEntry(
    key="quay",
    name="Quay",
    time_zone="Europe/London",
    zones=(ZoneEntry(key="hall", name="Hall", muster_point="Bridge"),),
)


@pytest.fixture
async def client(ground: Ground) -> AsyncIterator[httpx.AsyncClient]:
    app = build_http(ground.cloud, ProcessRateLimit(ground.clock))
    transport = httpx.ASGITransport(app=app, client=("192.0.2.9", 1234))
    async with httpx.AsyncClient(transport=transport, base_url="https://behind.a.proxy.example.org") as opened:
        yield opened


def question(*kiosks: FakeKiosk) -> MusterQuestion:
    logs = [HeardLog(epoch=kiosk.key.epoch, seq=0, head=genesis_hash(kiosk.key.epoch)) for kiosk in kiosks]
    return MusterQuestion(v=1, logs=tuple(logs), present=(present_digest([]),))


async def ask(client: httpx.AsyncClient, asker: FakeKiosk, body: bytes) -> httpx.Response:
    nonce = await fresh_nonce(client)
    return await send(client, asker.request("POST", MUSTER_PATH, body, nonce=nonce, content_type="application/json"))


async def told(client: httpx.AsyncClient, asker: FakeKiosk, *kiosks: FakeKiosk) -> MusterAnswer:
    answer = await ask(client, asker, exact_json.encode(question(*kiosks)))
    assert answer.status_code == 200, answer.text
    return exact_json.decode(answer.content, MusterAnswer, what="an answer")


async def arrived(ground: Ground, kiosk: FakeKiosk) -> FakeKiosk:
    kiosk.arrive(ground.clock.now())
    await ground.send(kiosk, kiosk.batch())
    return kiosk


async def test_f14_a_kiosk_is_told_of_another_of_its_site(client: httpx.AsyncClient, ground: Ground) -> None:
    """F14."""
    front, back = await arrived(ground, await ground.enrol("Front")), await ground.enrol("Back")
    answer = await told(client, back, front)
    assert (len(answer.batches), answer.present) == (1, (front.events[0].header.stay,))


async def test_c28_another_site_and_another_organisation_are_told_nothing(
    client: httpx.AsyncClient, ground: Ground
) -> None:
    """C28: whatever keys a kiosk asks for, and whatever stays."""
    front = await arrived(ground, await ground.enrol("Front"))
    await ground.cloud.organisations.apply(
        ground.tenant,
        sample_file(sites=(*sample_file().sites, QUAY)),
        OPERATOR,
    )
    issued, key = await ground.cloud.fleet.create(ground.tenant, "Quay", "quay", OPERATOR), KioskKey()
    started = await ground.cloud.enrolment.start(key.start(issued.code))
    assert not isinstance(started, EnrolmentRefusal)
    assert not isinstance(
        await ground.cloud.enrolment.finish(key.finish(issued.code, started), "127.0.0.1"), EnrolmentRefusal
    )
    stranger = await _other_organisation(ground)
    stay = front.events[0].header.stay
    assert stay is not None
    for outsider in (FakeKiosk(started, key), stranger):
        wanted = msgspec.structs.replace(question(front), stays=(stay,), present=())
        answer = await ask(client, outsider, exact_json.encode(wanted))
        said = exact_json.decode(answer.content, MusterAnswer, what="an answer")
        assert (said.batches, said.beside, said.wanted) == ((), (), ())
        assert front.identity.kiosk not in {item.kiosk for item in said.heard}
        assert (await told(client, outsider, front)).present is None


async def _other_organisation(ground: Ground) -> FakeKiosk:
    created = await ground.cloud.organisations.create("Pebble and Co", OPERATOR, lambda _root: None)
    await ground.cloud.organisations.apply(created.id, sample_file(name="Pebble and Co"), OPERATOR)
    return await Ground(ground.cloud, ground.clock, created.id, b"").enrol("Elsewhere")


async def test_c17_a_revoked_kiosk_is_refused(client: httpx.AsyncClient, ground: Ground) -> None:
    """C17."""
    front, back = await arrived(ground, await ground.enrol("Front")), await ground.enrol("Back")
    await ground.cloud.confirmation.revoke(ground.tenant, back.identity.kiosk, OPERATOR)
    answer = await ask(client, back, exact_json.encode(question(front)))
    assert (answer.status_code, problem(answer)) == (403, "revoked")


async def test_c47_a_revoked_kiosk_is_told_of_and_named_as_heard_until_a_person_has_compared_the_list(
    client: httpx.AsyncClient, ground: Ground
) -> None:
    """C47: who arrived there is still in the building."""
    front, back = await arrived(ground, await ground.enrol("Front")), await ground.enrol("Back")
    await ground.cloud.confirmation.revoke(ground.tenant, front.identity.kiosk, OPERATOR)
    answer = await told(client, back, front)
    assert len(answer.batches) == 1
    assert {item.kiosk for item in answer.heard} == {front.identity.kiosk, back.identity.kiosk}
    await ground.cloud.commanding.reviewed(ground.tenant, front.identity.kiosk, OPERATOR)
    assert {item.kiosk for item in (await told(client, back, front)).heard} == {back.identity.kiosk}


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b'{"v":2,"logs":[]}', b'{"v":1,"logs":[{"epoch":"x","seq":0,"head":""}]}', b'{"v":1,"logs":7}'],
)
async def test_a_question_that_cannot_be_read_is_refused(
    client: httpx.AsyncClient, ground: Ground, body: bytes
) -> None:
    answer = await ask(client, await ground.enrol(), body)
    assert (answer.status_code, problem(answer)) == (400, "malformed")


async def test_c25_a_question_that_is_too_large_is_refused(client: httpx.AsyncClient, ground: Ground) -> None:
    """C25."""
    answer = await ask(client, await ground.enrol(), b" " * (MAX_QUESTION_BYTES + 1))
    assert (answer.status_code, problem(answer)) == (413, "too-large")


async def test_when_nothing_is_new_few_rows_are_read(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the history: the index finds what follows, and nothing reads what was told."""
    front, back = await ground.enrol("Front"), await ground.enrol("Back")
    for number in range(30):
        front.arrive(ground.clock.now())
        await ground.send(front, front.batch(number + 1))
    device = await ground.cloud.devices.find(back.key.epoch)
    assert device is not None
    asked = HeardLog(epoch=front.key.epoch, seq=30, head=front.head.hash)
    listed = [event.header.stay for event in front.events if event.header.stay is not None]
    quiet = MusterQuestion(v=1, logs=(asked,), present=(present_digest(listed),))
    statements: list[bytes] = []

    class Counting:
        def __init__(self, connection: object) -> None:
            self._connection = connection

        async def execute(self, query: object, *more: object, **named: object) -> object:
            statements.append(query if isinstance(query, bytes) else str(query).encode())
            return await self._connection.execute(query, *more, **named)  # type: ignore[attr-defined]

    whole = Tenant.__init__

    def counted(self: Tenant, tenant: object, connection: object, *more: object) -> None:
        whole(self, tenant, Counting(connection), *more)  # type: ignore[arg-type]

    monkeypatch.setattr(Tenant, "__init__", counted)
    answer = await ground.cloud.musters.answer(device, quiet)
    assert (answer.batches, answer.present, answer.more) == ((), None, False)
    assert len(statements) <= 4
    assert not any(b"event_header" in statement or b"event_body" in statement for statement in statements)
