"""C05: a chain with a gap, and what the cloud may answer to what stands behind it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.device.recording_again import lies_behind_gap
from sync.device.settlement import AGAIN_MS
from sync.device.stepping import LinkState
from sync.protocol import exact_json
from sync.protocol.exchange import BRANCHES_PATH, Hello
from sync.protocol.kinds import Kind
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_damage import arrivals_at, arrived, flip, page_of_event, salvaged, taken
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig, open_rig
from tests.fakes.sync_records import arrival

SENT, UNSENT = 4, 8


def _salvaged(folder: Path, cloud: SyncCloud, *seqs: int) -> DeviceRig:
    """A kiosk that has lost the pages of some events; the first ``SENT`` visits are the cloud's."""
    folder.mkdir()
    rig = enrol_rig(folder, cloud)
    for number in range(SENT + UNSENT):
        rig.log.append(arrival(f"Visitor {number}"))
        if number == SENT - 1:
            rig.drain()
    rig.log.settle()
    rig.close()
    for page in {page_of_event(folder / "lodge.db", seq) for seq in seqs}:
        flip(folder / "lodge.db", page)
    salvaged(folder)
    return open_rig(folder, cloud)


def test_c05_a_gap_that_ends_where_the_cloud_stands_costs_the_cloud_nothing(tmp_path: Path) -> None:
    """C05: the kiosk cannot compare the header that it lost; what follows continues the cloud's log all the same."""
    cloud = SyncCloud()
    rig = _salvaged(tmp_path / "kiosk", cloud, 4 * SENT)
    old, new = rig.log.epochs.all()
    assert lies_behind_gap(rig.log, old, 4 * SENT + 1)
    rig.drain(40)
    assert len(cloud.devices[old].events) == 4 * (SENT + UNSENT)
    assert cloud.devices[old].branch == {}
    assert [event.header.kind for event in cloud.devices[new].events] == [Kind.EPOCH_STARTED]
    rig.close()


def test_c05_c09_a_server_restored_to_an_end_that_is_lost_here_is_given_what_lies_behind_it(tmp_path: Path) -> None:
    """C05, C09: everything was receipted once, so nothing waits, and the two ends cannot be compared."""
    cloud = SyncCloud()
    folder = tmp_path / "kiosk"
    folder.mkdir()
    rig = enrol_rig(folder, cloud)
    for number in range(SENT + UNSENT):
        rig.log.append(arrival(f"Visitor {number}"))
    rig.drain()
    rig.log.settle()
    old = rig.log.head.epoch
    rig.close()
    flip(folder / "lodge.db", page_of_event(folder / "lodge.db", 4 * SENT))
    salvaged(folder)
    del cloud.devices[old].events[4 * SENT :]
    cloud.devices[old].receipts.clear()
    again = open_rig(folder, cloud)
    again.drain(40)
    assert set(arrivals_at(cloud)) >= arrived(again.log)
    assert set(arrivals_at(cloud).values()) == {1}
    told = taken(cloud)
    for _ in range(6):
        again.clock.mono += 2 * AGAIN_MS
        again.uploader.step()
    assert (taken(cloud), again.outbox.waiting) == (told, 0)
    again.close()


@pytest.mark.parametrize("lost", [(4 * SENT + 5,), (4 * SENT + 5, 4 * SENT + 17), (1, 4 * SENT + 1)])
def test_c05_an_epoch_that_is_frozen_already_sends_its_rest_beside_the_log(
    tmp_path: Path, lost: tuple[int, ...]
) -> None:
    """C05: the new log was registered first; the branch takes what hangs on a known header, the rest comes again."""
    cloud = SyncCloud()
    rig = _salvaged(tmp_path / "kiosk", cloud, *lost)
    _, new = rig.log.epochs.all()
    assert rig.uploader._register(new) is None
    rig.drain(40)
    assert set(arrivals_at(cloud)) >= arrived(rig.log)
    assert set(arrivals_at(cloud).values()) == {1}
    rig.close()


@pytest.mark.parametrize("trouble", ["unreachable", "lose_answers", "fail_after_commit"])
def test_c05_failures_of_the_network_double_nothing(tmp_path: Path, trouble: str) -> None:
    """C05, C10: at whichever request the network fails."""
    for at in range(8):
        cloud = SyncCloud()
        rig = _salvaged(tmp_path / f"kiosk-{at}", cloud, 4 * SENT + 5)
        for _ in range(at):
            rig.uploader.step()
        setattr(cloud.faults, trouble, 1)
        rig.uploader.step()
        again = rig.restart()
        again.drain(40)
        assert set(arrivals_at(cloud)) == arrived(again.log)
        assert set(arrivals_at(cloud).values()) == {1}
        again.close()


