"""The kiosk's database: encrypted, private, and never half-changed."""

from __future__ import annotations

import shutil
import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as driver

from sync.device.database import DeviceDatabase
from sync.device.errors import ConflictError, DiskFullError, StorageError, WrongKeyError
from sync.device.settings import Settings
from sync.protocol.kinds import Kind
from tests.fakes.sync_damage import flip, page_with, root_of
from tests.fakes.sync_faulty_disk import BUSY, FULL, driver_error, failing
from tests.fakes.sync_records import DATABASE_KEY, arrival, open_records

CANARY = "Zebulon Canarysson"
PAGE_BYTES = 4096


@pytest.fixture
def database(tmp_path: Path) -> Iterator[DeviceDatabase]:
    opened = DeviceDatabase(tmp_path / "lodge.db", DATABASE_KEY)
    yield opened
    opened.close()


def test_nothing_that_a_visitor_typed_is_readable_in_any_file(tmp_path: Path) -> None:
    records = open_records(tmp_path)
    for _ in range(30):
        records.log.append(arrival(CANARY))
    names = {file.name for file in tmp_path.iterdir()}
    assert {"lodge.db", "lodge.db-wal", "lodge.db-shm"} <= names
    while_open = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    records.log.settle()
    records.close()
    at_rest = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for word in (CANARY.encode(), b"Canarysson", b"Thistledown", b"SQLite format"):
        assert word not in while_open
        assert word not in at_rest


def test_the_canary_search_would_find_an_unencrypted_name(tmp_path: Path) -> None:
    plain = driver.connect(str(tmp_path / "plain.db"), isolation_level=None)
    plain.execute("create table t (name)")
    plain.execute("insert into t values (?)", (CANARY,))
    plain.close()
    assert CANARY.encode() in (tmp_path / "plain.db").read_bytes()


def test_only_the_kiosks_user_can_read_its_files(tmp_path: Path) -> None:
    records = open_records(tmp_path)
    records.log.append(arrival())
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert modes == dict.fromkeys(("lodge.db", "lodge.db-wal", "lodge.db-shm", "lodge.db-salt", "witness"), 0o600)
    records.close()


def test_files_that_others_could_read_are_closed_to_them(tmp_path: Path) -> None:
    DeviceDatabase(tmp_path / "lodge.db", DATABASE_KEY).close()
    (tmp_path / "lodge.db").chmod(0o644)
    opened = DeviceDatabase(tmp_path / "lodge.db", DATABASE_KEY)
    assert stat.S_IMODE((tmp_path / "lodge.db").stat().st_mode) == 0o600
    opened.close()


def test_another_key_is_refused_in_words(tmp_path: Path) -> None:
    DeviceDatabase(tmp_path / "lodge.db", DATABASE_KEY).close()
    with pytest.raises(WrongKeyError, match="does not open with its key"):
        DeviceDatabase(tmp_path / "lodge.db", bytes(32))
    with pytest.raises(WrongKeyError, match="32 bytes"):
        DeviceDatabase(tmp_path / "lodge.db", b"short")


def test_a_missing_folder_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="No such file"):
        DeviceDatabase(tmp_path / "absent" / "lodge.db", DATABASE_KEY)


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    database = DeviceDatabase(tmp_path / "lodge.db", DATABASE_KEY)
    with database.transaction() as tables:
        tables.execute("pragma user_version = 99")
    database.close()
    with pytest.raises(StorageError, match="newer version"):
        DeviceDatabase(tmp_path / "lodge.db", DATABASE_KEY)


def test_it_syncs_every_commit_and_keeps_temporary_data_in_memory(database: DeviceDatabase) -> None:
    values = {name: next(iter(database.read(f"pragma {name}")[0].values())) for name in _PRAGMAS}
    assert values == _PRAGMAS


_PRAGMAS = {"synchronous": 2, "journal_mode": "wal", "temp_store": 2, "secure_delete": 1}


@pytest.mark.parametrize("verb", ["begin", "insert", "commit"])
def test_a_failing_statement_changes_nothing_and_the_next_act_works(database: DeviceDatabase, verb: str) -> None:
    settings = Settings(database)
    settings.put("kept", b"1")
    with failing(database, verb), pytest.raises(DiskFullError, match="not recorded"):
        settings.put("lost", b"2")
    assert (settings.get("kept"), settings.get("lost")) == (b"1", None)
    settings.put("after", b"3")
    assert settings.get("after") == b"3"


