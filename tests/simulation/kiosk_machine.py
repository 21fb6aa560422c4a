"""A kiosk's computer: it starts, crashes, loses power, is copied, and runs the production code in between."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sync.device import log_witness, muster_asker, object_sender, uploader
from sync.device.errors import DeviceError, StorageError, WrongKeyError
from sync.device.stepping import LinkState, Step
from sync.protocol.chain import Act
from sync.protocol.commitments import SALT_BYTES
from sync.protocol.events import Event, decode_header
from sync.protocol.objects import SealedObject
from tests.simulation.card import Card, Image
from tests.simulation.clocks import MachineClock
from tests.simulation.disk import Disk, PowerLostError
from tests.simulation.kiosk_looks import KioskLooks
from tests.simulation.network import Network
from tests.simulation.parts import Parts, Surroundings, open_parts
from tests.simulation.photos import Album, Camera
from tests.simulation.repeats import act_of
from tests.simulation.salvaging import in_words, salvage_card, without_details
from tests.simulation.scheduler import Scheduler
from tests.simulation.trace import Trace
from tests.simulation.truth import Truth

FEED_SECONDS, IDLE_SECONDS, MUSTER_SECONDS, SENDER_SECONDS, WITNESS_SECONDS = 600.0, 120.0, 400.0, 150.0, 200.0
"""Feed and other kiosks are asked, and an empty queue looked at, more seldom than by a real kiosk: it would only cost
time.
"""


@dataclass(frozen=True)
class Lab:
    """What every machine of a run shares."""

    scheduler: Scheduler
    trace: Trace
    truth: Truth
    album: Album
    network: Network
    root: Path


class KioskMachine(KioskLooks):
    """One computer. ``lineage``: the kiosk that it is, or believes to be (a clone has its original's)."""

    def __init__(self, name: str, lineage: str, lab: Lab) -> None:
        self.name, self.lineage, self._lab = name, lineage, lab
        self._stream = lab.scheduler.stream(f"machine {name}")
        folder = lab.root / name
        folder.mkdir()
        self.card = Card(folder)
        self.disk = Disk(self.card, lab.scheduler.stream(f"disk {name}"))
        self.clock = MachineClock(lab.scheduler, self._stream)
        self.line = lab.network.line(name, self.disk.cut)
        self.parts = None
        self.suspect = False
        """Whether a hand from outside gave it reason to begin an epoch."""
        self.after_act: Callable[[], None] | None = None
        """What strikes right after the next acknowledged act, before anything is settled."""
        self.unaware = False
        """Whether its whole card was put back and nobody could have told it so: no hello was answered since."""
        self.beyond: set[str] = set()
        """Events of which the last copy went when its whole card was put back: nobody can ever tell it of them."""
        self.refuses = ""
        """Why the program did not start, for staff; empty while it runs."""
        self.damaged = False
        """Whether it is off because its database was found to be damaged; an administrator comes within minutes."""
        self._life = 0

    @property
    def running(self) -> bool:
        return self.parts is not None

    def start(self, *, boot: bool = True) -> None:
        """Switch on, or start the program again (``boot`` false)."""
        if self.parts is not None:
            return
        self._life += 1
        if boot:
            self.clock.start()
        else:
            self.clock.begin_process()
        around = Surroundings(
            self.card.folder, self.disk, self.clock, self.line, self._stream.randbytes, self._stream.random
        )
        try:
            self.parts = open_parts(around)
        except DeviceError as error:
            self.refuses = str(error)
            self._lab.trace.note(self.name, f"does not start: {error}")
            if isinstance(error, WrongKeyError):
                self._await_repair()
        except PowerLostError:
            self._go_dark()
        else:
            self.refuses, self.damaged = "", False
            self._lab.trace.note(self.name, f"starts at event {self.parts.log.head.seq}")
            self._wake("uploader", 0.5)
            self._wake("reader", 1.0)
            self._wake("asker", 1.5)
            self._wake("sender", 2.0)
            self._wake("log_witness", 2.5)

    def stop(self) -> None:
        """Switch off in good order."""
        if self.parts is not None:
            self._lab.trace.note(self.name, "is switched off")
            self._life += 1
            self.parts.close()
            self.parts = None

    def cut_power(self, *, restart_seconds: float | None = None) -> None:
        """The plug is pulled while nothing happens."""
        if self.parts is not None:
            self.disk.lose_power()
            self._go_dark(restart_seconds)

    def kill(self) -> None:
        """The process is killed; what it wrote, synced or not, is there."""
        if self.parts is None:
            return
        self._lab.trace.note(self.name, "is killed")
        self._end_with(self.card.image())
        self._lab.scheduler.after(2, lambda: self.start(boot=False))

    def find_damaged(self, error: WrongKeyError) -> None:
        """A page was read that is not what was written: the program ends, as the screen asks for."""
        self._lab.trace.note(self.name, f"ends: {error}")
        self._end_with(self.card.image())
        self._await_repair()

    def repair(self) -> None:
        """What the screen asks an administrator for, if it does: the database is salvaged (C05)."""
        if self.damaged:
            self.salvage()

    def salvage(self) -> None:
        """An administrator ends the program, salvages the database and starts it again."""
        self.stop()
        self.damaged = False
        outcome = salvage_card(self.card, self.clock, self._stream)
        self._lab.truth.faceless |= without_details(outcome)
        self._lab.trace.note(self.name, f"is salvaged: {in_words(outcome)}")
        self.start(boot=False)

    def _await_repair(self) -> None:
        self.damaged = True
        self._lab.scheduler.after(self._stream.uniform(60, 1200), self.repair)

    def act(self, acts: Sequence[Act], what: str, photo: SealedObject | None = None) -> tuple[Event, ...]:
        """Somebody touches the screen; the events, if the kiosk said "done". ``photo``: one that the first names."""
        if self.parts is None:
            return ()
        for act in acts:
            self._lab.truth.try_act(act.stay, str(act.kind))
        try:
            beside = None if photo is None else self.parts.photos.keeper.beside((photo,))
            events = self.parts.log.append(acts, beside=beside)
        except PowerLostError:
            self._lab.trace.note(self.name, f"{what}: not acknowledged")
            self._go_dark()
            return ()
        except StorageError as error:
            self._lab.trace.note(self.name, f"{what}: refused, {error}")
            if isinstance(error, WrongKeyError):
                self.find_damaged(error)
            return ()
        self._lab.truth.acknowledge(events, self.name)
        self._lab.trace.note(self.name, f"{what}: done, event {events[-1].header.seq}")
        self._wake("settle", 1.0)
        self._wake("hurry", 2.0)
        struck, self.after_act = self.after_act, None
        if struck is not None:
            struck()
        return events

    def photograph(self, camera: Camera) -> SealedObject | None:
        """The next visitor's photo, sealed, if there is to be one and the kiosk has a key to seal it to."""
        if self.parts is None or not camera.agrees():
            return None
        with self.disk.at_rest():
            key = self.parts.photos.settings.sealing_key()
        if key is None:
            return None
        photo, content = camera.take(self.parts.enrolment.tenant, key)
        self._lab.album.taken[photo.id] = content
        return photo

    def guard(self, action: Callable[[Parts], None]) -> None:
        """Do something with the running program; if the power goes meanwhile, the machine is off afterwards."""
        if self.parts is None:
            return
        try:
            action(self.parts)
        except PowerLostError:
            self._go_dark()
        except WrongKeyError as error:
            self.find_damaged(error)

    def spoil_newest(self, stream: random.Random) -> str:
        """Change a body of the newest event on the card, as a fault of the program would."""
        if self.parts is None or self.disk.full:
            return "nothing to spoil"
        column, content = (
            stream.choice(("muster", "full")),
            stream.choice((b"\x00{", b"[]", b'{"name":7}', b'{"a":"\xff"}')),
        )
        newest = f"select place, header, {column} as body from event order by place desc limit 1"  # noqa: S608 -- one of two names
        rows = self.parts.database.read(newest)
        if not rows or rows[0]["body"] is None:
            return "nothing to spoil"
        spoilt = bytes(rows[0]["body"])[:SALT_BYTES] + content
        act = act_of(decode_header(bytes(rows[0]["header"])))
        self._lab.truth.spoil(act, self.lineage, full=column == "full")
        with self.parts.database.transaction() as tables:
            tables.execute(f"update event set {column} = ? where place = ?", (spoilt, rows[0]["place"]))  # noqa: S608 -- one of two names
        return f"the newest event's {column} body is spoilt"

    def _wake(self, what: str, seconds: float) -> None:
        life = self._life

        def awake() -> None:
            if life == self._life:
                self.guard(getattr(self, f"_{what}"))

        self._lab.scheduler.after(seconds, awake)

    def _settle(self, parts: Parts) -> None:
        try:
            parts.log.settle()
            self.card.note_sync()
        except WrongKeyError:
            raise
        except StorageError as error:
            self._lab.trace.note(self.name, f"cannot settle: {error}")

    def _hurry(self, parts: Parts) -> None:
        """As the kiosk does: what was recorded goes up at once, unless the server is known to be away."""
        if parts.uploader.state in (LinkState.ONLINE, LinkState.UNKNOWN):
            self._upload(parts)

    def _upload(self, parts: Parts) -> Step:
        greeted = self.line.greeted
        step = parts.uploader.step()
        if self.line.greeted > greeted:
            self.unaware = False
        return step

    def _uploader(self, parts: Parts) -> None:
        step = self._upload(parts)
        if parts.uploader.fault:
            self._lab.trace.note(self.name, f"uploader: {parts.uploader.fault}")
        idle = step.wait_seconds >= uploader.IDLE_SECONDS and not parts.uploader.fault
        self._wake("uploader", IDLE_SECONDS if idle else max(step.wait_seconds, 0.05))

    def _reader(self, parts: Parts) -> None:
        step = parts.reader.step()
        self._wake("reader", max(step.wait_seconds, FEED_SECONDS))

    def _asker(self, parts: Parts) -> None:
        step = parts.asker.step()
        if parts.asker.fault:
            self._lab.trace.note(self.name, f"asker: {parts.asker.fault}")
        idle = step.wait_seconds >= muster_asker.IDLE_SECONDS and not parts.asker.fault
        self._wake("asker", MUSTER_SECONDS if idle else max(step.wait_seconds, 0.05))

    def _sender(self, parts: Parts) -> None:
        """As the kiosk does: photos only while no event waits and the server answers."""
        wait = SENDER_SECONDS
        if parts.uploader.state is LinkState.ONLINE and parts.outbox.waiting == 0:
            step = parts.photos.sender.step()
            idle = step.wait_seconds >= object_sender.IDLE_SECONDS
            wait = SENDER_SECONDS if idle else max(step.wait_seconds, 0.05)
        self._wake("sender", wait)

    def _log_witness(self, parts: Parts) -> None:
        step = parts.log_witness.step()
        idle = step.wait_seconds >= log_witness.IDLE_SECONDS and not parts.log_witness.fault
        self._wake("log_witness", WITNESS_SECONDS if idle else max(step.wait_seconds, 0.05))

    def _go_dark(self, restart_seconds: float | None = None) -> None:
        left = self.disk.left
        assert left is not None
        self._lab.trace.note(self.name, "loses power")
        self._end_with(self.card.survive_power_cut(left, self._stream))
        pause = self._stream.uniform(3, 120) if restart_seconds is None else restart_seconds
        self._lab.scheduler.after(pause, self.start)

    def _end_with(self, image: Image) -> None:
        self._life += 1
        self.disk.disarm()
        if self.parts is not None:
            self.disk.left = None
            self.parts.close()
            self.parts = None
        self.card.restore(image)
