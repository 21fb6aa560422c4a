"""What the feed commands a kiosk to do: once, by a believed clock, and only by the command key (ADR 57)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.device.errors import StorageError
from sync.device.obeying import Obeying, wipe_was_begun
from sync.device.photo_stop import PhotoStop
from sync.protocol import exact_json
from sync.protocol.feed import Commands, SentCommand
from sync.protocol.feed.orders import Command, sign_command
from sync.protocol.hlc import ClockQuality
from sync.protocol.keyspage import KeyUse, key_entry
from sync.protocol.kinds import CommandAnsweredFull, EpochStartedFull, Kind
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_faulty_disk import failing
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig
from tests.fakes.sync_records import NOON_MS

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
HOUR_MS = 3_600_000


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[DeviceRig]:
    cloud = SyncCloud()
    cloud.other_keys = (key_entry(KeyUse.COMMAND, KEY.public_key()),)
    cloud.publish_keys()
    made = enrol_rig(tmp_path, cloud)
    yield made
    made.close()


class Kiosk:
    """A kiosk that obeys; ``ends`` are the ends of the program that it asked for."""

    def __init__(self, rig: DeviceRig, *, heard: bool = True) -> None:
        self.rig, self.ends, self.heard = rig, list[str](), heard
        self.photos = PhotoStop(rig.settings)
        self.obeying = Obeying(
            log=rig.log,
            feed=rig.feed,
            enrolment=rig.enrolment,
            clock=rig.clock,
            photos=self.photos,
            heard=lambda: self.heard,
            end=self,
        )

    def restart(self) -> None:
        self.ends.append("restart")

    def wipe(self) -> None:
        self.ends.append("wipe")

    def command(self, number: int, order: str, *, key: Ed25519PrivateKey = KEY, **changes: object) -> SentCommand:
        facts: dict[str, object] = {
            "v": 1,
            "tenant": self.rig.cloud.tenant,
            "site": self.rig.cloud.site,
            "id": UUID(int=number, version=4),
            "kiosk": self.rig.enrolment.kiosk,
            "order": order,
            "arguments": {},
            "issued_ms": NOON_MS - number,
            "expires_ms": NOON_MS + HOUR_MS,
            **changes,
        }
        made = exact_json.decode(exact_json.encode(facts), Command, what="a command")
        return SentCommand(id=made.id, kiosk=made.kiosk, signed=sign_command(made, key))

    def fetch(self, *commands: SentCommand) -> None:
        self.rig.cloud.publish(Commands(commands=tuple(sorted(commands, key=lambda sent: str(sent.id)))))
        self.rig.reader.step()
        assert not self.rig.reader.fault

    def hear(self, *commands: SentCommand) -> None:
        self.fetch(*commands)
        self.obeying.step()

    def answers(self) -> list[tuple[int, str, str]]:
        found = []
        for epoch in self.rig.log.epochs.all():
            for event in self.rig.log.after(0, limit=1000, epoch=epoch):
                if event.header.kind == Kind.COMMAND_ANSWERED:
                    assert event.full is not None
                    told = exact_json.read(event.full.bytes(), CommandAnsweredFull, what="an answer")
                    found.append((told.command.int & 0xFF, told.order, told.outcome))
        return found


def test_f19_each_command_is_obeyed_once_and_answered_also_after_a_restart(rig: DeviceRig) -> None:
    """F19: a new page with the same commands, and a new start of the program, bring nothing twice."""
    kiosk = Kiosk(rig)
    commands = [kiosk.command(3, "restart"), kiosk.command(2, "stop_photos", kiosk=None), kiosk.command(1, "rehearse")]
    kiosk.hear(*commands)
    expected = [(3, "restart", "obeyed"), (2, "stop_photos", "obeyed"), (1, "rehearse", "unknown")]
    assert (kiosk.answers(), kiosk.ends, kiosk.photos.stands) == (expected, ["restart"], True)
    kiosk.hear(*commands[1:], commands[0])
    anew = rig.restart()
    try:
        again = Kiosk(anew)
        again.hear(*commands)
        assert (again.answers(), again.ends, again.photos.stands) == (expected, [], True)
        again.hear(again.command(4, "allow_photos"))
        assert (again.answers()[3:], again.photos.stands) == ([(4, "allow_photos", "obeyed")], False)
        anew.drain()
    finally:
        anew.close()


def test_f19_nothing_is_obeyed_by_an_unsynced_clock_nor_before_the_feed_has_answered(rig: DeviceRig) -> None:
    """F19: a command that has expired is passed over and answered so; in doubt about the time it waits."""
    kiosk = Kiosk(rig, heard=False)
    rig.clock.believed = ClockQuality.UNSYNCED
    kiosk.hear(kiosk.command(1, "wipe", expires_ms=NOON_MS), kiosk.command(2, "restart"))
    kiosk.heard = True
    kiosk.obeying.step()
    assert (kiosk.answers(), kiosk.ends) == ([], [])
    rig.clock.believed, kiosk.heard = ClockQuality.ANCHORED, False
    kiosk.obeying.step()
    assert kiosk.answers() == [(2, "restart", "obeyed"), (1, "wipe", "expired")]
    assert not wipe_was_begun(rig.settings)
    restored = Kiosk(rig, heard=False)
    restored.hear(restored.command(3, "restart"))
    assert (len(restored.answers()), restored.ends) == (2, [])


def test_c46_only_the_command_key_commands_and_only_this_kiosk(rig: DeviceRig) -> None:
    """C46: a command by the feed's key, or for another organisation, site or kiosk, is left and not answered."""
    kiosk, other = Kiosk(rig), UUID(int=99, version=4)
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
    kiosk = Kiosk(rig)
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
    kiosk = Kiosk(rig)
    command = kiosk.command(1, "begin_epoch")
    kiosk.fetch(command)
    with monkeypatch.context() as broken:
        broken.setattr(rig.log, "append", _refuse)
        with pytest.raises(StorageError):
            kiosk.obeying.step()
    assert (len(rig.log.epochs.all()), kiosk.answers()) == (2, [])
    again = Kiosk(rig)
    again.hear(command)
    assert (len(rig.log.epochs.all()), again.answers()) == (2, [(1, "begin_epoch", "obeyed")])
    (started, _) = rig.log.after(0, limit=2)
    assert started.full is not None
    assert exact_json.read(started.full.bytes(), EpochStartedFull, what="a start").reason == "asked"


def _refuse(*_acts: object, **_beside: object) -> None:
    raise StorageError("The power is gone.")
