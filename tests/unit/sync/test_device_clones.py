"""Clones and frozen epochs: one history in the log, the other beside it, and nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sync.device.epochs import ASKED, FORKED
from sync.device.stepping import LinkState
from sync.device.transport import Answer
from sync.protocol.exchange import (
    BRANCHES_PATH,
    EPOCHS_PATH,
    EVENTS_PATH,
    HELLO_PATH,
)
from sync.signed_requests import claimed_key
from tests.fakes.sync_cards import copy_card, recorded_in, taken_by
from tests.fakes.sync_cloud import SyncCloud, problem
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig
from tests.fakes.sync_records import arrival


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[DeviceRig]:
    (tmp_path / "kiosk").mkdir()
    made = enrol_rig(tmp_path / "kiosk", SyncCloud())
    yield made
    made.close()


def _paths(rig: DeviceRig, since: int) -> list[str]:
    return [request.url.removeprefix(rig.cloud.origin) for request in rig.cloud.requests[since:]]


def test_a_frozen_epoch_is_left(rig: DeviceRig) -> None:
    """409 ``frozen`` (somebody else has begun an epoch after this one): what waits goes beside the log."""
    rig.log.append(arrival())
    rig.drain()
    rig.cloud.device.standing = "frozen"
    rig.log.append(arrival())
    rig.drain()
    assert len(rig.log.epochs.all()) == 2
    assert taken_by(rig.cloud) == recorded_in(rig.log)
    assert rig.log.incomplete is not None
    assert rig.log.incomplete.reason == FORKED


def test_c07_two_clones_both_go_on_and_nothing_is_lost(rig: DeviceRig) -> None:
    """C07: one history in the log, the other beside it; one of the two begins an epoch; both drain."""
    rig.log.append(arrival())
    rig.drain()
    clone = copy_card(rig, "clone")
    for one in (rig, clone):
        one.log.append(arrival())
    rig.drain()
    for _ in range(3):
        clone.log.append(arrival())
        clone.drain()
    rig.log.append(arrival())
    rig.drain()
    assert taken_by(rig.cloud) == recorded_in(rig.log) | recorded_in(clone.log)
    old = clone.log.epochs.all()[0]
    assert rig.cloud.devices[old].forked == 5
    assert (len(clone.log.epochs.all()), len(rig.log.epochs.all())) == (2, 2)
    assert len(rig.cloud.devices[old].branch) == 8 + 4  # the clone's, and what the original recorded once frozen
    assert clone.log.incomplete is not None
    first = clone.log.after(0, limit=1)[0]
    assert first.header.kind == "epoch.started"
    clone.close()


def test_c07_what_waits_of_the_old_epoch_goes_beside_the_log_before_the_new_epoch_s_events(rig: DeviceRig) -> None:
    """C07: oldest first; the branch only once the new epoch is registered; each request by its own epoch's key."""
    rig.log.append(arrival())
    rig.drain()
    clone = copy_card(rig, "clone")
    rig.log.append(arrival())
    rig.drain()
    clone.log.append(arrival())
    since = len(rig.cloud.requests)
    clone.uploader.step()
    clone.log.append(arrival())
    clone.drain()
    paths = [path for path in _paths(rig, since) if path != HELLO_PATH]
    assert paths == [EPOCHS_PATH, BRANCHES_PATH, EVENTS_PATH]
    old, new = clone.log.epochs.all()
    keys = [claimed_key(r.headers) for r in rig.cloud.requests[since:] if not r.url.endswith(HELLO_PATH)]
    assert keys == [old, old, new]
    clone.close()


def test_c07_a_branch_beyond_the_end_of_the_log_is_not_sent_again_and_again(rig: DeviceRig) -> None:
    """C07, C09: a log that was frozen where it ended is no restored one; a restored one gets the branch again."""
    test_a_frozen_epoch_is_left(rig)
    old, new = rig.log.epochs.all()
    for _ in range(3):
        rig.uploader._settlement.reopen()
        since = len(rig.cloud.requests)
        rig.uploader.step()
        assert set(_paths(rig, since)) == {HELLO_PATH}
    rig.cloud.devices[old].branch.clear()
    rig.cloud.devices[new].events.clear()
    for device in rig.cloud.devices.values():
        device.receipts.clear()
    rig.uploader._settlement.reopen()
    for _ in rig.log.epochs.all():
        rig.uploader.step()
    rig.drain()
    assert taken_by(rig.cloud) == recorded_in(rig.log)


@pytest.mark.parametrize("log_ends", [4, 3])
def test_c09_a_branch_that_a_restored_cloud_lost_alone_goes_up_again(rig: DeviceRig, log_ends: int) -> None:
    """C09, C07: the branch went up after what the restored copy has of the newer epoch, which therefore tells nothing.
    It is sent from what the log has on.
    """
    test_a_frozen_epoch_is_left(rig)
    old, _ = rig.log.epochs.all()
    del rig.cloud.devices[old].events[log_ends:]
    rig.cloud.devices[old].branch.clear()
    rig.cloud.devices[old].receipts.clear()
    rig.uploader._settlement.reopen()
    since = len(rig.cloud.requests)
    rig.uploader.step()
    rig.drain()
    assert taken_by(rig.cloud) == recorded_in(rig.log)
    assert BRANCHES_PATH in _paths(rig, since)
    assert len(rig.cloud.devices[old].branch) == 8 - log_ends


