"""The second witness: torn writes leave the other slot; it may lag, never lead."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from sync.device.errors import DiskFullError, StorageError
from sync.device.witness import Found, Witness
from sync.protocol.chain import Head
from tests.fakes.sync_faulty_disk import failing
from tests.fakes.sync_records import arrival, open_records, some_identity

EPOCH = some_identity().epoch
SLOT_BYTES = 256


def _head(seq: int) -> Head:
    return Head(EPOCH, seq, f"{seq:064x}")


def _seen(path: Path) -> Head | None:
    witness = Witness(path)
    try:
        return witness.head
    finally:
        witness.close()


def test_the_last_head_noted_is_remembered(tmp_path: Path) -> None:
    path = tmp_path / "witness"
    assert _seen(path) is None
    for seq in range(1, 6):
        witness = Witness(path)
        witness.note(_head(seq))
        witness.settle()
        witness.close()
        assert _seen(path) == _head(seq)


@pytest.mark.parametrize("torn", range(0, SLOT_BYTES, 5))
def test_a_torn_write_leaves_the_head_before_it(tmp_path: Path, torn: int) -> None:
    path = tmp_path / "witness"
    witness = Witness(path)
    for seq in (1, 2, 3):
        witness.note(_head(seq))
    before = path.read_bytes()
    witness.note(_head(4))
    witness.close()
    after = path.read_bytes()
    assert before[:SLOT_BYTES] == after[:SLOT_BYTES]
    path.write_bytes(after[: SLOT_BYTES + torn] + before[SLOT_BYTES + torn :])
    assert _seen(path) in (_head(3), _head(4))


def test_one_slot_alone_would_be_lost_by_a_torn_write(tmp_path: Path) -> None:
    """The planted fault: both slots torn, as one slot written in place would be."""
    path = tmp_path / "witness"
    witness = Witness(path)
    witness.note(_head(1))
    witness.note(_head(2))
    witness.close()
    torn = bytearray(path.read_bytes())
    torn[100] ^= 1
    torn[SLOT_BYTES + 100] ^= 1
    path.write_bytes(torn)
    assert _seen(path) is None


def test_every_flipped_bit_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "witness"
    witness = Witness(path)
    witness.note(_head(1))
    witness.note(_head(2))
    witness.close()
    sound = path.read_bytes()
    second = sound[SLOT_BYTES:].rstrip(b" ")
    for at in range(len(second)):
        damaged = bytearray(sound)
        damaged[SLOT_BYTES + at] ^= 1 << at % 8
        path.write_bytes(damaged)
        assert _seen(path) == _head(1)


def test_a_sound_digest_over_something_else_counts_as_torn(tmp_path: Path) -> None:
    path = tmp_path / "witness"
    record = (sha256(b'{"counter":"x"}').digest() + b'{"counter":"x"}').ljust(SLOT_BYTES, b" ")
    path.write_bytes(record * 2)
    assert _seen(path) is None


def test_the_largest_numbers_fit_a_slot(tmp_path: Path) -> None:
    path = tmp_path / "witness"
    witness = Witness(path)
    witness.note(Head(EPOCH, 2**53 - 1, "f" * 64))
    assert witness.head == Head(EPOCH, 2**53 - 1, "f" * 64)
    witness.close()
    assert path.stat().st_size == 2 * SLOT_BYTES


def test_noting_needs_no_room_on_the_disk(tmp_path: Path) -> None:
    witness = Witness(tmp_path / "witness")
    blocks = (tmp_path / "witness").stat().st_size
    for seq in range(1, 9):
        witness.note(_head(seq))
    assert (tmp_path / "witness").stat().st_size == blocks == 2 * SLOT_BYTES
    witness.close()


def test_a_short_or_failed_write_keeps_the_other_slot_for_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "witness"
    witness = Witness(path)
    witness.note(_head(1))
    real = os.pwrite
    for seq in (2, 3, 4):
        monkeypatch.setattr(os, "pwrite", lambda fd, data, at: real(fd, data[:100], at))
        witness.note(_head(seq))
        monkeypatch.setattr(os, "pwrite", real)
        assert _seen(path) == _head(1)
    witness.note(_head(5))
    witness.close()
    assert _seen(path) == _head(5)
    closed = Witness(path)
    closed.close()
    closed.note(_head(6))
    assert _seen(path) == _head(5)


def test_it_never_leads_the_database(tmp_path: Path) -> None:
    """What is not committed is not noted: else a healthy kiosk would refuse to start."""
    records = open_records(tmp_path)
    records.log.append(arrival())
    for verb in ("begin", "insert", "commit"):
        with failing(records.database, verb), pytest.raises(DiskFullError):
            records.log.append(arrival())
        assert records.witness.head == records.log.head
        assert records.log.head.seq == 4
    records.reopen().close()


def _found(path: Path) -> Found:
    witness = Witness(path)
    witness.close()
    return witness.found


def test_what_was_there_at_opening_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "witness"
    assert _found(path) is Found.MISSING
    assert _found(path) is Found.EMPTY
    witness = Witness(path)
    witness.note(_head(1))
    witness.note(_head(2))
    witness.close()
    sound = path.read_bytes()
    assert _found(path) is Found.INTACT
    for slot in (0, SLOT_BYTES):
        path.write_bytes(sound[: slot + 50] + b"x" + sound[slot + 51 :])
        assert _found(path) is Found.INTACT, "the other slot is what two are for"
    for damaged in (b"", b"x" * 2 * SLOT_BYTES, sound[:100], bytes(SLOT_BYTES), b"x" + sound[1:256] + b"x"):
        path.write_bytes(damaged)
        assert _found(path) is Found.DAMAGED


def test_a_witness_that_cannot_be_used_keeps_nobody_waiting(tmp_path: Path) -> None:
    (tmp_path / "witness").mkdir()
    witness = Witness(tmp_path / "witness")
    witness.note(_head(1))
    witness.settle()
    witness.close()
    assert (witness.found, witness.head) == (Found.UNUSABLE, None)


def test_errors_of_the_disk_are_ours(tmp_path: Path) -> None:
    witness = Witness(tmp_path / "witness")
    witness.close()
    witness.close()
    with pytest.raises(StorageError, match="synced"):
        witness.settle()
