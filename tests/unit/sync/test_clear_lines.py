"""Which headers are on the confirmed history of a key that two have written under."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.device.clear_lines import ClearLine, ClearLines
from sync.protocol.chain import Head
from sync.protocol.feed import ClearBranch, KeyStanding, RosterKey
from sync.protocol.keys import public_text
from tests.fakes.sync_records import Records, arrival, open_records
from tests.vectors import sample

FORKED = 3


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    opened = open_records(tmp_path)
    for number in range(3):
        opened.log.append(arrival(f"Visitor {number}"))
    yield opened
    opened.close()


def _line(records: Records, forked: int = FORKED) -> ClearLine:
    head = records.log.head
    key = RosterKey(
        kid=head.epoch,
        public=public_text(sample.EPOCH_KEY.public_key()),
        standing=KeyStanding.FROZEN,
        forked=forked,
        clear=ClearBranch(seq=head.seq, head=head.hash),
    )
    line = ClearLines(records.database).of(key)
    assert line is not None
    return line


def _lose(records: Records, *seqs: int, told_back: bool) -> set[str]:
    """Take events out of the log, as a damaged page does; the cloud may tell them back. Their hashes."""
    chain = records.log.chain_of(records.log.head.epoch)
    assert chain is not None
    lost: set[str] = set()
    for seq in seqs:
        digest = records.log.hash_in(chain, seq)
        assert digest is not None
        lost.add(digest)
        with records.database.transaction() as tables:
            if told_back:
                tables.execute(
                    "insert into heard_event (place, epoch, seq, hash, stay, kind, doubt, kept, header, muster) "
                    "select ?, ?, ?, ?, stay, kind, 0, 0, header, muster from event where place = ?",
                    (seq, chain.epoch, seq, bytes.fromhex(digest), chain.base + seq),
                )
            tables.execute("delete from event where place = ?", (chain.base + seq,))
    return lost


def test_of_a_whole_log_nothing_needs_to_be_heard(records: Records) -> None:
    assert _line(records) == ClearLine(frozenset(), records.log.head)


def test_c05_what_a_damaged_page_took_is_on_the_line_once_it_is_told_back(records: Records) -> None:
    """C05: a departure among it counts, and takes somebody off the list."""
    lost = _lose(records, 4, 5, 8, told_back=True)
    assert _line(records) == ClearLine(frozenset(lost), records.log.head)


def test_c05_below_what_is_not_told_back_nothing_is_believed(records: Records) -> None:
    """C05."""
    _lose(records, 4, 5, told_back=True)
    _lose(records, 8, told_back=False)
    assert _line(records) == ClearLine(frozenset(), records.log.head)


def test_c05_the_first_event_may_be_lost_too(records: Records) -> None:
    """C05."""
    lost = _lose(records, 1, 2, told_back=True)
    assert _line(records, forked=1) == ClearLine(frozenset(lost), records.log.head)


def test_another_history_than_ours_ends_where_it_was_heard(records: Records) -> None:
    """C07: the named header is neither ours nor heard."""
    key = RosterKey(
        kid=records.log.head.epoch,
        public=public_text(sample.EPOCH_KEY.public_key()),
        standing=KeyStanding.FROZEN,
        forked=FORKED,
        clear=ClearBranch(seq=9, head="ab" * 32),
    )
    named = Head(key.kid, 9, "ab" * 32)
    assert ClearLines(records.database).of(key) == ClearLine(frozenset(), named)
