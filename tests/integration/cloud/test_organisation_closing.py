"""Closing an organisation where something stands in the way: the database at the end, a link, a log never signed."""

import json
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from cloud_api.composition import DatabaseAddresses
from cloud_api.erasure_journal import ErasureJournal, JournalEntry
from cloud_api.errors import ConfigurationError, StoreError
from cloud_api.postgres.cluster import Server
from cloud_api.services.audit_trail import Actor
from cloud_api.services.closing import Closing
from cloud_api.services.kek_rotation import KekRotation
from cloud_api.store.whole_export import OBJECTS_AT_ONCE
from tests.fakes.cloud_postgres import superuser_url
from tests.fakes.cloud_server import Ground

pytestmark = pytest.mark.anyio
BECAUSE = Actor("operator:ferris", reason="the contract ended")


@pytest.fixture
def owner(server: Server, addresses: DatabaseAddresses) -> str:
    return superuser_url(server, addresses.app.split("@/")[1].split("?")[0])


class BreakingJournal(ErasureJournal):
    """One whose line is synced right before the database is gone."""

    owner = ""

    async def add(self, entries: Sequence[JournalEntry]) -> None:
        await super().add(entries)
        with psycopg.connect(self.owner, autocommit=True) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and state = 'idle in transaction'"
            )


async def test_r18_what_the_journal_names_as_closed_is_not_opened_again_when_the_database_fails_behind_it(
    ground: Ground, owner: str
) -> None:
    """R18: the next start would destroy what came in since."""
    cloud, operator = ground.cloud, ground.cloud.operator
    journal = BreakingJournal(cloud.settings.erasure_journal)
    journal.owner = owner
    closing = Closing(cloud.db, replace(operator.closing._ports, journal=journal), operator.log, cloud.clock)
    rotation = KekRotation(cloud.db, cloud.ring, cloud.trail, operator.log, journal, cloud.clock)
    await closing.begin(ground.tenant, "Thistledown Works", BECAUSE)
    for failing in (closing.destroy(ground.tenant, owner, None, BECAUSE), rotation.destroy(ground.tenant, BECAUSE)):
        with pytest.raises(StoreError, match="run the same command again"):
            await failing
        with pytest.raises(ConfigurationError, match="journal names the organisation as closed"):
            await operator.standings.resume(ground.tenant, BECAUSE)
    assert (await operator.closing.destroy(ground.tenant, owner, None, BECAUSE)).versions == 1


async def test_r17_an_organisation_whose_log_was_never_signed_can_be_closed(
    ground: Ground, owner: str, tmp_path: Path
) -> None:
    """R17; what a crash left of an earlier draft is taken away, and nothing is written through a link."""
    closing, path, draft = ground.cloud.operator.closing, tmp_path / "whole.zip", f".whole.zip.{'0' * 16}.part"
    with psycopg.connect(owner) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("delete from lodge.keys_page where tenant_id = %s", (ground.tenant,))
    (tmp_path / draft).write_text("readable")
    victim = tmp_path / "victim"
    victim.write_text("kept")
    (tmp_path / ".whole.zip.part").symlink_to(victim)
    assert await closing.begin(ground.tenant, "Thistledown Works", BECAUSE)
    exported = await closing.export(ground.tenant, path, BECAUSE)
    with zipfile.ZipFile(path) as archive:
        assert "audit.zip" in json.loads(archive.read("organisation.json"))["left_out"]
    assert (victim.read_text(), (tmp_path / draft).exists()) == ("kept", False)
    assert (await closing.destroy(ground.tenant, owner, exported, BECAUSE)).versions == 1


async def test_r17_the_objects_between_two_fetches_are_read_before_the_database_ends_the_transaction(
    ground: Ground,
) -> None:
    """R17: at two seconds each, from a slow store."""
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        cursor = await tx.connection.execute(
            "select extract(epoch from current_setting('idle_in_transaction_session_timeout')::interval)"
        )
        row = await cursor.fetchone()
    assert row is not None
    assert row[0] >= OBJECTS_AT_ONCE * 2
