"""An administrator's view of forks, new logs and unreadable entries: console, commands' readings, fork proofs."""

from uuid import uuid4

import httpx
import msgspec
import pytest

from cloud_api.errors import ConfigurationError
from cloud_api.policy.reach import EVERYWHERE
from cloud_api.services.fork_proofs import describe
from cloud_api.services.kiosk_logs import fault_words, reason_words
from sync.protocol import exact_json
from sync.protocol.archive import verify_archive
from sync.protocol.batch import manifest_hash
from sync.protocol.commitments import SealedBody
from sync.protocol.events import Event
from sync.protocol.exchange import Hello
from sync.protocol.fork_proof import verify_fork
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_server import OPERATOR, Ground
from tests.fakes.console_browser import add_account, browse, build, sign_in

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]


async def branch(ground: Ground, kiosk: FakeKiosk, wire: bytes) -> None:
    device = await ground.cloud.devices.find(kiosk.key.epoch)
    assert device is not None
    await ground.cloud.branches.take(device, wire)


async def begin(ground: Ground, kiosk: FakeKiosk, reason: str = "forked") -> FakeKiosk:
    device = await ground.cloud.devices.find(kiosk.key.epoch)
    assert device is not None
    raw, after = kiosk.next_epoch(reason)
    await ground.cloud.epochs.begin(device, raw, "192.0.2.7")
    return after


async def fork(ground: Ground) -> tuple[FakeKiosk, FakeKiosk]:
    """A kiosk and a copy of its card, both of which went on for two entries after the first."""
    kiosk = await ground.enrol()
    kiosk.arrive(ground.clock.now(), name="Canary Person")
    twin = kiosk.twin(1)
    for machine in (kiosk, twin):
        for _ in range(2):
            machine.arrive(ground.clock.now(), name="Canary Person")
    await ground.send(kiosk, kiosk.batch())
    await ground.send(twin, twin.batch(2))
    return kiosk, twin


async def test_c07_an_administrator_sees_both_histories_and_confirms_one(
    ground: Ground, client: httpx.AsyncClient
) -> None:
    """C07: and a second one is refused in words; nothing personal is on the page."""
    kiosk, twin = await fork(ground)
    shown = (await client.get("/kiosks")).text
    for part in ("Two histories", "It begins a new log by itself", "1 of 1 online"):
        assert part in shown
    after, other = await begin(ground, twin), await begin(ground, kiosk, "rolled_back")
    await branch(ground, twin, twin.batch(2))
    shown = (await client.get("/kiosks")).text
    for part in ("New log to confirm", "Until it is confirmed under Logs", "1 of 1 online"):
        assert part in shown
    address = f"/kiosks/{kiosk.identity.kiosk}/logs"
    page = (await client.get(address)).text
    assert "began a new log by itself after its entry 3, because two machines had written under its key" in page
    assert "3 entries, the last" in page
    assert "Beside it: 2 entries, the last" in page
    assert "From entry 2 on two different histories" in page
    assert page.count("Confirm this log") == 2
    assert "Canary" not in page
    fragment = await client.get(address, headers={"HX-Request": "true"})
    assert "<html" not in fragment.text
    assert "Beside it: 2 entries" in fragment.text
    done = await client.post(f"{address}/{after.key.epoch}/confirm")
    assert (done.status_code, done.headers["location"]) == (303, address)
    refused = await client.post(f"{address}/{other.key.epoch}/confirm")
    assert refused.status_code == 409
    assert "only one can count" in refused.text
    page = (await client.get(address)).text
    assert "Confirm this log" not in page
    assert "only one can count" in page
    shown = (await client.get("/kiosks")).text
    assert "New log to confirm" not in shown
    assert "Two histories" not in shown
    while await ground.cloud.sequencer.integrate(ground.tenant):
        pass
    audit = (await client.get("/audit")).text
    assert "The new log of Lobby kiosk was confirmed" in audit
    assert "Two histories of Lobby kiosk are known from its entry 2 on" in audit


