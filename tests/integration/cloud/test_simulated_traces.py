"""What the simulator asked of the twin in memory is asked of PostgreSQL, with equal decisions and equal rows."""

from __future__ import annotations

from uuid import UUID

import pytest

from cloud_api.clock import from_unix_ms
from cloud_api.services.audit_trail import Actor
from cloud_api.store import alerts, epochs, events, kiosks, stays
from cloud_api.store.kiosks import Kiosk
from sync.protocol import exact_json
from sync.protocol.chain import Head
from sync.protocol.exchange import Hello
from sync.protocol.keys import base64url, public_key, thumbprint
from tests.fakes.cloud_server import Ground
from tests.fakes.memory_tables import Rows
from tests.simulation.organisation import Organisation
from tests.simulation.run import run_seed
from tests.simulation.tape import Asked, Enrolled, plain

pytestmark = pytest.mark.anyio
_ADMIN = Actor("administrator", reason="lost")
_FEW, _MANY = 4, 200
_OTHERS = 1_000
"""Seeds from here on: keys follow from the seed, and one database takes a key once, whoever brings it."""


@pytest.mark.timeout(600)
async def test_some_simulated_traces_come_out_alike_on_postgresql(ground: Ground) -> None:
    """The twin and PostgreSQL decide and keep the same, whatever happened."""
    assert await _replay(ground, _FEW) == _FEW


@pytest.mark.slow
@pytest.mark.timeout(7200)
async def test_many_simulated_traces_come_out_alike_on_postgresql(ground: Ground) -> None:
    """As above, hundreds of them."""
    assert await _replay(ground, _MANY, first=_OTHERS) == _MANY


async def _replay(ground: Ground, many: int, *, first: int = 0) -> int:
    organisation = Organisation(ground.tenant, await _site(ground), await ground.host())
    done, seed = 0, first
    while done < many:
        outcome = run_seed(seed, organisation)
        assert outcome.broken is None, f"seed {seed}: {outcome.broken}"
        seed += 1
        if not outcome.tape.whole:
            continue  # the server was restored in it: a database is not put back step by step
        for step in outcome.tape.steps:
            ground.clock.moment = from_unix_ms(step.at_ms)
            if isinstance(step, Enrolled):
                await _enrol(ground, organisation, step)
            else:
                said = plain(await _ask(ground, step))
                assert step.outcome is None or said == step.outcome, f"seed {seed - 1}: {step.what}"
        await _compare(ground, outcome.rows, f"seed {seed - 1}")
        done += 1
    return done


async def _site(ground: Ground) -> UUID:
    kiosk = await ground.enrol("A kiosk that tells its site")
    return kiosk.identity.site


async def _enrol(ground: Ground, organisation: Organisation, step: Enrolled) -> None:
    epoch, now = thumbprint(public_key(base64url(step.public))), ground.clock.now()
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        await kiosks.add(tx, Kiosk(step.kiosk, organisation.site, step.name, now, None, None))
        await epochs.enrol(
            tx,
            kiosk_id=step.kiosk,
            epoch=epoch,
            public_key=step.public,
            audience=step.audience,
            genesis=Head.genesis(epoch).hash,
            now=now,
        )


async def _ask(ground: Ground, step: Asked) -> object:
    cloud = ground.cloud
    if step.what == "confirm":
        return await cloud.confirmation.confirm(ground.tenant, step.kiosk, step.epoch, _ADMIN)
    if step.what == "revoke":
        return await cloud.confirmation.revoke(ground.tenant, step.kiosk, _ADMIN)
    device = await cloud.devices.find(step.epoch)
    assert device is not None
    if step.what == "hello":
        return await cloud.hellos.answer(device, exact_json.read(step.body, Hello, what="a hello"))
    if step.what == "begin":
        return await cloud.epochs.begin(device, step.body, "192.0.2.1")
    taker = cloud.ingest if step.what == "take" else cloud.branches
    return await taker.take(device, step.body)


async def _compare(ground: Ground, rows: Rows, what: str) -> None:
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        for epoch, record in rows.epochs.items():
            assert await epochs.find(tx, epoch) == record, what
            last = rows.heads[epoch].seq
            stored = await events.stored_hashes(tx, record.kiosk_id, epoch, 1, max(last, 1))
            kept = {seq: row.hash for (owner, seq), (row, _) in rows.log.items() if owner == epoch}
            assert stored == kept, what
        found = await stays.find_many(tx, ground.cloud.ring, list(rows.stays))
        assert {stay for stay, row in found.items() if row.present} == {
            stay for stay, row in rows.stays.items() if row.present
        }, what
        told = await alerts.of_stays(tx, list(rows.stays))
        assert {stay: len(told.get(stay, [])) for stay in rows.stays} == {
            stay: sum(alert.stay_id == stay for alert in rows.alerts.values()) for stay in rows.stays
        }, what
