"""C05: who a kiosk is, the keys of its logs and the salt of its database stand twice (ADR 111)."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from sync.device.database import DeviceDatabase
from sync.device.errors import ConflictError
from sync.device.salvage.draft import Refusal
from sync.device.salvage.pages import PAGE_BYTES
from sync.device.settings import Settings
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_damage import arrivals_at, blank, flip, overflow_pages, root_of, salvage_folder, salvaged
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig, open_rig
from tests.fakes.sync_records import DATABASE_KEY, arrival

VISITS = 12
_KEPT = {
    "setting": "select * from setting order by name",
    "epoch": "select * from epoch order by kid",
    "second_copy": "select * from second_copy order by name",
}


@pytest.fixture
def rig(tmp_path: Path) -> DeviceRig:
    rig = enrol_rig(tmp_path, SyncCloud())
    for number in range(VISITS):
        rig.log.append(arrival(f"Visitor {number}"))
    rig.log.settle()
    return rig


def _closed(rig: DeviceRig) -> Path:
    rig.close()
    return rig.records.folder


def _kept(rig: DeviceRig) -> dict[str, list[dict[str, Any]]]:
    return {table: rig.records.database.read(sql) for table, sql in _KEPT.items()}


def _page(path: Path, table: str) -> bytes:
    """The first page of a table's tree, as it stands in the file."""
    root = root_of(path, table)
    return path.read_bytes()[(root - 1) * PAGE_BYTES : root * PAGE_BYTES]


def _put_back(path: Path, table: str, page: bytes) -> None:
    """The card gives back what that page was before."""
    root, content = root_of(path, table), bytearray(path.read_bytes())
    content[(root - 1) * PAGE_BYTES : root * PAGE_BYTES] = page
    path.write_bytes(content)


@pytest.mark.parametrize("part", ["setting", "epoch"])
def test_c05_settings_and_keys_are_taken_from_their_second_copy(rig: DeviceRig, part: str) -> None:
    """C05: as they were when the page was lost, and what had been deleted until then stays so (ADR 111)."""
    settings = Settings(rig.records.database)
    settings.put("colour", b"green")
    settings.put("colour", b"blue")
    settings.put("gone", b"1")
    settings.remove("gone")
    rig.log.begin_epoch("asked", after=rig.log.head.epoch)
    before = _kept(rig)
    assert len(before["epoch"]) == 2
    folder = _closed(rig)
    flip(folder / "lodge.db", root_of(folder / "lodge.db", part))
    outcome = salvaged(folder)
    assert (outcome.missing, outcome.new_epoch) == (0, False)
    again = open_rig(folder, rig.cloud)
    assert _kept(again) == before
    again.drain(40)
    assert len(rig.cloud.devices) == 2
    again.close()


def test_c05_a_lost_second_copy_is_made_anew(rig: DeviceRig) -> None:
    """C05: the next damage may take the first."""
    before = _kept(rig)
    folder = _closed(rig)
    flip(folder / "lodge.db", root_of(folder / "lodge.db", "second_copy"))
    salvaged(folder)
    again = open_rig(folder, rig.cloud)
    assert _kept(again) == before
    again.close()


@pytest.mark.parametrize(
    "write",
    [
        "insert into setting (name, value) values (:name, :value)",
        "insert or replace into setting (name, value) values (:name, :value)",
        "insert into setting (name, value) values (:name, :value) on conflict (name) do update set value = :value",
        "update setting set value = :value where name = :name",
        "update or replace setting set name = :name, value = :value where name = 'another'",
        "delete from setting where name = :name",
    ],
)
@pytest.mark.parametrize("stray", [False, True])
@pytest.mark.parametrize("before", [None, b"old"])
def test_c05_whatever_writes_a_setting_writes_its_copy(
    tmp_path: Path, write: str, before: bytes | None, *, stray: bool
) -> None:
    """C05: also in the ways in which nobody writes today; and what is undone is undone in both. ``stray``: the copy
    has a row that it should not have.
    """
    database = DeviceDatabase(tmp_path / "lodge.db", DATABASE_KEY)
    copied = "select substr(name, 9) as name, value from second_copy where name like 'setting %' order by name"
    with database.transaction() as tables:
        tables.execute("insert into setting (name, value) values ('another', x'01')")
        if before is not None:
            tables.execute("insert into setting (name, value) values ('colour', ?)", (before,))
        elif stray and write.startswith("insert"):
            tables.execute("insert into second_copy (name, number, value) values ('setting colour', 0, x'ff')")
    with suppress(ConflictError), database.transaction() as tables:
        tables.execute("update setting set value = x'02' where name = 'another'")
        tables.connection.execute(write, {"name": "colour", "value": b"new"})
    kept = database.read("select name, value from setting order by name")
    assert kept
    assert database.read(copied) == kept
    database.close()


