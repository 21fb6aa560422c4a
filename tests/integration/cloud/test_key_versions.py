"""Keys replaced while everything goes on (R18): nothing stored is rewritten, nothing is lost, old keys are gone."""

import asyncio
from uuid import uuid4

import psycopg
import pytest

from cloud_api.composition import DatabaseAddresses
from cloud_api.erasure_journal import CLOSED, read_journal
from cloud_api.errors import KeyServiceError
from cloud_api.postgres.cluster import Server
from cloud_api.store import data_keys, keks, server_secrets
from tests.fakes.cloud_postgres import superuser_url
from tests.fakes.cloud_server import OPERATOR, Ground, names

pytestmark = pytest.mark.anyio


class PowerCutError(Exception):
    """The process ends here."""


async def _sealed(ground: Ground) -> list[tuple[object, ...]]:
    """What is stored of people, as it is stored."""
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        cursor = await tx.connection.execute(
            "select id, name, details from lodge.stay union all select id, email, department from lodge.host order by 1"
        )
        return await cursor.fetchall()


async def _versions(ground: Ground) -> list[tuple[int, bool, int]]:
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        return [(item.version, item.destroyed_at is None, item.data_keys) for item in await keks.list_all(tx)]


async def test_r18_an_organisations_key_is_replaced_through_a_crash_while_visitors_arrive(ground: Ground) -> None:
    kiosk = await ground.enrol()
    for name in ("Ada Sample", "Bram Sample", "Cleo Sample"):
        kiosk.arrive(ground.clock.now(), name=name)
    await ground.send(kiosk, kiosk.batch())
    before = await _sealed(ground)
    ((_, _, count),) = await _versions(ground)

    async def cut(_done: int) -> None:
        kiosk.arrive(ground.clock.now(), name="Dora Sample")
        await ground.send(kiosk, kiosk.batch(len(kiosk.events)))
        raise PowerCutError

    rotate = ground.cloud.operator.kek_rotation.rotate
    with pytest.raises(PowerCutError):
        await rotate(ground.tenant, OPERATOR, at_once=2, between=cut)
    ground.cloud.ring.forget(ground.tenant)
    assert await names(ground) == ["Ada Sample", "Bram Sample", "Cleo Sample", "Dora Sample"]
    assert await _versions(ground) == [(2, True, 3), (1, True, count - 2)]
    done = await rotate(ground.tenant, OPERATOR, at_once=2)
    assert (done.version, done.wrapped, done.destroyed) == (2, count - 2, 1)
    assert await _versions(ground) == [(2, True, count + 1), (1, False, 0)]
    assert [row for row in await _sealed(ground) if row in before] == before
    assert await names(ground) == ["Ada Sample", "Bram Sample", "Cleo Sample", "Dora Sample"]
    assert (await rotate(ground.tenant, OPERATOR)).version == 3


async def test_r18_a_key_that_is_just_being_wrapped_is_waited_for_before_its_wrapping_key_is_destroyed(
    ground: Ground, server: Server, addresses: DatabaseAddresses
) -> None:
    """R18: else what a kiosk was told is stored could never be read."""
    url, fresh = superuser_url(server, addresses.app.split("@/")[1].split("?")[0]), uuid4()
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        kek = await data_keys._newest_kek(tx, ground.cloud.ring)
        rotation = asyncio.create_task(ground.cloud.operator.kek_rotation.rotate(ground.tenant, OPERATOR))
        with psycopg.connect(url, autocommit=True) as watcher:
            while watcher.execute("select count(*) from pg_locks where not granted").fetchone() == (0,):
                assert not rotation.done()
                await asyncio.sleep(0.01)
        cipher = (await data_keys._make_keys(tx, kek, [fresh], "stay", ground.clock.now()))[fresh]
        sealed = cipher.seal_text("Ada", table="stay", column="name", row="1")
    done = await rotation
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        (opened,) = (await data_keys.open_keys(tx, ground.cloud.ring, [fresh])).values()
    assert opened.open_text(sealed, table="stay", column="name", row="1") == "Ada"
    assert (await _versions(ground))[1:] == [(1, False, 0)]
    assert done.destroyed == 1


async def test_r18_what_wraps_every_key_is_replaced_without_touching_what_they_protect(ground: Ground) -> None:
    kiosk = await ground.enrol()
    kiosk.arrive(ground.clock.now())
    await ground.send(kiosk, kiosk.batch())
    secret = await server_secrets.open_secret(ground.cloud.db, ground.cloud.ring, "test")
    before = await _sealed(ground)
    ground.cloud.ring._service.renew()  # type: ignore[attr-defined]  # the service in memory
    done = await ground.cloud.operator.kek_rotation.rewrap_all(OPERATOR)
    assert (done.keks >= 1, done.secrets >= 1) == (True, True)
    assert await ground.cloud.operator.kek_rotation.list_services() == {ground.cloud.ring.service_name}
    ground.cloud.ring._service.forget_older()  # type: ignore[attr-defined]  # the service in memory
    ground.cloud.ring.forget(ground.tenant)
    assert (await _sealed(ground), await names(ground)) == (before, ["Ada Sample"])
    assert await server_secrets.open_secret(ground.cloud.db, ground.cloud.ring, "test") == secret
    assert (await ground.cloud.operator.kek_rotation.rewrap_all(OPERATOR)).keks == 0


async def test_r18_an_organisation_whose_keys_are_destroyed_is_unreadable_and_holds_up_nobody(ground: Ground) -> None:
    kiosk = await ground.enrol()
    kiosk.arrive(ground.clock.now())
    await ground.send(kiosk, kiosk.batch())
    versions, wrapped = await ground.cloud.operator.kek_rotation.destroy(ground.tenant, OPERATOR)
    assert (versions, wrapped > 3) == (1, True)
    journal = read_journal(ground.cloud.settings.erasure_journal)
    assert [(entry.tenant, entry.stay) for entry in journal.entries] == [(ground.tenant, CLOSED)]
    assert (await ground.cloud.operator.erasure_replay.run()).faults == ()
    with pytest.raises(KeyServiceError, match="gone already"):
        await ground.cloud.operator.kek_rotation.destroy(ground.tenant, OPERATOR)
    with pytest.raises(KeyServiceError, match="gone"):
        await ground.cloud.operator.kek_rotation.rotate(ground.tenant, OPERATOR)
    async with ground.cloud.db.lookup() as lookups:
        assert (ground.tenant, "Thistledown Works", "destroyed") in await lookups.list_standings()
        assert ground.tenant not in dict(await lookups.list_organisations())
        assert ground.tenant not in await lookups.list_audit_backlogs()
    await ground.cloud.sequencer.run_once()
    await ground.cloud.alerts.rescue()
    assert await names(ground) == ["unnamed"]