def test_c05_a_drained_kiosk_with_a_gap_is_idle_and_says_nothing_is_wrong(tmp_path: Path) -> None:
    """C05: what was recorded again waits no more in the old epoch, after a restart neither."""
    rig = _salvaged(tmp_path / "kiosk", SyncCloud(), 4 * SENT + 5)
    rig.drain(40)
    again = rig.restart()
    for _ in range(3):
        step = again.uploader.step()
    assert (step.state, again.uploader.fault, again.outbox.waiting) == (LinkState.ONLINE, "", 0)
    sent = len(again.sent())
    again.uploader.step()
    assert len(again.sent()) == sent
    again.close()


def test_c05_a_log_that_has_lost_what_its_receipt_covers_waits_for_nothing_and_is_greeted(tmp_path: Path) -> None:
    """C05: the newest events stood on the page; a number below none would be no greeting at all."""
    cloud = SyncCloud()
    (tmp_path / "kiosk").mkdir()
    rig = enrol_rig(tmp_path / "kiosk", cloud)
    for number in range(SENT):
        rig.log.append(arrival(f"Visitor {number}"))
    rig.drain()
    rig.log.settle()
    rig.close()
    flip(tmp_path / "kiosk" / "lodge.db", page_of_event(tmp_path / "kiosk" / "lodge.db", 4 * SENT))
    salvaged(tmp_path / "kiosk")
    rig = open_rig(tmp_path / "kiosk", cloud)
    old, new = rig.log.epochs.all()
    assert rig.outbox.accepted_in(old) > rig.log.head_of(old).seq
    assert rig.outbox.waiting_in(old) == 0
    _, greeting = rig.uploader._settlement.hello(old)
    assert exact_json.read(greeting, Hello, what="a hello").seq == rig.log.head_of(old).seq
    rig.drain(40)
    assert rig.uploader.state is LinkState.ONLINE
    assert [event.header.kind for event in cloud.devices[new].events] == [Kind.EPOCH_STARTED]
    rig.close()


def test_c05_c09_a_branch_that_was_recorded_again_in_part_goes_up_again_to_where_it_counts(tmp_path: Path) -> None:
    """C05, C09: what stands behind that end counts under the newest key alone, and is in no branch."""
    cloud = SyncCloud()
    rig = _salvaged(tmp_path / "kiosk", cloud, 4 * SENT + 17)
    old, new = rig.log.epochs.all()
    assert rig.uploader._register(new) is None
    rig.drain(40)
    end = rig.log.epochs.recorded_again_after(old)
    assert 4 * SENT < end == rig.outbox.accepted_in(old) < rig.log.head_of(old).seq
    counted = {event.hash for event in rig.log.after(0, limit=999, epoch=old) if event.header.seq <= end}
    for lost in (False, True):
        if lost:
            cloud.devices[old].branch.clear()
            cloud.devices[old].receipts.clear()
        since = len(cloud.requests)
        rig.uploader._settlement.reopen()
        for _ in range(6):
            rig.uploader.step()
        assert any(request.url.endswith(BRANCHES_PATH) for request in cloud.requests[since:]) is lost
        assert counted <= {event.hash for event in taken(cloud)}
    rig.close()


def test_c05_c09_a_branch_that_lost_its_end_here_and_itself_there_goes_up_as_far_as_it_is(tmp_path: Path) -> None:
    """C05, C09: the receipt reaches beyond what is left."""
    cloud = SyncCloud()
    (tmp_path / "kiosk").mkdir()
    rig = enrol_rig(tmp_path / "kiosk", cloud)
    rig.log.append(arrival())
    rig.drain()
    cloud.device.standing = "frozen"
    for number in range(SENT):
        rig.log.append(arrival(f"Visitor {number}"))
    rig.drain()
    old = rig.log.epochs.all()[0]
    seen = rig.log.head_of(old).seq
    rig.log.settle()
    rig.close()
    flip(tmp_path / "kiosk" / "lodge.db", page_of_event(tmp_path / "kiosk" / "lodge.db", seen))
    salvaged(tmp_path / "kiosk")
    cloud.devices[old].branch.clear()
    cloud.devices[old].receipts.clear()
    rig = open_rig(tmp_path / "kiosk", cloud)
    assert 4 < rig.log.head_of(old).seq < seen == rig.outbox.accepted_in(old)
    for _ in range(6):
        rig.uploader.step()
    assert {event.hash for event in rig.log.after(0, limit=999, epoch=old)} <= {event.hash for event in taken(cloud)}
    rig.close()
