"""What the simulator sees when it looks into a kiosk; no fault may strike meanwhile."""

from __future__ import annotations

from uuid import UUID

from sync.device.event_rows import read_event
from sync.protocol.events import Event, header_hash
from sync.protocol.log_witness import WitnessEvidence
from tests.simulation.disk import Disk
from tests.simulation.parts import Parts


class KioskLooks:
    """Looks at the running program and its database; what is off shows nothing."""

    parts: Parts | None
    disk: Disk

    def hashes(self) -> set[str]:
        """The hashes of all events on its card, of every epoch."""
        if self.parts is None:
            return set()
        with self.disk.at_rest():
            rows = self.parts.database.read("select header from event")
        return {header_hash(bytes(row["header"])) for row in rows}

    def events(self) -> list[Event]:
        """All events on its card, of every epoch; none while it is off."""
        if self.parts is None:
            return []
        with self.disk.at_rest():
            rows = self.parts.database.read("select header, muster, full from event order by place")
        return [read_event(row) for row in rows]

    def on_site(self) -> set[UUID]:
        """Whom its evacuation list shows; nobody while it is off."""
        if self.parts is None:
            return set()
        with self.disk.at_rest():
            return {stay.id for stay in self.parts.roll.on_site()}

    def people(self) -> list[set[UUID]]:
        """The stays of each person whom it counts; nobody while it is off."""
        if self.parts is None:
            return []
        with self.disk.at_rest():
            return [{stay.id for stay in stays} for stays in self.parts.roll.people()]

    def epochs(self) -> int:
        """How many epochs this card knows of its kiosk."""
        if self.parts is None:
            return 0
        with self.disk.at_rest():
            return len(self.parts.log.epochs.all())

    def says_incomplete(self) -> bool:
        """Whether the screen says that people may be missing from its list."""
        if self.parts is None:
            return False
        with self.disk.at_rest():
            return self.parts.log.incomplete is not None

    def waiting(self) -> int:
        """How many events no receipt covers, as the kiosk itself says."""
        if self.parts is None:
            return 0
        with self.disk.at_rest():
            return self.parts.outbox.waiting

    def photos(self) -> set[UUID]:
        """The photos on its card."""
        if self.parts is None:
            return set()
        with self.disk.at_rest():
            return {UUID(row["id"]) for row in self.parts.database.read("select id from object")}

    def photo_fault(self) -> str:
        """What the kiosk says is wrong with its photos."""
        return "" if self.parts is None else self.parts.photos.sender.fault

    def shows(self, face: bytes) -> bool:
        """Whether a photo that waits on its card can be seen."""
        if self.parts is None:
            return False
        with self.disk.at_rest():
            return bool(self.parts.database.read("select 1 from object where instr(sealed, ?) limit 1", (face,)))

    def log_alarm(self) -> WitnessEvidence | None:
        """What it found to be wrong with the audit log, and nobody has closed."""
        if self.parts is None:
            return None
        with self.disk.at_rest():
            return self.parts.outbox.memory.alarm()

    def held_checkpoint(self) -> str | None:
        """The newest checkpoint of the audit log that it has checked."""
        if self.parts is None:
            return None
        with self.disk.at_rest():
            return self.parts.outbox.memory.held()

    def contents(self) -> list[tuple[str, bytes]]:
        """Everything in its database that could hold a photo, with the names of the tables."""
        if self.parts is None:
            return []
        with self.disk.at_rest():
            objects = self.parts.database.read("select sealed from object")
            bodies = self.parts.database.read("select muster, full from event")
        found = [("object", bytes(row["sealed"])) for row in objects]
        return found + [("event", bytes(value)) for row in bodies for value in row.values() if value is not None]

    def fault(self) -> str:
        """What the kiosk says is wrong."""
        return "" if self.parts is None else self.parts.uploader.fault
