"""The kiosk as a witness of the audit log (C40): it follows one history, and says when it is shown another."""

from pathlib import Path

import msgspec
import pytest

from sync.device.log_memory import MAX_OFFERED
from sync.device.transport import Answer
from sync.protocol.exchange import CONSISTENCY_PATH, HELLO_PATH, Hello
from sync.protocol.log_witness import AlarmKind, WitnessEvidence
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig
from tests.fakes.sync_log import TreeLog, key_of_log
from tests.fakes.sync_records import arrival


@pytest.fixture
def rig(tmp_path: Path) -> DeviceRig:
    return enrol_rig(tmp_path, SyncCloud())


def show(rig: DeviceRig, note: str) -> None:
    """A visitor comes, the receipt brings this checkpoint, and the kiosk looks at it."""
    offer(rig, note)
    look(rig)


def offer(rig: DeviceRig, note: str) -> None:
    rig.cloud.checkpoint = note
    rig.log.append(arrival())
    rig.drain()


def look(rig: DeviceRig) -> None:
    for _ in range(MAX_OFFERED):
        rig.witness.step()


def alarm(rig: DeviceRig) -> WitnessEvidence:
    found = rig.outbox.memory.alarm()
    assert found is not None
    return found


def asked(rig: DeviceRig) -> int:
    return sum(CONSISTENCY_PATH in request.url for request in rig.cloud.requests)


def test_c40_each_newer_checkpoint_is_proved_to_continue_the_one_before(rig: DeviceRig) -> None:
    """C40: the kiosk holds the newest proven one, also after a restart."""
    log = rig.cloud.log
    for count in (3, 4, 1):
        show(rig, log.grow(count))
    assert rig.outbox.memory.held() == log.note()
    assert rig.outbox.memory.alarm() is None
    assert asked(rig) == 2
    again = rig.restart()
    assert again.outbox.memory.held() == log.note()


def test_c40_a_server_that_rewrites_its_log_is_found_out(rig: DeviceRig) -> None:
    """C40: the log is longer than before, and its past another."""
    log = rig.cloud.log
    show(rig, log.grow(5))
    held = log.note()
    log.trees[1] = []
    show(rig, log.grow(8, word="rewritten"))
    found = alarm(rig)
    assert (found.kind, found.held, found.offered) == (AlarmKind.REWRITTEN, held, log.note())
    assert found.hashes == log.prove(5, 8)
    assert rig.outbox.memory.held() == held


def test_c40_two_trees_of_one_size_need_no_proof(rig: DeviceRig) -> None:
    """C40: a server that shows this kiosk one history and another the next day."""
    log = rig.cloud.log
    other = TreeLog(log.first_name, log.key)
    show(rig, log.grow(5))
    show(rig, other.grow(5, word="shown to others"))
    assert alarm(rig).kind is AlarmKind.REWRITTEN
    assert asked(rig) == 0


def test_c40_a_server_that_shows_two_histories_in_turn_is_found_out(rig: DeviceRig) -> None:
    """C40: what it showed while no proof could be had is checked afterwards, one after the other."""
    log, other = rig.cloud.log, TreeLog(rig.cloud.log.first_name, rig.cloud.log.key)
    show(rig, log.grow(4))
    offer(rig, other.grow(6, word="shown once"))
    offer(rig, log.grow(5))
    look(rig)
    assert alarm(rig).kind is AlarmKind.REWRITTEN
    assert rig.outbox.memory.held() == log.note()


def test_c40_a_smaller_tree_in_a_fresh_receipt_is_an_alarm(rig: DeviceRig) -> None:
    """C40, C09: as from a server that was restored from yesterday's copy."""
    log = rig.cloud.log
    show(rig, log.grow(7))
    log.restore(4)
    show(rig, log.note())
    assert alarm(rig).kind is AlarmKind.SHRUNK


def test_c40_the_receipt_of_a_batch_sent_again_may_bring_an_older_checkpoint(rig: DeviceRig) -> None:
    """C10: it is the receipt of that time; it still must belong to the same history."""
    log = rig.cloud.log
    show(rig, log.grow(2))
    rig.cloud.checkpoint = log.grow(2)
    rig.cloud.faults.lose_answers = 1
    rig.log.append(arrival())
    rig.uploader.step()
    older = log.note()
    memory = rig.outbox.memory
    with rig.records.database.transaction() as tables:
        memory.offer(tables, log.grow(3), fresh=True)
    look(rig)
    rig.drain()
    assert [entry.note for entry in memory.offered()] == [older]
    look(rig)
    assert (memory.alarm(), memory.offered(), memory.held()) == (None, [], log.note())


def test_c40_a_server_that_gives_no_proof_is_an_alarm_and_an_older_server_is_not(rig: DeviceRig) -> None:
    """C40: an older cloud has no such route; the kiosk says how far the log is proven, and goes on."""
    log = rig.cloud.log
    show(rig, log.grow(3))
    rig.cloud.old = True
    show(rig, log.grow(3))
    assert (rig.outbox.memory.alarm(), len(rig.outbox.memory.offered())) == (None, 1)
    rig.cloud.old = False
    log.restore(3)
    look(rig)
    assert alarm(rig).kind is AlarmKind.WITHHELD


