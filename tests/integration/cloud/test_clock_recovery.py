"""C06: a kiosk whose clock was ten years ahead, from the first wrong stamp until everybody has left."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from cloud_api.clock import unix_ms
from cloud_api.services.audit_reading import AuditReading
from cloud_api.services.ingest import Accepted
from sync.protocol.batch import seal_batch
from sync.protocol.chain import Act
from sync.protocol.kinds import ArrivedFull, ArrivedMuster, DepartedFull, Kind
from tests.fakes.cloud_server import Ground, names
from tests.fakes.sync_records import TurnedClock, open_records

pytestmark = pytest.mark.anyio
FULL = ArrivedFull(type="visitor", language="en", host_id=None, email="", phone="", answers={})


@pytest.mark.parametrize("days", [3650, 3_000_000], ids=["ten years", "beyond what a date can say"])
async def test_c06_who_leaves_once_the_clock_is_right_has_left(ground: Ground, tmp_path: Path, days: int) -> None:
    kiosk = await ground.enrol()
    clock = TurnedClock(unix_ms(ground.clock.now()))
    records, sent = open_records(tmp_path, identity=kiosk.identity, clock=clock), 0
    stays = {name: uuid4() for name in ("Before", "During", "After")}

    async def record(kind: Kind, name: str) -> None:
        nonlocal sent
        muster = ArrivedMuster(name=name, company="", host="", zone="", assistance=False)
        body = (muster, FULL) if kind is Kind.VISITOR_ARRIVED else (None, DepartedFull(method="badge"))
        records.log.append([Act(kind, stays[name], *body)])
        found = records.log.after(sent, limit=9)
        wire = seal_batch(found, key=kiosk.key.private, audience=kiosk.audience, hlc=str(records.log.hlc))
        outcome = await ground.send(kiosk, wire)
        assert isinstance(outcome, Accepted)
        sent = found[-1].header.seq
        records.log.come_down(unix_ms(ground.clock.now()))

    await record(Kind.VISITOR_ARRIVED, "Before")
    clock.wall += days * 86_400_000
    await record(Kind.VISITOR_ARRIVED, "During")
    ground.clock.advance(days=1)
    clock.wall = unix_ms(ground.clock.now())
    await record(Kind.VISITOR_ARRIVED, "After")
    assert set(await names(ground)) == set(stays)
    for name in stays:
        ground.clock.advance(hours=1)
        clock.wall = unix_ms(ground.clock.now())
        await record(Kind.VISITOR_DEPARTED, name)
    assert await names(ground) == []
    while await ground.cloud.sequencer.integrate(ground.tenant):
        pass
    reading = AuditReading(ground.cloud.db, ground.cloud.ring)
    assert await reading.page(ground.tenant, ground.clock.now() + timedelta(hours=1))
    records.close()
