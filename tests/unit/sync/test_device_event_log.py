"""The event log: all or nothing, in order, and never behind what it has acknowledged."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from sync.device.database import DeviceDatabase
from sync.device.errors import DiskFullError, StorageError, UnfitActError
from sync.device.muster_roll import MusterRoll
from sync.protocol.chain import Act, Head, follow
from sync.protocol.events import Event
from sync.protocol.hlc import ClockQuality, Hlc
from sync.protocol.kinds import ArrivedMuster, Kind
from tests.fakes.sync_faulty_disk import BUSY, driver_error, failing
from tests.fakes.sync_records import (
    DATABASE_KEY,
    NOON_MS,
    Records,
    TurnedClock,
    arrival,
    departure,
    open_records,
    some_identity,
)

TEN_YEARS_MS = 10 * 365 * 86_400_000


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    opened = open_records(tmp_path)
    yield opened
    opened.close()


def _all(records: Records) -> list[Event]:
    return records.log.after(0, limit=100_000)


def _assert_one_chain(records: Records, count: int) -> None:
    events = _all(records)
    head = Head.genesis(records.identity.epoch)
    for event in events:
        head = follow(head, event)
    assert (len(events), head) == (count, records.log.head)


def test_acts_are_read_back_as_the_same_events(records: Records) -> None:
    appended = records.log.append(arrival())
    assert tuple(_all(records)) == appended
    assert all(event.fault() is None for event in _all(records))
    assert records.log.hash_at(4) == records.log.head.hash
    assert (records.log.hash_at(0), records.log.hash_at(5), records.log.hash_at(1 << 60)) == (None, None, None)


def test_no_acts_record_nothing(records: Records) -> None:
    assert records.log.append([]) == ()
    assert records.log.head.seq == 0


@pytest.mark.parametrize("verb", ["begin", "insert", "commit"])
@pytest.mark.parametrize("code", ["full", "busy"])
def test_a_failed_append_leaves_the_head_and_the_next_one_follows_it(records: Records, verb: str, code: str) -> None:
    """C03: refused visibly, head unchanged."""
    records.log.append(arrival())
    head = records.log.head
    error = driver_error(*BUSY) if code == "busy" else None
    expected = StorageError if code == "busy" else DiskFullError
    with failing(records.database, verb, error), pytest.raises(expected):
        records.log.append(arrival())
    assert (records.log.head, records.witness.head) == (head, head)
    _assert_one_chain(records, 4)
    records.log.append(arrival())
    _assert_one_chain(records, 8)


def test_an_append_cut_short_after_its_commit_is_taken_in_by_the_next(records: Records) -> None:
    with failing(records.database, "commit", KeyboardInterrupt(), carry_out=True), pytest.raises(KeyboardInterrupt):
        records.log.append(arrival())
    assert records.log.head.seq == 0
    records.log.append(arrival())
    _assert_one_chain(records, 8)
    assert records.witness.head == records.log.head


def test_a_log_that_trusts_its_memory_alone_would_stand_still_for_ever(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: without catching up, an append cut short blocks every later one."""
    monkeypatch.setattr(type(records.log), "_catch_up", lambda self: None)
    with failing(records.database, "commit", KeyboardInterrupt(), carry_out=True), pytest.raises(KeyboardInterrupt):
        records.log.append(arrival())
    with pytest.raises(StorageError):
        records.log.append(arrival())


def test_many_threads_append_one_chain(records: Records) -> None:
    def work() -> None:
        for _ in range(15):
            records.log.append(arrival())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _assert_one_chain(records, 4 * 15 * 4)
    assert records.witness.head == records.log.head


def test_two_programs_append_one_chain_in_turns(tmp_path: Path) -> None:
    """``lodge-kiosk roster`` records that the list was opened while ``run`` records arrivals."""
    run, roster = open_records(tmp_path), open_records(tmp_path)
    for _ in range(3):
        run.log.append(arrival())
        roster.log.append(arrival())
        roster.log.append(arrival())
    run.log.append(arrival())
    _assert_one_chain(run, 40)
    stamps = [event.header.hlc for event in _all(run)]
    assert stamps == sorted(set(stamps))
    assert len(MusterRoll(roster.log).on_site()) == 10
    run.close()
    roster.close()


@pytest.mark.parametrize(
    "act",
    [
        Act("Shouting", None),
        Act(Kind.VISITOR_ARRIVED, None, ArrivedMuster(name="", company="", host="", zone="", assistance=False)),
        Act(Kind.VISITOR_ARRIVED, None, ArrivedMuster(name="x" * 401, company="", host="", zone="", assistance=False)),
        Act(Kind.VISITOR_ARRIVED, None, {"name": "\ud800"}),
        Act("note.made", None, {"text": "x" * 70_000}),
        Act("note.made", None, {"text": object()}),
    ],
    ids=["kind", "no name", "long name", "surrogate", "large", "unencodable"],
)
def test_an_act_that_no_reader_could_take_is_refused_and_blocks_nothing(records: Records, act: Act) -> None:
    with pytest.raises(UnfitActError):
        records.log.append([*arrival(), act])
    assert records.log.head.seq == 0
    records.log.append(arrival())
    _assert_one_chain(records, 4)


@pytest.mark.parametrize("name", ["李", "عائشة", "^XA~JA", "[b]bold[/b]", "<script>", "x" * 200, "👩‍🚀"])
def test_any_name_is_kept_as_typed(records: Records, name: str) -> None:
    records.log.append(arrival(name))
    (stay,) = MusterRoll(records.log).on_site()
    assert stay.muster is not None
    assert stay.muster.name == name


