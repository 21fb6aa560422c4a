"""What the server fails on again and again lets the others go first, and is tried for ever at growing intervals."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.device.stepping import LinkState, Step
from sync.device.transport import Answer
from sync.device.turns import FEW, Turns
from sync.protocol.exchange import BRANCHES_PATH, EPOCHS_PATH, EVENTS_PATH
from sync.protocol.keys import thumbprint
from sync.signable_request import SignableRequest
from tests.fakes.sync_cloud import Device, SyncCloud, problem
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig
from tests.fakes.sync_records import arrival

DIGESTS_NOT = Answer(500, {}, problem("internal"))
BUSY = Answer(503, {"retry-after": "5"}, problem("unavailable"))


class Choking(SyncCloud):
    """It fails on the batches of some epochs; ``failed`` are those that it was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.chokes_on: set[str] = set()
        self.answer = DIGESTS_NOT
        self.failed: list[bytes] = []

    def _serve(self, device: Device, path: str, request: SignableRequest) -> Answer:
        if path in (EVENTS_PATH, BRANCHES_PATH) and thumbprint(device.expectation.key) in self.chokes_on:
            self.failed.append(request.body)
            return Answer(self.answer.status, {**self._answer(0).headers, **self.answer.headers}, self.answer.body)
        return super()._serve(device, path, request)


@pytest.fixture
def cloud() -> Choking:
    return Choking()


@pytest.fixture
def rig(tmp_path: Path, cloud: Choking) -> Iterator[DeviceRig]:
    made = enrol_rig(tmp_path, cloud)
    yield made
    made.close()


def begin_behind(rig: DeviceRig) -> tuple[str, str]:
    """Something waits in an epoch that was left, and in the one after it; both, oldest first."""
    old = rig.log.head.epoch
    rig.log.append(arrival("Ada Sample"))
    rig.log.begin_epoch("asked", after=old)
    rig.log.append(arrival("Cleo Sample"))
    return old, rig.log.head.epoch


def steps(rig: DeviceRig, count: int) -> list[Step]:
    """Step as the kiosk does: no sooner than each step asked for."""
    made = []
    for _ in range(count):
        made.append(rig.uploader.step())
        rig.clock.mono += int(made[-1].wait_seconds * 1000) + 1
    return made


@pytest.mark.parametrize("answer", [DIGESTS_NOT, BUSY], ids=["500", "503"])
def test_c13_a_batch_that_the_server_fails_on_for_ever_keeps_no_newer_epoch_waiting(
    rig: DeviceRig, cloud: Choking, answer: Answer
) -> None:
    """C13: the others have their turn, it is tried again and again, with the bytes that it was packed with."""
    old, new = begin_behind(rig)
    cloud.chokes_on, cloud.answer = {old}, answer
    waited = rig.outbox.waiting_in(old)
    steps(rig, FEW + 1)
    assert rig.outbox.waiting_in(new) == 0
    assert rig.outbox.waiting_in(old) == waited > 0
    for name in ("Dora Sample", "Eli Sample"):
        rig.log.append(arrival(name))
        rig.uploader.step()
        assert rig.outbox.waiting_in(new) == 0, "what a visitor does waits for the batch that fails"
    tried = len(cloud.failed)
    steps(rig, 40)
    assert len(cloud.failed) > tried, "it is not tried any more"
    assert len(set(cloud.failed)) == 1, "the batch was packed anew"
    cloud.chokes_on = set()
    steps(rig, 30)
    assert (rig.outbox.waiting, rig.uploader.state, rig.uploader.fault) == (0, LinkState.ONLINE, "")


def test_c13_it_is_tried_with_growing_patience_and_the_status_says_that_it_is_refused(
    rig: DeviceRig, cloud: Choking
) -> None:
    """C13: not offline, for the cloud answers; and nothing of it is hidden, however often the newer epoch succeeds."""
    old, _ = begin_behind(rig)
    cloud.chokes_on = {old}
    tries: list[int] = []
    for step_number in range(400):
        before = len(cloud.failed)
        rig.log.append(arrival("Dora Sample")) if step_number % 9 == 8 else None
        step = rig.uploader.step()
        if len(cloud.failed) > before:
            tries.append(rig.clock.mono)
        if len(tries) > FEW:
            assert step.state is LinkState.REFUSED or (step.state, step.wait_seconds) == (LinkState.ONLINE, 0.0)
            assert "status 500" in rig.uploader.fault or step.state is LinkState.ONLINE
        rig.clock.mono += int(step.wait_seconds * 1000) + 1
    pauses = [after - before for before, after in itertools.pairwise(tries)]
    assert pauses[FEW : FEW + 6] == sorted(pauses[FEW : FEW + 6])
    assert max(pauses) > 250_000
    assert max(pauses) < 400_000


