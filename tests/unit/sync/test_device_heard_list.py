"""What was heard becomes a list: compared with the cloud's, read at the price of who is on site, and dated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from sync.device import muster_roll
from sync.device.event_rows import read_event
from sync.device.muster_asker import IDLE_SECONDS
from sync.device.stepping import LinkState, Step
from sync.protocol.events import Event
from sync.protocol.muster import present_digest
from sync.protocol.muster_exchange import MAX_STAYS, HeardKiosk, MusterAnswer, MusterQuestion
from tests.fakes.muster_line import AT_MS, NOTHING, Listener, answering, open_listener
from tests.fakes.sync_records import arrival


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    made = open_listener(tmp_path)
    yield made
    made.rig.close()


def test_a_body_that_a_neighbour_has_pruned_stays_here(listener: Listener) -> None:
    """Only the cloud's word says that it is gone; also when the event must be kept anew."""
    listener.dock.comes("Cleo Sample")
    listener.events.take(listener.dock.told())
    pruned = replace(listener.dock.told(without=(1,)), from_cloud=False)
    assert not listener.events.take(pruned)
    assert listener.events.take(replace(pruned, flagged=frozenset({1})))
    assert listener.names() == ["Cleo Sample"]


def test_c09_a_restored_server_that_judges_anew_is_believed_and_a_neighbour_judges_nothing(listener: Listener) -> None:
    """C09, C06: an event that it once found too far ahead comes to it again, later, and its list follows that."""
    stay = listener.dock.comes("Cleo Sample")
    listener.dock.goes(stay)
    listener.events.take(replace(listener.dock.told(), flagged=frozenset({2})))
    assert listener.names() == ["Cleo Sample"]
    listener.events.take(replace(listener.dock.told(), from_cloud=False))
    assert listener.names() == ["Cleo Sample"]
    listener.events.take(listener.dock.told())
    assert listener.names() == []


def test_a_read_costs_as_much_as_there_are_people_on_site(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    """F14: not as much as was ever heard."""
    for number in range(200):
        stay = listener.dock.comes(f"Guest {number}")
        if number % 100:
            listener.dock.goes(stay)
    for first in range(1, len(listener.dock.events) + 1, 100):
        listener.events.take(listener.dock.told(first, min(first + 99, len(listener.dock.events))))
    listener.rig.log.settle()
    assert not listener.roll.is_outdated()
    decoded: list[Event] = []

    def reading(row: dict[str, Any]) -> Event:
        decoded.append(read_event(row))
        return decoded[-1]

    monkeypatch.setattr(muster_roll, "read_event", reading)
    assert len(listener.names()) == 2
    assert len(decoded) == 2


def test_lists_are_compared_and_what_differs_is_asked_for_once(listener: Listener) -> None:
    """Whatever was missed: one who arrived before anything was heard, and one who has left."""
    missed, gone = listener.dock.comes("Noor Sample"), listener.dock.comes("Cleo Sample")
    listener.dock.goes(gone)
    listener.events.take(replace(listener.dock.told(2, 2), follows=False))
    theirs = (missed,)

    def reply(question: MusterQuestion) -> MusterAnswer:
        if question.stays:
            return msgspec.structs.replace(NOTHING, wanted=(listener.dock.sent(1, 1), listener.dock.sent(3, 3)))
        same = present_digest(theirs) in question.present
        return msgspec.structs.replace(NOTHING, present=None if same or not question.present else theirs)

    listener.line.reply = reply
    assert listener.asker.step() == Step(LinkState.ONLINE, 0.0)
    assert listener.asker.step() == Step(LinkState.ONLINE, IDLE_SECONDS)
    assert listener.names() == ["Noor Sample"]
    assert set(listener.line.asked[1].stays) == {missed, gone}
    assert listener.asker.step() == Step(LinkState.ONLINE, IDLE_SECONDS)
    assert listener.line.asked[-1].present == (present_digest(theirs),)
    assert listener.events.logs([listener.dock.key.epoch])[0].seq == 0


def test_what_cannot_be_made_equal_is_not_asked_for_again_until_something_changes(listener: Listener) -> None:
    """A departure at another site, say, that this site's roster can never vouch for."""
    stays = tuple(uuid4() for _ in range(MAX_STAYS + 5))
    listener.line.reply = lambda question: msgspec.structs.replace(
        NOTHING,
        present=stays if question.present and present_digest(stays) not in question.present else None,
    )
    for _ in range(6):
        listener.asker.step()
    assert [len(question.stays) for question in listener.line.asked] == [0, MAX_STAYS, 5, 0, 0, 0]
    listener.rig.log.append(arrival())
    for _ in range(2):
        listener.asker.step()
    assert len(listener.line.asked[-1].stays) == MAX_STAYS


def test_lists_are_not_compared_while_own_events_wait(listener: Listener) -> None:
    listener.waiting = 1
    listener.asker.step()
    assert listener.line.asked[0].present == ()


def test_when_kiosks_were_heard_of_is_told_by_our_clock_and_not_while_more_is_to_come(listener: Listener) -> None:
    """F14: the cloud's clock may differ from ours; a kiosk that nobody heard of stays unknown."""
    kiosk, silent = listener.dock.identity.kiosk, uuid4()
    heard = (HeardKiosk(kiosk=kiosk, at_ms=AT_MS - 60_000), HeardKiosk(kiosk=silent, at_ms=None))
    answering(listener, heard=heard, more=True)
    listener.asker.step()
    assert listener.times.last() == {}
    answering(listener, heard=heard)
    listener.asker.step()
    first = listener.rig.clock.wall_ms() - 60_000
    assert listener.times.last() == {kiosk: first}
    listener.rig.clock.wall += 30_000
    listener.asker.step()
    assert listener.times.last() == {kiosk: first + 30_000}
    listener.restart()
    assert listener.times.last() == {kiosk: first}  # earlier than the truth: nothing was written meanwhile