def test_c05_a_flipped_bit_of_the_salt_is_found_by_trying(rig: DeviceRig) -> None:
    """C05: the first 16 bytes of the file are part of the key of every page's authentication."""
    folder = _closed(rig)
    (folder / "lodge.db-salt").unlink()
    flip(folder / "lodge.db", 1, at=7)
    outcome = salvaged(folder)
    assert (outcome.written.events.count, outcome.missing) == (4 * VISITS, 0)


@pytest.mark.parametrize("lost", [1, 8])
def test_c05_the_salt_is_lost_with_pages_at_the_beginning(rig: DeviceRig, lost: int) -> None:
    """C05: the salt has a copy beside the database, and pages anywhere in it bear the key out (ADR 111)."""
    folder = _closed(rig)
    for page in range(1, lost + 1):
        blank(folder / "lodge.db", page)
    outcome = salvaged(folder)
    assert (outcome.written.events.count, outcome.missing) == (4 * VISITS, 0)
    assert (outcome.evidence / "lodge.db-salt").stat().st_size == 16, "the evidence can be read again"
    open_rig(folder, rig.cloud).close()
    assert (folder / "lodge.db-salt").read_bytes() == (folder / "lodge.db").read_bytes()[:16]


def test_c05_many_pages_are_lost_at_the_beginning_of_a_large_database(rig: DeviceRig) -> None:
    """C05: a whole block of the card: the key is borne out by pages far behind it."""
    for number in range(10 * VISITS):
        rig.log.append(arrival(f"Visitor {number}"))
    rig.log.settle()
    folder = _closed(rig)
    copy = root_of(folder / "lodge.db", "second_copy")
    for page in range(1, copy):
        blank(folder / "lodge.db", page)
    assert salvaged(folder).written.events.count > 4 * 9 * VISITS


def test_c05_the_salt_has_its_copy_as_soon_as_a_salvage_ends(rig: DeviceRig) -> None:
    """C05: the new database has another one, and may be damaged before the kiosk is started."""
    folder = _closed(rig)
    flip(folder / "lodge.db", root_of(folder / "lodge.db", "setting"))
    salvaged(folder)
    blank(folder / "lodge.db", 1)
    salvaged(folder)


def test_c05_a_database_that_was_cut_to_its_first_page_is_damaged(rig: DeviceRig) -> None:
    """C05: that page says how many there are; it must not pass for a kiosk that was never enrolled."""
    folder = _closed(rig)
    with (folder / "lodge.db").open("r+b") as file:
        file.truncate(PAGE_BYTES)
    assert salvage_folder(folder) is Refusal.SETTINGS


@pytest.mark.parametrize("table", ["setting", "epoch"])
def test_c05_a_key_is_found_though_one_page_of_keys_is_of_before(rig: DeviceRig, table: str) -> None:
    """C05: a write that the card has lost leaves an authentic page of before; no key was ever deleted, so the newest is
    taken from wherever it stands. Settings are those of the first copy.
    """
    folder = rig.records.folder
    before = _page(folder / "lodge.db", table)
    rig.log.begin_epoch("asked", after=rig.log.head.epoch)
    rig.log.append(arrival("The last one"))
    rig.log.settle()
    rig.close()
    _put_back(folder / "lodge.db", table, before)
    blank(folder / "lodge.db", root_of(folder / "lodge.db", "present_mark"))
    assert salvaged(folder).missing == 0
    again = open_rig(folder, rig.cloud)
    again.drain(40)
    assert len(rig.cloud.devices) >= 2
    assert len(arrivals_at(rig.cloud)) == VISITS + 1
    again.close()


def test_c05_a_long_setting_is_whole_whichever_of_its_pages_is_lost(rig: DeviceRig) -> None:
    """C05: its rest lies in pages of its own. What can be read of the first copy counts before the second."""
    settings, value = Settings(rig.records.database), bytes(range(250)) * 60
    settings.put("long", value)
    settings.put("colour", b"green")
    with rig.records.database.transaction() as tables:
        tables.execute("update second_copy set value = x'00' where name = 'setting colour'")
    rig.log.settle()
    folder = _closed(rig)
    content, pages = (folder / "lodge.db").read_bytes(), overflow_pages(folder / "lodge.db")
    assert len(pages) == 6
    for page in pages:
        (folder / "lodge.db").write_bytes(content)
        blank(folder / "lodge.db", page)
        salvaged(folder)
        again = open_rig(folder, rig.cloud)
        found = Settings(again.records.database)
        assert (found.get("long"), found.get("colour")) == (value, b"green")
        again.close()


