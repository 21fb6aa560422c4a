"""What the feed commands a kiosk to do: once, by a believed clock, and only by the command key (ADR 57)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from sync.device.errors import StorageError
from sync.device.obeying import wipe_was_begun
from sync.protocol import exact_json
from sync.protocol.feed import SentCommand
from sync.protocol.hlc import ClockQuality
from sync.protocol.kinds import EpochStartedFull, Kind
from tests.fakes.obeying_kiosk import ObeyingKiosk, commanding_cloud
from tests.fakes.sync_faulty_disk import failing
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig
from tests.fakes.sync_records import NOON_MS


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[DeviceRig]:
    made = enrol_rig(tmp_path, commanding_cloud())
    yield made
    made.close()


def test_f19_each_command_is_obeyed_once_and_answered_also_after_a_restart(rig: DeviceRig) -> None:
    """F19: a new page with the same commands, and a new start of the program, bring nothing twice."""
    kiosk = ObeyingKiosk(rig)
    commands = [kiosk.command(3, "restart"), kiosk.command(2, "stop_photos", kiosk=None), kiosk.command(1, "rehearse")]
    kiosk.hear(*commands)
    expected = [(3, "restart", "obeyed"), (2, "stop_photos", "obeyed"), (1, "rehearse", "unknown")]
    assert (kiosk.answers(), kiosk.ends, kiosk.photos.stands) == (expected, ["restart"], True)
    kiosk.hear(*commands[1:], commands[0])
    anew = rig.restart()
    try:
        again = ObeyingKiosk(anew)
        again.hear(*commands)
        assert (again.answers(), again.ends, again.photos.stands) == (expected, [], True)
        again.hear(again.command(4, "allow_photos"))
        assert (again.answers()[3:], again.photos.stands) == ([(4, "allow_photos", "obeyed")], False)
        anew.drain()
    finally:
        anew.close()


def test_f19_nothing_is_obeyed_by_an_unsynced_clock_nor_before_the_feed_has_answered(rig: DeviceRig) -> None:
    """F19: a command that has expired is passed over and answered so; in doubt about the time it waits."""
    kiosk = ObeyingKiosk(rig, heard=False)
    rig.clock.believed = ClockQuality.UNSYNCED
    kiosk.hear(kiosk.command(1, "wipe", expires_ms=NOON_MS), kiosk.command(2, "restart"))
    kiosk.heard = True
    kiosk.obeying.step()
    assert (kiosk.answers(), kiosk.ends) == ([], [])
    rig.clock.believed, kiosk.heard = ClockQuality.ANCHORED, False
    kiosk.obeying.step()
    assert kiosk.answers() == [(2, "restart", "obeyed"), (1, "wipe", "expired")]
    assert not wipe_was_begun(rig.settings)
    restored = ObeyingKiosk(rig, heard=False)
    restored.hear(restored.command(3, "restart"))
    assert (len(restored.answers()), restored.ends) == (2, [])


def test_c46_only_the_command_key_commands_and_only_this_kiosk(rig: DeviceRig) -> None:
    """C46: a command by the feed's key, or for another organisation, site or kiosk, is left and not answered."""
    kiosk, other = ObeyingKiosk(rig), UUID(int=99, version=4)
    kiosk.hear(
        kiosk.command(1, "wipe", key=rig.cloud.feed_key),
        kiosk.command(2, "wipe", tenant=other),
        kiosk.command(3, "wipe", site=other),
        kiosk.command(4, "wipe", kiosk=other),
        SentCommand(id=other, kiosk=None, signed="not a command"),
    )
    assert (kiosk.answers(), kiosk.ends, kiosk.obeying.refused) == ([], [], 4)


def test_c47_a_wipe_that_was_begun_is_known_at_the_next_start(rig: DeviceRig) -> None:
    """C47: its answer is the last thing recorded, and with it, in one transaction, that nothing else is to be done."""
    kiosk = ObeyingKiosk(rig)
    kiosk.fetch(kiosk.command(1, "wipe"))
    with failing(rig.log.database, "commit"), pytest.raises(StorageError):
        kiosk.obeying.step()
    assert (kiosk.answers(), kiosk.ends, wipe_was_begun(rig.settings)) == ([], [], False)
    kiosk.obeying.step()
    assert (kiosk.answers(), kiosk.ends, wipe_was_begun(rig.settings)) == ([(1, "wipe", "obeyed")], ["wipe"], True)
    assert rig.log.after(rig.log.head.seq - 1, limit=1)[0].header.kind == Kind.COMMAND_ANSWERED


def test_a_new_log_is_begun_once_although_the_power_goes_before_the_answer(
    rig: DeviceRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk = ObeyingKiosk(rig)
    command = kiosk.command(1, "begin_epoch")
    kiosk.fetch(command)
    with monkeypatch.context() as broken:
        broken.setattr(rig.log, "append", _refuse)
        with pytest.raises(StorageError):
            kiosk.obeying.step()
    assert (len(rig.log.epochs.all()), kiosk.answers()) == (2, [])
    again = ObeyingKiosk(rig)
    again.hear(command)
    assert (len(rig.log.epochs.all()), again.answers()) == (2, [(1, "begin_epoch", "obeyed")])
    (started, _) = rig.log.after(0, limit=2)
    assert started.full is not None
    assert exact_json.read(started.full.bytes(), EpochStartedFull, what="a start").reason == "asked"


def _refuse(*_acts: object, **_beside: object) -> None:
    raise StorageError("The power is gone.")