async def test_c28_another_organisation_sees_and_confirms_nothing(ground: Ground, client: httpx.AsyncClient) -> None:
    """C28."""
    kiosk = await ground.enrol()
    after = await begin(ground, kiosk)
    assert (await client.get(f"/kiosks/{kiosk.identity.kiosk}/logs")).status_code == 200
    created = await ground.cloud.organisations.create("Other Works", OPERATOR, lambda _key: None)
    await add_account(Ground(ground.cloud, ground.clock, created.id, b""), "eve@example.org", name="Eve Elsewhere")
    async with browse(build(ground.cloud), address="192.0.2.99") as eve:
        assert (await sign_in(eve, "eve@example.org")).status_code == 303
        for identity in (kiosk.identity.kiosk, uuid4()):
            assert (await eve.get(f"/kiosks/{identity}/logs")).status_code == 404
            assert (await eve.post(f"/kiosks/{identity}/logs/{after.key.epoch}/confirm")).status_code == 404
    found = await ground.cloud.devices.find(after.key.epoch)
    assert found is not None
    assert found.standing == "unconfirmed"


async def test_confirming_needs_somebody_signed_in_and_our_own_page(ground: Ground, client: httpx.AsyncClient) -> None:
    kiosk = await ground.enrol()
    after = await begin(ground, kiosk)
    address = f"/kiosks/{kiosk.identity.kiosk}/logs/{after.key.epoch}/confirm"
    foreign = await client.post(address, headers={"Origin": "https://evil.example.org", "Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    async with browse(build(ground.cloud)) as nobody:
        assert (await nobody.post(address)).headers["location"].startswith("/sign-in")
    found = await ground.cloud.devices.find(after.key.epoch)
    assert found is not None
    assert found.standing == "unconfirmed"


async def test_c13_unreadable_entries_are_listed_with_their_fault_and_without_content(
    ground: Ground, client: httpx.AsyncClient
) -> None:
    """C13."""
    assert "Every entry could be read" in (await client.get("/kiosks/unreadable")).text
    kiosk, twin = await fork(ground)
    await begin(ground, twin)
    for machine in (kiosk, twin):
        spoilt = machine.events[-1]
        assert spoilt.full is not None
        body = SealedBody(salt=spoilt.full.salt, body=msgspec.Raw(b'{"name":"Canary Person"}'))
        machine.events[-1] = Event(spoilt.raw_header, spoilt.header, spoilt.muster, body)
    await branch(ground, twin, twin.batch(2))
    fresh = await ground.enrol("Canteen kiosk")
    fresh.arrive(ground.clock.now())
    spoilt = fresh.events[0]
    assert spoilt.muster is not None
    body = SealedBody(salt=spoilt.muster.salt, body=msgspec.Raw(b'{"name":"Canary Person"}'))
    fresh.events[0] = Event(spoilt.raw_header, spoilt.header, body, spoilt.full)
    await ground.send(fresh, fresh.batch())
    page = (await client.get("/kiosks/unreadable")).text
    assert page.count("A visitor arrived") == 2
    assert "Canteen kiosk" in page
    assert "What the evacuation list needs:" in page
    assert "The details of the form:" in page
    assert "Canary" not in page
    _, entries = await ground.cloud.kiosk_logs.quarantine(ground.tenant, EVERYWHERE)
    assert {entry.event_id for entry in entries} == {spoilt.header.id, twin.events[-1].header.id}


async def test_c07_a_fork_is_proved_to_anybody_without_anybody_s_data(ground: Ground) -> None:
    """C07."""
    kiosk, twin = await fork(ground)
    with pytest.raises(ConfigurationError, match="not held header by header yet"):
        await ground.cloud.fork_proofs.make(ground.tenant, kiosk.identity.kiosk)
    await begin(ground, twin)
    await branch(ground, twin, twin.batch(1, 2))
    await branch(ground, twin, twin.batch(3))
    raw = await ground.cloud.fork_proofs.make(ground.tenant, kiosk.identity.kiosk)
    proof, header = verify_fork(raw)
    assert (proof.seq, header.kiosk) == (2, kiosk.identity.kiosk)
    assert sorted(len(branch.headers) for branch in proof.branches) == [1, 2]
    assert b"Canary" not in raw
    assert kiosk.key.epoch in describe(raw)[0]


async def test_a_kiosk_without_a_fork_has_no_proof(ground: Ground) -> None:
    kiosk = await ground.enrol()
    with pytest.raises(ConfigurationError, match="no two histories"):
        await ground.cloud.fork_proofs.make(ground.tenant, kiosk.identity.kiosk)
    assert await ground.cloud.kiosk_logs.read(ground.tenant, EVERYWHERE, uuid4()) is None


def test_reasons_and_faults_that_came_later_are_shown_as_they_are() -> None:
    assert reason_words("moved_house") == "moved house"
    assert reason_words(None) == ""
    assert fault_words("odd") == "Odd: not readable"


async def test_the_console_shows_a_kiosk_s_software_and_what_it_has_still_to_send(
    ground: Ground, client: httpx.AsyncClient
) -> None:
    kiosk = await ground.enrol()
    device = await ground.cloud.devices.find(kiosk.key.epoch)
    assert device is not None
    before = (await client.get("/kiosks")).text
    said = exact_json.read(kiosk.hello(software="1.4.0", waiting=1200), Hello, what="a hello")
    await ground.cloud.hellos.answer(device, said)
    page = (await client.get("/kiosks")).text
    assert "still on the kiosk" not in before
    assert "version" not in before
    assert "1,200 entries still on the kiosk" in page
    assert 'version <bdi dir="ltr">1.4.0</bdi>' in page


async def test_what_has_come_since_a_kiosk_said_how_much_waits_is_not_shown_as_waiting(
    ground: Ground, client: httpx.AsyncClient
) -> None:
    kiosk = await ground.enrol()
    device = await ground.cloud.devices.find(kiosk.key.epoch)
    assert device is not None
    for _ in range(3):
        kiosk.arrive(ground.clock.now())
    said = exact_json.read(kiosk.hello(waiting=len(kiosk.events) + 1), Hello, what="a hello")
    await ground.cloud.hellos.answer(device, said)
    wire = kiosk.batch()
    await ground.send(kiosk, wire)
    assert "1 entry still on the kiosk" in (await client.get("/kiosks")).text
    await ground.send(kiosk, wire)
    assert "1 entry still on the kiosk" in (await client.get("/kiosks")).text
    kiosk.arrive(ground.clock.now())
    kiosk.arrive(ground.clock.now())
    await ground.send(kiosk, kiosk.batch(len(kiosk.events) - 1))
    assert "still on the kiosk" not in (await client.get("/kiosks")).text


async def test_a_visitor_of_a_branch_has_a_page_like_everybody_else(ground: Ground, client: httpx.AsyncClient) -> None:
    kiosk, twin = await fork(ground)
    await begin(ground, twin)
    await branch(ground, twin, twin.batch(2))
    stay = twin.events[-1].header.stay
    page = (await client.get(f"/visits/{stay}")).text
    assert "Canary Person" in page
    assert "Lobby kiosk" in page
    people = len(kiosk.events) + len(twin.events) - 1
    assert (await client.get("/board")).text.count("Canary Person") >= people


async def test_c07_an_export_after_a_fork_verifies_and_names_the_branch_s_manifest(ground: Ground) -> None:
    """C07: the tree keeps one history an epoch; that another was kept beside it stands in the tree as well."""
    kiosk, twin = await fork(ground)
    after = await begin(ground, twin)
    wire = twin.batch(2)
    await branch(ground, twin, wire)
    after.arrive(ground.clock.now())
    await ground.send(after, after.batch())
    await ground.cloud.confirmation.confirm(ground.tenant, kiosk.identity.kiosk, after.key.epoch, OPERATOR)
    export = await ground.cloud.audit_export.make(ground.tenant, OPERATOR)
    assert verify_archive(export.members).entries == export.entries
    manifest = wire.partition(b"\n")[0].decode("ascii")
    assert manifest_hash(manifest).encode("ascii") in export.members["entries.jsonl"]