def test_a_failing_roll_back_does_not_hold_up_the_next_act(database: DeviceDatabase) -> None:
    settings = Settings(database)
    with failing(database, "insert"), failing(database, "rollback"), pytest.raises(DiskFullError):
        settings.put("lost", b"2")
    settings.put("after", b"3")
    assert (settings.get("lost"), settings.get("after")) == (None, b"3")


def test_a_full_disk_and_a_busy_database_are_told_apart(database: DeviceDatabase) -> None:
    with failing(database, "begin", driver_error(*BUSY)), pytest.raises(StorageError, match="Another program") as busy:
        Settings(database).put("x", b"")
    assert not isinstance(busy.value, DiskFullError)
    full = driver_error(driver.SQLITE_FULL, "database or disk is full")
    with failing(database, "commit", full), pytest.raises(DiskFullError):
        Settings(database).put("x", b"")


def test_an_exception_inside_a_transaction_undoes_it(database: DeviceDatabase) -> None:
    def interrupted() -> None:
        with database.transaction() as tables:
            tables.table("setting").insert({"name": "lost", "value": b""})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert Settings(database).get("lost") is None


def test_a_transaction_within_a_transaction_is_refused_and_spoils_neither(database: DeviceDatabase) -> None:
    settings = Settings(database)
    with database.transaction() as tables:
        tables.table("setting").insert({"name": "outer", "value": b"1"})
        with pytest.raises(StorageError, match="within a transaction"):
            settings.put("inner", b"2")
        tables.table("setting").insert({"name": "later", "value": b"3"})
    assert [settings.get(name) for name in ("outer", "inner", "later")] == [b"1", None, b"3"]


def test_what_is_there_already_is_a_conflict(database: DeviceDatabase) -> None:
    with database.transaction() as tables:
        tables.table("setting").insert({"name": "one", "value": b"1"})
    with pytest.raises(ConflictError), database.transaction() as tables:
        tables.table("setting").insert({"name": "one", "value": b"2"})
    assert Settings(database).get("one") == b"1"


def test_a_closed_database_refuses_in_its_own_words(tmp_path: Path) -> None:
    database = DeviceDatabase(tmp_path / "lodge.db", DATABASE_KEY)
    database.close()
    with pytest.raises(StorageError):
        database.read("select 1")
    with pytest.raises(StorageError):
        Settings(database).put("x", b"")


def test_settling_folds_the_wal_into_the_file(tmp_path: Path) -> None:
    records = open_records(tmp_path)
    records.log.append(arrival())
    before = (tmp_path / "lodge.db").stat().st_size
    records.log.settle()
    assert (tmp_path / "lodge.db").stat().st_size > before
    assert _events_in_the_file_alone(tmp_path) == 4
    records.close()


def test_a_visitor_after_settling_waits_for_one_sync(tmp_path: Path) -> None:
    """ADR 113: whoever writes first after a fold begins the WAL anew, with a sync of its own; that was the index."""
    records = open_records(tmp_path)
    for visit in range(1, 4):
        records.log.append(arrival())
        records.log.settle()
        begun = _wal_header(tmp_path)
        records.log.append(arrival())
        assert _wal_header(tmp_path) == begun
        records.log.settle()
        assert _wal_header(tmp_path) != begun
        assert _events_in_the_file_alone(tmp_path) == 8 * visit
    records.close()


def _wal_header(folder: Path) -> bytes:
    return (folder / "lodge.db-wal").read_bytes()[:32]


def _events_in_the_file_alone(folder: Path) -> int:
    alone = folder / "alone" / "lodge.db"
    alone.parent.mkdir(exist_ok=True)
    shutil.copyfile(folder / "lodge.db", alone)
    database = DeviceDatabase(alone, DATABASE_KEY)
    (counted,) = database.read("select count(*) as events from event")
    database.close()
    return int(counted["events"])