def test_c09_what_a_restored_cloud_lost_and_a_clone_filled_goes_beside_the_log(rig: DeviceRig) -> None:
    """C09, C07: all of it was receipted, so nothing waits; the answer tells that it is nowhere any more."""
    rig.log.append(arrival())
    rig.drain()
    clone = copy_card(rig, "clone")
    rig.log.append(arrival())
    rig.drain()
    device = rig.cloud.device
    assert len(device.events) == 8
    del device.events[4:]
    device.receipts.clear()
    clone.log.append(arrival())
    clone.drain()
    rig.uploader._settlement.reopen()
    for _ in range(6):
        rig.uploader.step()
    assert taken_by(rig.cloud) == recorded_in(rig.log) | recorded_in(clone.log)
    assert len(rig.log.epochs.all()) == 2
    clone.close()


def test_c09_a_branch_that_an_older_cloud_says_nothing_of_is_left_as_it_is(rig: DeviceRig) -> None:
    """C09: it would go up again at every greeting."""
    test_a_frozen_epoch_is_left(rig)
    rig.cloud.faults.mangle_hello = _silent_of_branches
    rig.cloud.devices[rig.log.epochs.all()[0]].branch.clear()
    rig.uploader._settlement.reopen()
    since = len(rig.cloud.requests)
    rig.uploader.step()
    rig.drain()
    assert set(_paths(rig, since)) == {HELLO_PATH}


def _silent_of_branches(answer: Answer) -> Answer:
    told = msgspec.json.decode(answer.body)
    return Answer(answer.status, answer.headers, msgspec.json.encode({**told, "beside": None}))


def test_c09_a_gap_that_a_restored_cloud_tells_of_brings_the_branch_again_too(rig: DeviceRig) -> None:
    """C09, C07: nothing was compared since; what it lacks is first heard from its answer to the next batch."""
    test_a_frozen_epoch_is_left(rig)
    old, new = rig.log.epochs.all()
    rig.drain()
    rig.cloud.devices[old].branch.clear()
    rig.cloud.devices[new].events.clear()
    for device in rig.cloud.devices.values():
        device.receipts.clear()
    rig.log.append(arrival())
    rig.drain()
    assert taken_by(rig.cloud) == recorded_in(rig.log)


def test_a_cloud_gone_mad_makes_few_epochs(rig: DeviceRig) -> None:
    """Whatever is answered, keys are begun at growing intervals: at most one in five minutes in the long run."""
    rig.log.append(arrival())
    rig.uploader.step()
    waits: list[float] = []
    for _ in range(12):
        rig.log.append(arrival())
        rig.cloud.faults.answers = [Answer(200, {}, b'{"v":1,"standing":"unconfirmed"}')]
        rig.cloud.faults.answers += [Answer(409, {}, problem("frozen")) for _ in range(9)]
        waits.append(rig.uploader.step().wait_seconds)
    assert sum(waits) > 60 * (len(rig.log.epochs.all()) - 4)
    assert waits[-1] >= 128


def test_an_old_epoch_that_is_refused_for_good_blocks_no_newer_one(rig: DeviceRig) -> None:
    """C13 in the large: its events stay, and are tried again; the new epoch's go up meanwhile."""
    rig.log.append(arrival())
    old = rig.log.head.epoch
    rig.uploader.step()
    rig.log.append(arrival())
    rig.log.begin_epoch(ASKED, after=old)
    new = rig.log.head.epoch
    again = rig.restart()

    def refuse(answer: Answer) -> Answer:
        refused = claimed_key(again.cloud.requests[-1].headers) == old
        return Answer(400, answer.headers, problem("batch-refused")) if refused and refusing else answer

    refusing = True
    rig.cloud.faults.mangle_answer = refuse
    rig.cloud.devices[old].events.clear()
    steps = [again.uploader.step() for _ in range(6)]
    assert (steps[0].state, steps[0].wait_seconds) == (LinkState.REFUSED, 0.0)
    assert again.outbox.waiting_in(old) == 8
    refusing = False
    again.drain()
    assert again.outbox.accepted_in(new) == 1
    assert taken_by(rig.cloud) == recorded_in(again.log)
    again.close()


def test_c09_epochs_that_a_restored_cloud_forgot_go_up_in_order_and_none_blocks_another(rig: DeviceRig) -> None:
    """C09, C08: it forgot an epoch before it ever heard of the next, whose start the forgotten key has signed."""
    rig.log.append(arrival())
    rig.drain()
    first = rig.log.head.epoch
    rig.log.begin_epoch(ASKED, after=first)
    rig.log.append(arrival())
    rig.drain()
    second = rig.log.head.epoch
    del rig.cloud.devices[second]
    rig.log.append(arrival())
    rig.log.begin_epoch(ASKED, after=second)
    rig.log.append(arrival())
    again = rig.restart()
    again.drain()
    assert taken_by(rig.cloud) == recorded_in(again.log)
    assert again.outbox.waiting == 0
    again.close()