def test_look_ups_find_events_before_and_after_they_are_indexed(records: Records) -> None:
    first, second = UUID(int=1, version=4), UUID(int=2, version=4)
    records.log.append(arrival("One", first))
    records.log.settle()
    records.log.append(arrival("Two", second))
    records.log.append(departure(first))
    for _ in range(2):
        kinds = [event.header.kind for event in records.log.of_stay(first)]
        assert kinds == [act.kind for act in arrival()] + [Kind.VISITOR_DEPARTED]
        assert [event.header.kind for event in records.log.of_stay(str(second))] == [act.kind for act in arrival()]
        arrivals = records.log.of_kinds([Kind.VISITOR_ARRIVED])
        assert [event.header.stay for event in arrivals] == [first, second]
        assert [stay.id for stay in MusterRoll(records.log).on_site()] == [second]
        records.log.settle()
    assert records.log.of_stay(UUID(int=3, version=4)) == []
    assert records.log.of_kinds([]) == []


def test_a_log_goes_on_where_it_stopped(records: Records) -> None:
    records.log.append(arrival())
    again = records.reopen()
    assert again.log.head == records.log.head
    again.log.append(arrival())
    _assert_one_chain(again, 8)
    again.close()


def test_c06_order_is_kept_through_any_clock(tmp_path: Path) -> None:
    """C06: 1970, ten years ahead, back again, over restarts: stamps only rise, and say what they are worth."""
    clock = TurnedClock()
    records = open_records(tmp_path, clock=clock, floor_ms=NOON_MS - 86_400_000)
    turns = [
        (NOON_MS, ClockQuality.NTP),
        (0, ClockQuality.UNSYNCED),
        (NOON_MS + TEN_YEARS_MS, ClockQuality.UNSYNCED),
        (NOON_MS + 1000, ClockQuality.NTP),
        (-5, ClockQuality.UNSYNCED),
    ]
    for wall_ms, quality in turns:
        clock.wall, clock.believed = wall_ms, quality
        records.log.append(arrival())
        records = records.reopen()
        records.log.append(arrival())
    stamps = [event.header.hlc for event in _all(records)]
    assert stamps == sorted(set(stamps))
    assert min(Hlc.parse(stamp).wall_ms for stamp in stamps) >= NOON_MS - 86_400_000
    qualities = [event.header.clock for event in _all(records)][::8]
    assert qualities == [quality for _, quality in turns]
    records.close()


def test_c06_stamps_come_down_by_a_signed_receipt_alone(tmp_path: Path) -> None:
    """C06: the clock was ten years ahead and is right again; what was recorded last is the floor from then on."""
    clock = TurnedClock(NOON_MS + TEN_YEARS_MS)
    records = open_records(tmp_path, clock=clock)
    records.log.append(arrival())
    clock.wall = NOON_MS
    records.log.append(arrival())
    records.log.hear(NOON_MS)
    records.log.append(arrival())
    assert all(Hlc.parse(event.header.hlc).wall_ms >= NOON_MS + TEN_YEARS_MS for event in _all(records))
    records.log.come_down(NOON_MS)
    clock.wall = 0
    records = records.reopen()
    records.log.come_down(NOON_MS)
    clock.wall = NOON_MS + 5000
    records.log.append(arrival())
    clock.wall = 0
    records = records.reopen()
    records.log.append(arrival())
    records.log.come_down(NOON_MS - 1000)
    records.log.append(arrival())
    stamps = [Hlc.parse(event.header.hlc).wall_ms for event in _all(records)]
    assert set(stamps[-3:]) == {NOON_MS + 5000}, "not by less than ten minutes"
    records.close()


def test_the_clock_never_falls_below_an_earlier_epoch(tmp_path: Path) -> None:
    clock = TurnedClock(NOON_MS + TEN_YEARS_MS)
    old = open_records(tmp_path, clock=clock)
    old.log.append(arrival())
    last = old.log.hlc
    old.close()
    new = open_records(tmp_path, identity=some_identity(2), clock=TurnedClock(0))
    new.log.append(arrival())
    assert new.log.head.seq == 4
    assert min(event.header.hlc for event in _all(new)) > str(last)
    assert [event.header.epoch for event in new.log.of_kinds([Kind.VISITOR_ARRIVED])] == [
        some_identity(1).epoch,
        some_identity(2).epoch,
    ]
    new.close()


def test_settling_a_log_on_a_failing_disk_says_so_and_loses_nothing(records: Records) -> None:
    records.log.append(arrival())
    with failing(records.database, "insert into event_index"), pytest.raises(DiskFullError):
        records.log.settle()
    records.log.settle()
    assert len(records.log.of_kinds([Kind.VISITOR_ARRIVED])) == 1


def test_a_second_program_reads_while_the_first_holds_a_transaction(tmp_path: Path) -> None:
    run = open_records(tmp_path)
    run.log.append(arrival())
    with run.database.transaction() as tables:
        tables.table("setting").insert({"name": "half", "value": b""})
        reader = DeviceDatabase(tmp_path / "lodge.db", DATABASE_KEY)
        assert reader.read("select count(*) as events from event") == [{"events": 4}]
        assert reader.read("select count(*) as halves from setting where name = 'half'") == [{"halves": 0}]
        reader.close()
    run.close()
