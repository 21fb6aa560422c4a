"""A database that lost its newest events is noticed at the start: lost WAL, restored copy, other branch."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.device.errors import RolledBackError
from tests.fakes.sync_records import (
    arrival,
    open_records,
    some_identity,
)


def test_c04_a_deleted_wal_is_noticed(tmp_path: Path) -> None:
    """C04: SQLite finds nothing wrong; the second witness does."""
    assert _after_losing_the_wal(tmp_path) == "rolled back"


def test_c04_a_deleted_wal_and_a_deleted_witness_open_in_doubt(tmp_path: Path) -> None:
    """C04: the same loss without a witness cannot be proven, but it must not look healthy (ADR 34)."""
    assert _after_losing_the_wal(tmp_path, forget=True) == "4 of 8 events, in doubt: missing at 4"


def _after_losing_the_wal(folder: Path, *, forget: bool = False) -> str:
    kept = open_records(folder)
    kept.log.append(arrival())
    kept.database.read("pragma wal_checkpoint(truncate)")
    kept.log.append(arrival())
    copy = folder / "power-cut"
    copy.mkdir()
    for name in ("lodge.db", "witness"):
        (copy / name).write_bytes((folder / name).read_bytes())
    if forget:
        (copy / "witness").unlink()
    kept.close()
    try:
        found = open_records(copy)
    except RolledBackError as error:
        return "rolled back" if "event 8 was recorded" in str(error) else str(error)
    assert found.database.read("pragma integrity_check") == [{"integrity_check": "ok"}]
    doubt = found.log.doubt.standing()
    found.close()
    told = "" if doubt is None else f", in doubt: {doubt.found} at {doubt.recorded}"
    return f"{found.log.head.seq} of 8 events{told}"


def test_c04_a_flipped_bit_in_the_wal_is_noticed(tmp_path: Path) -> None:
    """SQLite ends a WAL at the first frame whose checksum fails and says nothing."""
    kept = open_records(tmp_path)
    kept.log.append(arrival())
    kept.database.read("pragma wal_checkpoint(truncate)")
    kept.log.append(arrival())
    copy = tmp_path / "power-cut"
    copy.mkdir()
    for name in ("lodge.db", "lodge.db-wal", "witness"):
        (copy / name).write_bytes((tmp_path / name).read_bytes())
    kept.close()
    wal = bytearray((copy / "lodge.db-wal").read_bytes())
    wal[2000] ^= 1
    (copy / "lodge.db-wal").write_bytes(wal)
    with pytest.raises(RolledBackError):
        open_records(copy)


def test_c08_a_database_from_before_a_new_epoch_is_noticed(tmp_path: Path) -> None:
    """C08: the witness names an epoch that the restored database has never heard of."""
    old = open_records(tmp_path)
    old.log.append(arrival())
    old.close()
    backup = (tmp_path / "lodge.db").read_bytes()
    new = open_records(tmp_path, identity=some_identity(2))
    new.log.append(arrival())
    new.close()
    (tmp_path / "lodge.db").write_bytes(backup)
    with pytest.raises(RolledBackError):
        open_records(tmp_path, identity=some_identity(1))


def test_another_branch_at_the_same_seq_is_noticed(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder in (ours, theirs):
        folder.mkdir()
        records = open_records(folder)
        records.log.append(arrival())
        records.close()
    (ours / "witness").write_bytes((theirs / "witness").read_bytes())
    with pytest.raises(RolledBackError):
        open_records(ours)


def test_a_witness_that_lags_is_no_reason_to_refuse(tmp_path: Path) -> None:
    records = open_records(tmp_path)
    records.log.append(arrival())
    lagging = (tmp_path / "witness").read_bytes()
    records.log.append(arrival())
    records.close()
    (tmp_path / "witness").write_bytes(lagging)
    again = open_records(tmp_path)
    assert again.log.head.seq == 8
    again.close()