def test_c40_a_checkpoint_that_the_logs_key_did_not_sign_is_an_alarm_or_waits_for_its_key(rig: DeviceRig) -> None:
    log = rig.cloud.log
    show(rig, log.grow(3))
    log.grow(1)
    show(rig, _broken(log.note()))
    assert alarm(rig).kind is AlarmKind.UNSIGNED
    assert rig.outbox.memory.close_alarm()
    stranger = TreeLog(log.first_name, key_of_log(99), trees=log.trees)
    show(rig, stranger.note())
    assert (rig.outbox.memory.alarm(), len(rig.outbox.memory.offered())) == (None, 1)
    show(rig, log.grow(1))
    assert (rig.outbox.memory.offered(), rig.outbox.memory.held()) == ([], log.note())


def test_c40_a_new_generation_is_followed_where_it_continues_what_was_seen(rig: DeviceRig) -> None:
    """C40: the server lost what other kiosks had seen, not this one."""
    log = rig.cloud.log
    show(rig, log.grow(5))
    log.grow(4)
    log.restore(6)
    show(rig, log.reopen())
    assert rig.outbox.memory.alarm() is None
    assert rig.outbox.memory.held() == log.note(2)
    show(rig, log.grow(2))
    assert rig.outbox.memory.held() == log.note(2)


def test_c40_a_new_generation_without_what_was_seen_is_told_and_witnessed_from_there(rig: DeviceRig) -> None:
    """C40: never a silent rewrite; both checkpoints stay as evidence."""
    log = rig.cloud.log
    seen = log.grow(9)
    show(rig, seen)
    log.restore(4)
    show(rig, log.reopen())
    found = alarm(rig)
    assert (found.kind, found.held, found.offered) == (AlarmKind.REOPENED, seen, log.note(2))
    assert (rig.outbox.memory.held(), rig.outbox.memory.held(1)) == (log.note(2), seen)
    show(rig, log.grow(8))
    assert rig.outbox.memory.held() == log.note(2)
    assert alarm(rig).times == 1


def test_c40_a_new_generation_that_claims_more_than_it_has_is_found_out(rig: DeviceRig) -> None:
    log = rig.cloud.log
    show(rig, log.grow(5))
    log.trees[2], log.base[2] = [], 9
    show(rig, log.grow(9, word="another past"))
    assert alarm(rig).kind is AlarmKind.REWRITTEN


def test_c40_the_alarm_reaches_the_cloud_by_the_next_hello_and_blocks_nothing(rig: DeviceRig) -> None:
    """C40: visitors and uploads go on."""
    log = rig.cloud.log
    show(rig, log.grow(5))
    log.restore(2)
    show(rig, log.note())
    rig.log.append(arrival())
    rig.drain()
    greetings = [request.body for request in rig.cloud.requests if request.url.endswith(HELLO_PATH)]
    said = msgspec.json.decode(greetings[-1], type=Hello)
    assert said.evidence() == alarm(rig)
    assert said.checkpoint == rig.outbox.memory.held()
    assert rig.outbox.waiting == 0
    assert rig.recorded() == rig.held()


def test_c40_the_first_cause_stays_unless_a_worse_one_follows(rig: DeviceRig) -> None:
    log = rig.cloud.log
    show(rig, log.grow(5))
    log.restore(2)
    show(rig, log.note())
    show(rig, log.grow(1, word="other"))
    assert (alarm(rig).kind, alarm(rig).times) == (AlarmKind.SHRUNK, 2)
    show(rig, log.grow(9, word="other"))
    assert (alarm(rig).kind, alarm(rig).times) == (AlarmKind.REWRITTEN, 3)
    assert rig.outbox.memory.close_alarm()
    assert not rig.outbox.memory.close_alarm()


@pytest.mark.parametrize("body", [b"", b"{}", b'{"v":1,"hashes":["xy"]}', b'{"v":2,"hashes":[]}', b"\xff"])
def test_c40_an_answer_that_is_no_proof_is_no_answer(rig: DeviceRig, body: bytes) -> None:
    log = rig.cloud.log
    show(rig, log.grow(5))
    offer(rig, log.grow(2))
    rig.cloud.faults.answers.append(Answer(200, {}, body))
    rig.witness.step()
    assert (rig.outbox.memory.alarm(), len(rig.outbox.memory.offered())) == (None, 1)
    assert rig.witness.fault != ""
    look(rig)
    assert rig.outbox.memory.held() == log.note()


def test_c25_what_waits_to_be_proved_is_bounded(rig: DeviceRig) -> None:
    """C25: the first ones and the newest are kept."""
    log = rig.cloud.log
    show(rig, log.grow(1))
    notes = [log.grow(1) for _ in range(MAX_OFFERED + 3)]
    for note in notes:
        offer(rig, note)
    assert [entry.note for entry in rig.outbox.memory.offered()] == [*notes[: MAX_OFFERED - 1], notes[-1]]


def _broken(note: str) -> str:
    """The same with one bit of the signature changed."""
    text, _, last = note.rpartition(" ")
    sign = "A" if last[30] != "A" else "B"
    return f"{text} {last[:30]}{sign}{last[31:]}"
