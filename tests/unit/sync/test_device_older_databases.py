"""A kiosk's program that finds the database of an older one: what was recorded stays, tables are added."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.device.epochs import ASKED
from sync.device.schema import VERSION
from sync.device.stepping import LinkState
from sync.device.tables import Tables
from sync.protocol.feed import Host, Hosts, PageKind
from sync.protocol.kinds import Kind
from tests.fakes.sync_objects import PhotoRig, enrol_photo_rig
from tests.fakes.sync_records import NOON_MS, arrival

ADDED = {
    1: ("epoch_start", "present_stay", "present_mark", "pruned", "kept_muster"),
    2: ("object",),
    3: ("feed_page",),
    4: ("heard_event", "heard_batch", "heard_log", "heard_kiosk", "heard_mark"),
    5: ("kept_type",),
    6: ("second_copy",),
}
"""What the version after each of these brought."""
LAST_WITH_PAGES_OF_BEFORE = 3
UNCOPIED = (
    "select 'setting ' || name, value from setting union all select 'epoch ' || kid, private from epoch "
    "except select name, value from second_copy"
)


def _as_of_version(tables: Tables, version: int) -> None:
    for row in tables.execute("select name from sqlite_schema where type = 'trigger'").fetchall():
        tables.execute(f"drop trigger {row[0]}")
    for older in range(version, VERSION):
        for table in ADDED[older]:
            tables.execute(f"drop table {table}")
    if version == 1:
        tables.execute("update event set stay = null where kind = 'visitor.arrived'")
    tables.table("page").create({"kind": str, "version": int, "signed": str, "expires_ms": int}, pk="kind")
    tables.table("page").insert({"kind": "hosts", "version": 7, "signed": "e30..", "expires_ms": NOON_MS})
    tables.execute(f"pragma user_version = {version}")


@pytest.mark.parametrize("version", range(1, VERSION))
def test_a_database_of_each_version_before_is_read_on(tmp_path: Path, version: int) -> None:
    """An arrival kept without a stay (version 1) is found by its id; pages in the form of before are fetched anew."""
    rig = enrol_photo_rig(tmp_path)
    rig.base.cloud.publish(Hosts(hosts=(Host(id=rig.base.enrolment.kiosk, name="Grace Example", department=""),)))
    rig.base.reader.step()
    rig.base.log.append(arrival())
    with rig.base.records.database.transaction() as tables:
        _as_of_version(tables, version)
    again = rig.restart()
    (event,) = again.base.log.of_kinds([Kind.VISITOR_ARRIVED])
    stay = event.header.id if version == 1 else event.header.stay
    assert stay is not None
    assert event in again.base.log.of_stay(stay)
    if version <= LAST_WITH_PAGES_OF_BEFORE:
        assert (again.base.feed.held(), again.base.feed.content(PageKind.HOSTS, Hosts)) == ({}, None)
    _assert_goes_on(again)
    once_more = again.restart()
    assert once_more.base.feed.held()[PageKind.HOSTS].version == 1
    assert once_more.base.records.database.read("pragma user_version")[0]["user_version"] == VERSION
    assert once_more.base.records.database.read(UNCOPIED) == []
    once_more.close()


def _assert_goes_on(rig: PhotoRig) -> None:
    assert rig.base.reader.step().state is LinkState.ONLINE
    hosts = rig.base.feed.content(PageKind.HOSTS, Hosts)
    assert hosts is not None
    assert hosts.hosts[0].name == "Grace Example"
    rig.visit()
    assert rig.store.waiting == 1
    rig.base.drain()
    rig.send_all()
    assert rig.base.recorded() == rig.base.held()
    assert rig.store.waiting == 0
    assert rig.base.log.begin_epoch(ASKED, after=rig.base.log.head.epoch)
