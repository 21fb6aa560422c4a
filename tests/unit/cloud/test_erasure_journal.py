"""The erasure journal's file: its bytes, and what becomes of it when a crash or a disk cuts a line short."""

import asyncio
import errno
import os
from pathlib import Path
from uuid import UUID

import pytest

from cloud_api.erasure_journal import CLOSED, ErasureJournal, JournalEntry, read_journal
from cloud_api.errors import ErasureJournalError

TENANT, STAY = UUID("5f0c1b52-8d0e-4a6b-9d53-2f6d3a1c7e10"), UUID("0d3c5a0e-3f5b-4f0a-9a51-6f1d2b7c8e90")
FIRST = JournalEntry(TENANT, STAY, 1_800_000_000_000)
LINE = (
    b"lodge-erasure-v1 5f0c1b52-8d0e-4a6b-9d53-2f6d3a1c7e10 0d3c5a0e-3f5b-4f0a-9a51-6f1d2b7c8e90 1800000000000 "
    b"1c43c1ac8846a29b8d7a0a121fec6c2177974f452f97614b4983dd53b2ed944e\n"
)


def entry(number: int) -> JournalEntry:
    return JournalEntry(TENANT, UUID(int=number), number)


@pytest.fixture
def journal(tmp_path: Path) -> ErasureJournal:
    return ErasureJournal(tmp_path / "erasures.journal")


def add(journal: ErasureJournal, *entries: JournalEntry) -> None:
    asyncio.run(journal.add(entries))


def test_a_line_is_what_the_decision_says_for_ever(journal: ErasureJournal) -> None:
    """R36: frozen with ADR 56."""
    add(journal, FIRST)
    assert journal.path.read_bytes() == LINE
    assert journal.path.stat().st_mode & 0o777 == 0o600


def test_r18_the_line_of_a_closed_organisation_is_what_the_decision_says_for_ever(journal: ErasureJournal) -> None:
    """R18, R36: frozen with ADR 64."""
    add(journal, JournalEntry(TENANT, CLOSED, 1_800_000_000_000))
    assert journal.path.read_bytes() == (
        b"lodge-erasure-v1 5f0c1b52-8d0e-4a6b-9d53-2f6d3a1c7e10 00000000-0000-0000-0000-000000000000 1800000000000 "
        b"63b106319b2f8f396cfc49c9d0b40866b5ea7c6eedab2f3f7e98713af425bc98\n"
    )


def test_c39_a_line_cut_short_anywhere_is_passed_over_and_the_next_one_is_whole(journal: ErasureJournal) -> None:
    """C39: whatever a crash leaves of a last line, all others are read, and none is joined to it."""
    for length in range(0, len(LINE), 9):
        journal.path.write_bytes(entry(1).line() + LINE[:length])
        assert read_journal(journal.path).entries == (entry(1),)
        add(journal, entry(2))
        found = read_journal(journal.path)
        assert (found.entries, found.damaged) == ((entry(1), entry(2)), 0)


def test_c39_a_whole_line_that_lacks_its_line_feed_counts_and_stays(journal: ErasureJournal) -> None:
    """C39: an editor may take it; the erasure would come back otherwise, and with the next one be gone for ever."""
    journal.path.write_bytes(entry(1).line() + LINE[:-1])
    assert read_journal(journal.path).entries == (entry(1), FIRST)
    add(journal, entry(2))
    assert read_journal(journal.path).entries == (entry(1), FIRST, entry(2))


@pytest.mark.parametrize("end", [b"\x00" * 300, b"not a line of ours", b"x" * 250])
def test_an_end_that_is_no_line_of_ours_is_told(journal: ErasureJournal, end: bytes) -> None:
    journal.path.write_bytes(entry(1).line() + end)
    found = read_journal(journal.path)
    assert (found.entries, found.damaged) == ((entry(1),), 1)


def test_a_line_of_no_year_that_there_is_counts_as_damaged(journal: ErasureJournal) -> None:
    journal.path.write_bytes(entry(9_999_999_999_999_999).line() + entry(1).line())
    found = read_journal(journal.path)
    assert (found.entries, found.damaged) == ((entry(1),), 1)


def test_c39_every_flipped_byte_of_a_line_is_noticed_and_costs_that_line_alone(journal: ErasureJournal) -> None:
    """C39."""
    for at in range(len(LINE) - 1):
        damaged = bytearray(LINE)
        damaged[at] ^= 0x01
        journal.path.write_bytes(entry(1).line() + damaged + entry(2).line())
        found = read_journal(journal.path)
        assert found.entries == (entry(1), entry(2))
        assert found.damaged >= 1


def test_another_file_is_never_cut(journal: ErasureJournal) -> None:
    for other in (b"a diary without an end", LINE + b"x", b"lodge-erasure-v1 " + b"x" * 300):
        journal.path.write_bytes(other)
        with pytest.raises(ErasureJournalError, match="nothing was erased"):
            add(journal, FIRST)
        assert journal.path.read_bytes() == other


def test_c03_a_line_that_the_disk_did_not_take_is_not_left_behind(
    journal: ErasureJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C03: full, and failing to sync: the caller is told, and the next line follows the last good one."""
    add(journal, entry(1))
    real_write, real_sync = os.write, os.fsync

    def fail(_descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    for name, fault in (("write", lambda file, data: real_write(file, data[:30])), ("fsync", fail)):
        monkeypatch.setattr(os, name, fault)
        with pytest.raises(ErasureJournalError, match="cannot be written"):
            add(journal, entry(2))
        monkeypatch.setattr(os, "write", real_write)
        monkeypatch.setattr(os, "fsync", real_sync)
        assert journal.path.read_bytes() == entry(1).line()


def test_no_journal_yet_is_empty_and_a_named_one_must_be_there(journal: ErasureJournal) -> None:
    assert asyncio.run(journal.read()).entries == ()
    with pytest.raises(ErasureJournalError, match="there is no"):
        read_journal(journal.path, missing_ok=False)