def test_c05_a_flipped_bit_in_any_page_is_damage_in_words_never_wrong_rows(tmp_path: Path) -> None:
    """C05: HMAC error; the kiosk says so, whichever page it is and whatever reads it."""
    records = open_records(tmp_path)
    for number in range(12):
        records.log.append(arrival(f"Visitor {number}"))
    records.log.settle()
    records.close()
    file = tmp_path / "lodge.db"
    sound = file.read_bytes()
    outcomes: Counter[str] = Counter()
    for page in range(len(sound) // PAGE_BYTES):
        damaged = bytearray(sound)
        damaged[page * PAGE_BYTES + 20 + page * 37 % 4000] ^= 1 << page % 8
        file.write_bytes(damaged)
        outcomes[_read_everything(tmp_path)] += 1
    file.write_bytes(sound)
    assert _read_everything(tmp_path) == "whole"
    assert set(outcomes) == {"refused"}
    assert outcomes["refused"] > 15


def test_c05_after_a_damaged_page_every_write_is_told_as_damage_too(tmp_path: Path) -> None:
    """C05: SQLCipher refuses them as read-only, or for want of memory; only a new connection writes again."""
    path, many = tmp_path / "lodge.db", 100
    database = DeviceDatabase(path, DATABASE_KEY)
    with database.transaction() as tables:
        kept = [(number.to_bytes(16, "big"), f"type {number}".ljust(PAGE_BYTES // 8)) for number in range(many)]
        tables.execute_many("insert into kept_type (stay, type) values (?, ?)", kept)
    database.close()
    flip(path, page_with(path, lambda row: bytes(15) + b"\x32" in row))
    database = DeviceDatabase(path, DATABASE_KEY)
    Settings(database).put("before", b"")
    with pytest.raises(WrongKeyError, match="lodge-kiosk salvage"):
        database.read("select * from kept_type")
    for name in ("after", "once more"):
        with pytest.raises(WrongKeyError, match="lodge-kiosk salvage"):
            Settings(database).put(name, b"")
    no_database = driver_error(driver.SQLITE_NOTADB, "file is not a database")
    with failing(database, "select", no_database), pytest.raises(WrongKeyError, match="database is damaged"):
        Settings(database).get("before")
    database.close()


@pytest.mark.parametrize("table", ["setting", "epoch", "second_copy"])
def test_c05_damage_to_settings_or_their_copy_is_met_at_the_start(tmp_path: Path, table: str) -> None:
    """C05: not by the first badge of the day, after which nothing more can be written (ADR 111)."""
    path = tmp_path / "lodge.db"
    database = DeviceDatabase(path, DATABASE_KEY)
    with database.transaction() as tables:
        tables.execute("insert into setting (name, value) values ('colour', x'01')")
        tables.execute("insert into epoch (kid, private, started_ms) values ('kid', x'02', 0)")
    database.close()
    flip(path, root_of(path, table))
    with pytest.raises(WrongKeyError, match="lodge-kiosk salvage"):
        DeviceDatabase(path, DATABASE_KEY)


def test_a_want_of_memory_is_no_damage(database: DeviceDatabase) -> None:
    with failing(database, "commit", MemoryError()), pytest.raises(StorageError) as refused:
        Settings(database).put("x", b"")
    assert not isinstance(refused.value, WrongKeyError)
    assert Settings(database).get("x") is None


def _read_everything(folder: Path) -> str:
    """Opens as the kiosk does, reads every event, then every page of every table and index."""
    records = None
    try:
        records = open_records(folder)
        events = len(records.log.of_kinds([Kind.VISITOR_ARRIVED])), len(records.log.after(0, limit=100))
        check = records.database.read("pragma integrity_check")
    except WrongKeyError as error:
        return "refused" if "damaged" in str(error) else str(error)
    finally:
        if records is not None:
            records.close()
    return "whole" if (events, check) == ((12, 48), [{"integrity_check": "ok"}]) else "wrong rows"


def test_an_error_of_the_disk_while_reading_is_ours_too(database: DeviceDatabase) -> None:
    with failing(database, "select", driver_error(*FULL)), pytest.raises(DiskFullError):
        Settings(database).get("x")


def test_no_error_quotes_what_was_to_be_stored(database: DeviceDatabase) -> None:
    error = driver.OperationalError(f"Could not decode column 'muster' with text '{CANARY}'")
    with failing(database, "commit", error), pytest.raises(StorageError) as refused:
        Settings(database).put("x", b"")
    assert CANARY not in str(refused.value)
