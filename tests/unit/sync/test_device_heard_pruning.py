"""What was heard of other kiosks is kept no longer than the kiosk's own, and nobody comes back by its going."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.device.pruning import DAY_MS, Pruning, PruningLimits
from sync.protocol.feed import ClearBranch
from sync.protocol.kinds import Kind
from tests.fakes.muster_line import Listener, open_listener
from tests.fakes.sync_records import arrival, departure


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    made = open_listener(tmp_path)
    yield made
    made.rig.close()


def prune(listener: Listener, *, page: int = 200, days: int = 15) -> None:
    listener.rig.drain()
    listener.rig.log.settle()
    listener.rig.clock.wall += days * DAY_MS
    pruning = Pruning(
        log=listener.rig.log, roll=listener.roll, clock=listener.rig.clock, limits=PruningLimits(page_events=page)
    )
    while pruning.prune():
        pass


def kept(listener: Listener) -> list[tuple[int, bool]]:
    """The seqs that are kept, and whether with a body."""
    rows = listener.rig.records.database.read("select seq, muster from heard_event order by seq")
    return [(row["seq"], row["muster"] is not None) for row in rows]


@pytest.mark.parametrize("page", [1, 2, 200])
def test_r31_who_left_is_forgotten_and_who_is_on_site_is_not(listener: Listener, page: int) -> None:
    """R31."""
    stay = listener.dock.comes("Cleo Sample")
    listener.dock.comes("Vera Sample")
    listener.dock.does(Kind.CONSENT_RECORDED, stay)
    listener.dock.goes(stay)
    listener.dock.does(Kind.KIOSK_STARTED, None)
    listener.events.take(listener.dock.told())
    prune(listener, page=page)
    assert kept(listener) == [(2, True)]
    assert listener.names() == ["Vera Sample"]
    assert listener.events.logs([listener.dock.key.epoch])[0].seq == 5


def test_what_is_not_old_stays(listener: Listener) -> None:
    listener.dock.goes(listener.dock.comes())
    listener.events.take(listener.dock.told())
    prune(listener, days=13)
    assert kept(listener) == [(1, True), (2, False)]


def test_a_stay_goes_only_when_its_last_event_is_old(listener: Listener) -> None:
    """An old arrival without its departure would bring the person back, or be missed when the departure is revoked."""
    stay = listener.dock.comes()
    listener.events.take(listener.dock.told())
    listener.rig.clock.wall += 10 * DAY_MS
    listener.dock.at = listener.dock.at.fromtimestamp(listener.rig.clock.wall_ms() / 1000, tz=listener.dock.at.tzinfo)
    listener.dock.goes(stay)
    listener.events.take(listener.dock.told(2))
    prune(listener, days=5)
    assert kept(listener) == [(1, True), (2, False)]
    prune(listener, days=10)
    assert kept(listener) == []


def test_who_arrived_here_and_left_there_does_not_come_back(listener: Listener) -> None:
    (event, *_rest) = listener.rig.log.append(arrival())
    assert event.header.stay is not None
    listener.dock.goes(event.header.stay)
    listener.events.take(listener.dock.told())
    assert listener.names() == []
    prune(listener)
    assert (kept(listener), listener.names()) == ([(1, False)], [])


def test_who_arrived_there_and_left_here_does_not_come_back(listener: Listener) -> None:
    stay = listener.dock.comes()
    listener.events.take(listener.dock.told())
    listener.rig.clock.wall += 120_000
    listener.rig.log.append(departure(stay))
    prune(listener)
    assert (kept(listener), listener.names()) == ([], [])


def test_c07_the_headers_of_a_key_with_two_histories_stay(listener: Listener) -> None:
    """C07: they tell which history counts; the bodies go all the same."""
    listener.dock.goes(listener.dock.comes())
    listener.events.take(listener.dock.told())
    clear = ClearBranch(seq=2, head=listener.dock.head.hash)
    listener.entries[:] = [listener.dock.listed("frozen", forked=1, clear=clear)]
    assert listener.names() == []
    prune(listener)
    assert (kept(listener), listener.names()) == ([(1, False), (2, False)], [])


def test_after_all_was_dropped_what_is_heard_next_is_still_seen(listener: Listener) -> None:
    """No place is given twice: the kept list looks only at places above its mark."""
    listener.dock.goes(listener.dock.comes())
    listener.events.take(listener.dock.told())
    prune(listener)
    assert kept(listener) == []
    listener.dock.at = listener.dock.at.fromtimestamp(listener.rig.clock.wall_ms() / 1000, tz=listener.dock.at.tzinfo)
    listener.dock.comes("Vera Sample")
    listener.events.take(listener.dock.told(3))
    assert listener.names() == ["Vera Sample"]


def test_c39_an_erasure_reaches_what_was_heard(listener: Listener) -> None:
    """C39, R32."""
    stay = listener.dock.comes("Cleo Sample")
    listener.events.take(listener.dock.told())
    Pruning(log=listener.rig.log, roll=listener.roll, clock=listener.rig.clock).erase(stay)
    assert (kept(listener), listener.names()) == ([(1, False)], ["unnamed"])