def test_c05_a_mark_that_was_deleted_does_not_rise_from_a_copy_of_before(rig: DeviceRig) -> None:
    """C05: the card has lost a write to the copy; the first is whole, and counts."""
    folder, settings = rig.records.folder, Settings(rig.records.database)
    settings.put("gone", b"1")
    rig.log.settle()
    before = _page(folder / "lodge.db", "second_copy")
    settings.remove("gone")
    rig.log.settle()
    rig.close()
    _put_back(folder / "lodge.db", "second_copy", before)
    blank(folder / "lodge.db", root_of(folder / "lodge.db", "present_mark"))
    salvaged(folder)
    again = open_rig(folder, rig.cloud)
    assert Settings(again.records.database).get("gone") is None
    again.close()


def test_c05_no_flipped_bit_of_the_wal_hides_the_key_of_what_stands_behind_it(rig: DeviceRig) -> None:
    """C05: the epoch was begun in the same WAL; its events are read behind the damage, and so is its key."""
    rig.records.database.read("pragma wal_checkpoint(truncate)")
    rig.log.append(arrival("Before"))
    rig.log.begin_epoch("asked", after=rig.log.head.epoch)
    for number in range(4):
        rig.log.append(arrival(f"After {number}"))
    folder = rig.records.folder
    files = {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith("-shm")}
    rig.close()
    frames = (len(files["lodge.db-wal"]) - 32) // (24 + PAGE_BYTES)
    assert frames > 10
    for frame in range(frames):
        for path in folder.iterdir():
            path.unlink() if path.is_file() else shutil.rmtree(path)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        wal = bytearray(files["lodge.db-wal"])
        wal[32 + frame * (24 + PAGE_BYTES) + 24 + 700] ^= 4
        (folder / "lodge.db-wal").write_bytes(wal)
        assert salvaged(folder).new_epoch


def test_c05_copies_that_differ_are_made_anew_at_the_start(rig: DeviceRig) -> None:
    """C05: whatever has parted them, a tool that rebuilt the table without its triggers too; the first one counts."""
    kept = _kept(rig)
    with rig.records.database.transaction() as tables:
        tables.execute("update second_copy set value = x'00' where name like 'epoch %'")
        tables.execute("insert into second_copy (name, number, value) values ('setting risen', 0, x'01')")
        tables.execute("drop trigger setting_update_second_copy")
    again = open_rig(_closed(rig), rig.cloud)
    assert _kept(again) == kept
    Settings(again.records.database).put("colour", b"green")
    Settings(again.records.database).put("colour", b"blue")
    copied = again.records.database.read("select value from second_copy where name = 'setting colour'")
    assert copied == [{"value": b"blue"}]
    again.close()


@pytest.mark.parametrize("kind", ["folder", "pipe", "link", "long"])
def test_c05_whatever_lies_in_the_place_of_the_salt_a_kiosk_starts_and_is_salvaged(rig: DeviceRig, kind: str) -> None:
    """C05: it is looked at without waiting, followed nowhere and read to its 17th byte."""
    folder = _closed(rig)
    salt = folder / "lodge.db-salt"
    salt.unlink()
    match kind:
        case "folder":
            salt.mkdir()
        case "pipe":
            os.mkfifo(salt)
        case "link":
            salt.symlink_to("/dev/zero")
        case "long":
            salt.write_bytes(bytes(17))
    flip(folder / "lodge.db", root_of(folder / "lodge.db", "present_mark"))
    salvaged(folder)
    open_rig(folder, rig.cloud).close()
    assert kind == "folder" or salt.read_bytes() == (folder / "lodge.db").read_bytes()[:16]


def test_c05_a_salt_that_cannot_be_written_keeps_no_kiosk_from_starting(tmp_path: Path) -> None:
    """C05: a full disk, say; the next start tries again."""
    (tmp_path / "lodge.db-salt").mkdir()
    DeviceDatabase(tmp_path / "lodge.db", DATABASE_KEY).close()
    (tmp_path / "lodge.db-salt").rmdir()
    DeviceDatabase(tmp_path / "lodge.db", DATABASE_KEY).close()
    assert (tmp_path / "lodge.db-salt").read_bytes() == (tmp_path / "lodge.db").read_bytes()[:16]
    assert {path.name for path in tmp_path.iterdir()} == {"lodge.db", "lodge.db-salt"}, "no draft is left"
