"""A kiosk that obeys the commands of a cloud in memory."""

from __future__ import annotations

from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.device.muster_roll import MusterRoll
from sync.device.obeying import Obeying
from sync.device.photo_stop import PhotoStop
from sync.protocol import exact_json
from sync.protocol.feed import Commands, SentCommand
from sync.protocol.feed.orders import Command, sign_command
from sync.protocol.keyspage import KeyUse, key_entry
from sync.protocol.kinds import CommandAnsweredFull, Kind
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_kiosk import DeviceRig
from tests.fakes.sync_records import NOON_MS

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
HOUR_MS = 3_600_000


def commanding_cloud() -> SyncCloud:
    """A cloud with a command key."""
    cloud = SyncCloud()
    cloud.other_keys = (key_entry(KeyUse.COMMAND, KEY.public_key()),)
    cloud.publish_keys()
    return cloud


class ObeyingKiosk:
    """A kiosk that obeys; ``ends`` are the ends of the program that it asked for."""

    def __init__(self, rig: DeviceRig, *, heard: bool = True) -> None:
        self.rig, self.ends, self.heard = rig, list[str](), heard
        self.photos = PhotoStop(rig.settings)
        self.obeying = Obeying(
            log=rig.log,
            roll=MusterRoll(rig.log),
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
