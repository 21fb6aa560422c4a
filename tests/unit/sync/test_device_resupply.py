"""C05: what a salvage lost of other kiosks' logs, or of what the cloud has told back, is heard again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sync.protocol.events import genesis_hash
from sync.protocol.muster_exchange import HeardKiosk, MusterAnswer, MusterQuestion
from tests.fakes.muster_line import AT_MS, NOTHING, Listener, answering, open_listener
from tests.fakes.sync_damage import flip, page_with, salvaged


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    made = open_listener(tmp_path)
    yield made
    made.rig.close()


def _lose_whoever_was_heard(listener: Listener) -> None:
    folder = listener.rig.records.folder
    listener.rig.log.settle()
    listener.rig.close()
    flip(folder / "lodge.db", page_with(folder / "lodge.db", lambda row: "visitor.arrived" in row))
    salvaged(folder)


def test_c05_a_log_that_was_heard_is_heard_from_its_beginning_again(listener: Listener) -> None:
    """C05: the page of the people is lost, the page that says how far they were heard is not."""
    epoch = listener.dock.key.epoch
    listener.dock.comes("Cleo Sample")
    sent = listener.dock.sent()
    answering(listener, sent, heard=(HeardKiosk(kiosk=listener.dock.identity.kiosk, at_ms=AT_MS),))
    listener.asker.step()
    assert listener.names() == ["Cleo Sample"]
    assert listener.events.heard_ms().keys() == {listener.dock.identity.kiosk}
    _lose_whoever_was_heard(listener)
    listener.restart()
    assert listener.names() == []
    assert listener.events.heard_ms() == {}, "the list does not say that it is whole"

    def tell(question: MusterQuestion) -> MusterAnswer:
        return NOTHING if question.logs[0].seq else msgspec.structs.replace(NOTHING, batches=(sent,))

    listener.line.reply = tell
    listener.asker.step()
    assert [(log.seq, log.head) for log in listener.line.asked[-1].logs] == [(0, genesis_hash(epoch))]
    assert listener.names() == ["Cleo Sample"]


def test_c05_a_branch_that_was_told_is_told_again(listener: Listener) -> None:
    """C05: it is not named as known, or nobody would send it."""
    listener.dock.comes("Cleo Sample")
    answering(listener, beside=(listener.dock.sent(),))
    listener.asker.step()
    listener.asker.step()
    assert listener.line.asked[-1].logs[0].beside != ()
    _lose_whoever_was_heard(listener)
    listener.restart()
    listener.asker.step()
    assert not listener.line.asked[-1].logs[0].beside
    assert listener.names() == ["Cleo Sample"]
