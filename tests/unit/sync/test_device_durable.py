"""A cloud whose backups lag: what the kiosk keeps until one is confirmed, and how it hears of it with nobody coming."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from sync.device.muster_roll import MusterRoll
from sync.device.pruning import DAY_MS, Pruning
from sync.device.settlement import AGAIN_MS
from sync.device.stepping import LinkState
from sync.device.transport import Answer
from sync.protocol.exchange import HelloAnswer
from sync.protocol.receipt import Receipt, sign_receipt
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_damage import flip, root_of, salvaged
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig, open_rig
from tests.fakes.sync_records import arrival


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[DeviceRig]:
    cloud = SyncCloud()
    cloud.durable = 0
    made = enrol_rig(tmp_path, cloud)
    yield made
    made.close()


def _visits(rig: DeviceRig, count: int = 2) -> None:
    for _ in range(count):
        rig.log.append(arrival())
    rig.drain()


def _durable(rig: DeviceRig) -> int:
    return rig.outbox.durable_in(rig.log.head.epoch)


def _full_bodies(rig: DeviceRig) -> list[int]:
    return [event.header.seq for event in rig.log.after(0, limit=1000) if event.full is not None]


def _idle(rig: DeviceRig) -> None:
    """Nobody comes until the next time that both ends are compared."""
    rig.clock.mono += AGAIN_MS * 2
    assert rig.uploader.step().state is LinkState.ONLINE


def test_r36_bodies_stay_until_a_backup_is_confirmed_and_an_idle_kiosk_hears_of_it(rig: DeviceRig) -> None:
    """R36, R31: what was accepted can still be sent again whole; pruned is exactly what a backup holds."""
    _visits(rig)
    rig.log.settle()
    rig.clock.wall += 15 * DAY_MS
    pruning = Pruning(log=rig.log, roll=MusterRoll(rig.log), clock=rig.clock)
    while pruning.prune():
        pass
    assert (rig.outbox.accepted, _durable(rig), _full_bodies(rig)) == (8, 0, [1, 2, 3, 4, 5, 6, 7, 8])
    rig.cloud.durable = 5
    _idle(rig)
    while pruning.prune():
        pass
    assert (_durable(rig), _full_bodies(rig)) == (5, [6, 7, 8])
    requests = len(rig.cloud.requests)
    _idle(rig)
    assert (len(rig.cloud.requests), _durable(rig)) == (requests + 1, 5)


def test_r36_what_was_durable_once_stays_so_when_receipts_begin_to_wait(rig: DeviceRig) -> None:
    """R36, C10: by a new receipt and by the stored one of a batch that is sent again."""
    rig.cloud.durable = None
    _visits(rig)
    rig.cloud.durable = 0
    _visits(rig)
    _idle(rig)
    assert (rig.outbox.accepted, _durable(rig)) == (16, 8)


def _forged(rig: DeviceRig, key: str = "receipt_key", **changes: object) -> Callable[[Answer], Answer]:
    def mangle(answer: Answer) -> Answer:
        if answer.status != 200:
            return answer
        told = msgspec.json.decode(answer.body, type=HelloAnswer)
        device = rig.cloud.device
        receipt: Receipt = rig.cloud.receipt_for(device, next(reversed(device.receipts)))
        signed = sign_receipt(msgspec.structs.replace(receipt, **changes), getattr(rig.cloud, key))
        return replace(answer, body=msgspec.json.encode(msgspec.structs.replace(told, receipt=signed)))

    return mangle


UNBELIEVABLE: dict[str, dict[str, object]] = {
    "by the feed's key": {"key": "feed_key"},
    "about another history": {"head": "0" * 64},
    "beyond what there is": {"accepted": 900, "durable": 900},
    "for another kiosk": {"kiosk": "00000000-0000-4000-8000-000000000000"},
    "more durable than accepted": {"durable": 9},
}


@pytest.mark.parametrize("case", UNBELIEVABLE)
def test_c16_a_receipt_about_backups_that_cannot_be_believed_prunes_nothing_and_is_told(
    rig: DeviceRig, case: str
) -> None:
    """C16: and sending does not wait for it."""
    _visits(rig)
    rig.cloud.durable = 8
    rig.cloud.faults.mangle_hello = _forged(rig, **UNBELIEVABLE[case])  # type: ignore[arg-type]  # by name
    _idle(rig)
    assert (_durable(rig), "backups cannot be believed" in rig.uploader.fault) == (0, True)
    rig.cloud.faults.mangle_hello = None
    _idle(rig)
    assert (_durable(rig), rig.uploader.fault) == (8, "")


def test_c09_what_a_restored_cloud_lacks_is_not_durable_any_more(rig: DeviceRig) -> None:
    """C09: and a word about more than this kiosk's receipts cover makes nothing durable."""
    rig.cloud.durable = None
    _visits(rig)
    del rig.cloud.device.events[5:]
    rig.cloud.device.receipts.popitem()
    rig.cloud.durable = 5
    _idle(rig)
    rig.drain()
    assert (rig.outbox.accepted, _durable(rig)) == (8, 5)
    assert rig.held() == rig.recorded()


def test_c05_a_salvaged_kiosk_believes_durable_as_far_as_the_kept_receipt_says(rig: DeviceRig) -> None:
    """C05, R36: the number was an earlier receipt's; the receipt itself stays good."""
    rig.cloud.durable = None
    _visits(rig)
    rig.cloud.durable = 2
    _visits(rig)
    assert (rig.outbox.accepted, _durable(rig)) == (16, 8)
    folder = rig.records.folder
    rig.close()
    flip(folder / "lodge.db", root_of(folder / "lodge.db", "present_mark"))
    assert "receipt" not in salvaged(folder).written.dropped
    again = open_rig(folder, rig.cloud)
    assert (again.outbox.accepted, _durable(again)) == (16, 2)
    again.close()
