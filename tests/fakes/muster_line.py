"""A line to a cloud that answers questions about other kiosks as a test scripts it, and a kiosk's asker on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from sync.device.heard_events import HeardEvents
from sync.device.heard_times import Heard, HeardTimes
from sync.device.muster_asker import MusterAsker
from sync.device.muster_roll import MusterRoll
from sync.device.signed_channel import SignedChannel
from sync.device.standing import OwnStanding
from sync.device.transport import Answer
from sync.protocol import exact_json
from sync.protocol.feed import Roster
from sync.protocol.muster_exchange import MusterAnswer, MusterQuestion, ToldBatch
from sync.signable_request import SignableRequest
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig, open_rig
from tests.fakes.sync_neighbour import Neighbour

AT_MS = 1_790_000_100_000
NOTHING = MusterAnswer(v=1, at_ms=AT_MS, batches=(), beside=(), wanted=(), heard=(), more=False)
Reply = Callable[[MusterQuestion], MusterAnswer | Answer]


@dataclass
class MusterLine:
    """A transport. ``reply`` makes the answers; each question is kept."""

    reply: Reply = lambda _question: NOTHING
    asked: list[MusterQuestion] = field(default_factory=list)

    def send(self, request: SignableRequest) -> Answer:
        question = exact_json.decode(request.body, MusterQuestion, what="a question")
        self.asked.append(question)
        answer = self.reply(question)
        return answer if isinstance(answer, Answer) else Answer(200, {}, exact_json.encode(answer))


@dataclass
class Listener:
    """An enrolled kiosk that hears of a neighbour."""

    rig: DeviceRig
    dock: Neighbour
    line: MusterLine
    entries: list[object] = field(default_factory=list)
    waiting: int = 0

    def __post_init__(self) -> None:
        self._build()

    def _build(self) -> None:
        rig = self.rig
        self.events = HeardEvents(rig.log)
        self.times = HeardTimes(self.events, rig.clock)
        self.roll = MusterRoll(rig.log, OwnStanding(rig.log, self.roster))
        self.asker = MusterAsker(
            log=rig.log,
            roll=self.roll,
            heard=Heard(self.events, self.times),
            channel=SignedChannel(
                transport=self.line,
                server=rig.enrolment.server,
                audience=rig.enrolment.audience,
                key=rig.log.epochs.known_key,
                now_s=lambda: 0,
            ),
            enrolment=rig.enrolment,
            roster=self.roster,
            waiting=lambda: self.waiting,
            random=lambda: 1.0,
        )

    def roster(self) -> Roster | None:
        return Roster(kiosks=tuple(self.entries)) if self.entries else None  # type: ignore[arg-type]  # entries as given

    def names(self) -> list[str]:
        return [stay.muster.name if stay.muster else "unnamed" for stay in self.roll.on_site()]

    def writes(self) -> int:
        return int(self.rig.records.database.read("select total_changes() as many")[0]["many"])

    def restart(self) -> None:
        self.rig.close()
        self.rig = open_rig(self.rig.records.folder, self.rig.cloud, clock=self.rig.clock)
        self._build()


def open_listener(folder: Path) -> Listener:
    """A kiosk whose roster names a neighbour at the dock."""
    rig = enrol_rig(folder, SyncCloud())
    dock = Neighbour(rig.enrolment)
    return Listener(rig, dock, MusterLine(), [dock.listed()])


def answering(listener: Listener, *batches: ToldBatch, **members: object) -> None:
    """Answer every question with this."""
    answer = msgspec.structs.replace(NOTHING, batches=batches, **members)
    listener.line.reply = lambda _question: answer