def test_an_epoch_whose_start_the_server_failed_on_has_its_turn_although_the_newest_is_refused_without_it(
    rig: DeviceRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest is answered 401 for as long as the cloud does not know the one before it."""
    _, middle = begin_behind(rig)
    rig.log.begin_epoch("asked", after=middle)
    with monkeypatch.context() as patch:
        patch.setitem(SyncCloud.EPOCH_ROUTES, EPOCHS_PATH, lambda *_: (500, problem("internal")))
        made = steps(rig, 2 * FEW)
    assert made[-1].state is LinkState.REFUSED
    steps(rig, 12)
    assert (rig.outbox.waiting, rig.uploader.state, rig.uploader.fault) == (0, LinkState.ONLINE, "")


def test_what_is_refused_after_it_was_failed_on_is_not_asked_without_a_pause(rig: DeviceRig, cloud: Choking) -> None:
    old, new = begin_behind(rig)
    cloud.chokes_on = {old}
    steps(rig, FEW + 2)
    cloud.chokes_on, cloud.answer = {old, new}, Answer(400, {}, problem("batch-refused"))
    rig.log.append(arrival("Dora Sample"))
    rig.clock.mono += 400_000
    assert sum(step.wait_seconds == 0.0 for step in steps(rig, 20)) <= 2
    assert rig.uploader.state is LinkState.REFUSED


def test_several_that_fail_take_turns_and_the_newest_goes_before_all(rig: DeviceRig, cloud: Choking) -> None:
    bad = []
    for name in ("Ada Sample", "Cleo Sample", "Dora Sample"):
        bad.append(rig.log.head.epoch)
        rig.log.append(arrival(name))
        rig.log.begin_epoch("asked", after=bad[-1])
    cloud.chokes_on = set(bad)
    steps(rig, 4 * FEW)
    assert rig.outbox.waiting_in(rig.log.head.epoch) == 0
    cloud.failed.clear()
    steps(rig, 200)
    counts = [cloud.failed.count(body) for body in set(cloud.failed)]
    assert (len(counts), max(counts) - min(counts) <= 2) == (3, True)


def test_a_network_that_is_down_puts_nothing_off(rig: DeviceRig, cloud: Choking) -> None:
    old, new = begin_behind(rig)
    cloud.faults.unreachable = 20
    assert {step.state for step in steps(rig, 20)} == {LinkState.OFFLINE}
    assert rig.uploader.step().wait_seconds == 0.0
    assert (rig.outbox.waiting_in(old), rig.outbox.waiting_in(new) > 0) == (0, True)


def test_a_server_that_fails_on_everything_is_offline_and_all_goes_up_once_it_is_back(
    rig: DeviceRig, cloud: Choking, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, new = begin_behind(rig)
    rig.uploader.step()
    rig.log.append(arrival("Dora Sample"))
    rig.log.begin_epoch("asked", after=new)
    rig.log.append(arrival("Eli Sample"))
    monkeypatch.setattr(cloud, "_route", lambda _: Answer(502, {}, b"<html>Bad gateway</html>"))
    made = steps(rig, 30)
    assert {step.state for step in made} == {LinkState.OFFLINE}
    assert made[-1].wait_seconds == 300.0, "it is asked without patience"
    monkeypatch.undo()
    back_ms = rig.clock.mono
    while rig.outbox.waiting and rig.clock.mono < back_ms + 60_000:
        steps(rig, 1)
    assert rig.outbox.waiting == 0
    assert rig.clock.mono < back_ms + 40_000, "what was put off waits although the server is back"


def test_turns_forget_what_went_farther_than_where_it_failed() -> None:
    turns: Turns[str] = Turns(lambda: 0, lambda: 1.0)
    for _ in range(FEW):
        turns.fail("photo", "500", at=100)
        turns.advance("photo", 100)
    assert turns.is_put_off("photo")
    turns.advance("photo", 200)
    assert (turns.is_failing("photo"), turns.next_due()) == (False, None)


def test_what_made_one_fail_is_over_for_the_others_too_when_it_is_answered() -> None:
    turns: Turns[str] = Turns(lambda: 0, lambda: 1.0)
    for one in ("old", "new"):
        for _ in range(FEW):
            turns.fail(one, "502")
    assert (turns.put_off(), turns.is_due("old")) == (("old", "new"), False)
    turns.succeed("new")
    assert (turns.put_off(), turns.is_due("old")) == (("old",), True)
