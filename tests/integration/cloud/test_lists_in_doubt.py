"""What the evacuation list says of itself where something is missing or damaged: uncertainty lists the person."""

import pytest

from cloud_api.policy.reach import EVERYWHERE
from cloud_api.services.board import Board
from sync.protocol.muster_exchange import MusterQuestion
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_server import OPERATOR, Ground
from tests.integration.cloud.test_console_board import send, view

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]


@pytest.fixture
async def kiosk(ground: Ground) -> FakeKiosk:
    return await ground.enrol()


async def test_c47_a_kiosk_that_is_revoked_or_behind_leaves_the_list_incomplete(
    ground: Ground, kiosk: FakeKiosk
) -> None:
    """C47: what a stolen kiosk recorded last may never come; a person says when the list was compared."""
    dock = await ground.enrol("Dock")
    for each in (kiosk, dock):
        each.arrive(ground.clock.now())
        await send(ground, each)
    heard = ground.clock.now()
    await _say_waiting(ground, kiosk, 7)
    (behind,) = (await view(ground)).freshness.quiet
    assert (behind.name, behind.waiting, behind.behind) == ("Lobby kiosk", 7, True)
    await _say_waiting(ground, kiosk, 0)
    ground.clock.advance(minutes=1)
    await ground.cloud.fleet.revoke(ground.tenant, dock.identity.kiosk, OPERATOR)
    (revoked,) = (await view(ground)).freshness.quiet
    assert (revoked.name, revoked.last_seen, revoked.revoked, revoked.wiped) == ("Dock", heard, True, False)
    device = await ground.cloud.devices.find(kiosk.key.epoch)
    assert device is not None
    for reviewed in (False, True):
        told = await ground.cloud.musters.answer(device, MusterQuestion(v=1, logs=(), stays=(), present=()))
        said = {item.kiosk: item.at_ms for item in told.heard}
        assert (dock.identity.kiosk in said) is not reviewed
        await ground.cloud.commanding.reviewed(ground.tenant, dock.identity.kiosk, OPERATOR)
    assert (await view(ground)).freshness.quiet == ()


async def _say_waiting(ground: Ground, kiosk: FakeKiosk, waiting: int) -> None:
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        await tx.connection.execute(
            "update lodge.kiosk set waiting = %s where tenant_id = %s and id = %s",
            (waiting, ground.tenant, kiosk.identity.kiosk),
        )


async def test_damage_to_one_row_or_key_takes_nobody_off_the_list(ground: Ground, kiosk: FakeKiosk) -> None:
    """Uncertainty lists the person: a cell that does not open leaves an unnamed person, or one without a company."""
    stays = [
        kiosk.arrive(ground.clock.now(), name=name) for name in ("Ada Sample", "Bo Sample", "Cy Sample", "Di Sample")
    ]
    await send(ground, kiosk)
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        for table, column, stay in (
            ("stay", "name", stays[0]),
            ("stay", "company", stays[1]),
            ("data_key", "wrapped", stays[2]),
        ):
            flip = f"set_byte({column}, length({column}) - 1, get_byte({column}, length({column}) - 1) # 1)"
            query = f"update lodge.{table} set {column} = {flip} where tenant_id = %s and id = %s"  # noqa: S608  constants
            await tx.connection.execute(query.encode(), (ground.tenant, stay))
        await tx.connection.execute("update lodge.site set pin_hash = '\\x0102'")
    seen = await view(ground)
    assert {row.id: row.name for row in seen.on_site} == {
        stays[0]: None,
        stays[1]: "Bo Sample",
        stays[2]: None,
        stays[3]: "Di Sample",
    }
    assert next(row for row in seen.on_site if row.id == stays[1]).company == ""
    evacuation = await Board(ground.cloud.db, ground.cloud.ring, ground.clock).evacuation(ground.tenant, EVERYWHERE)
    assert evacuation is not None
    assert sum(len(group.rows) for group in evacuation.groups) == len(stays)
