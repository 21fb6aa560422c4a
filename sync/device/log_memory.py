"""What a kiosk remembers as a witness of the audit log: the checkpoints that it has seen, and an alarm (C40).

The newest checkpoint that was shown to continue the one before it is *held*; what a receipt brought and nobody has
checked yet is *offered*. All of it is kept in the database, so a restart forgets nothing.
"""

from dataclasses import dataclass
from uuid import UUID

import msgspec

from sync.device.database import DeviceDatabase
from sync.device.settings import Settings, put_setting
from sync.device.tables import Tables
from sync.protocol.log_witness import AlarmKind, LogCheckpoint, WitnessEvidence

_HELD, _OFFERED, _ALARM = "checkpoint", "checkpoints_offered", "log_alarm"
MAX_OFFERED = 8
"""More are not kept while no proof can be had: the first ones and the newest."""
_SEVERITY = list(AlarmKind)


class Offer(msgspec.Struct, frozen=True, array_like=True):
    """A checkpoint as a receipt brought it. ``fresh``: by the receipt for a batch that was never sent before, so that
    nothing older may rightly stand in it.
    """

    note: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with an offer; ``hashes`` the proof that does not hold, where one was given."""

    kind: AlarmKind
    hashes: tuple[str, ...] | None = None


class LogMemory:
    """Reads and keeps it."""

    def __init__(self, database: DeviceDatabase) -> None:
        self._database = database
        self._settings = Settings(database)

    def held(self, generation: int | None = None) -> str | None:
        """The newest checkpoint that is held, or the last one of an earlier generation; ``None`` without one."""
        raw = self._settings.get(_HELD if generation is None else _of(generation))
        return None if raw is None else raw.decode("utf-8")

    def offered(self) -> list[Offer]:
        """What waits to be checked, oldest first."""
        raw = self._settings.get(_OFFERED)
        return [] if raw is None else msgspec.json.decode(raw, type=list[Offer])

    def offer(self, tables: Tables, note: str | None, *, fresh: bool) -> None:
        """Keep what a receipt brought, within a transaction that the caller holds."""
        if note is None or note == self.held():
            return
        waiting = self.offered()
        if note in [offer.note for offer in waiting]:
            return
        waiting.append(Offer(note, fresh))
        if len(waiting) > MAX_OFFERED:
            del waiting[-2]
        put_setting(tables, _OFFERED, msgspec.json.encode(waiting))

    def drop(self, offer: Offer) -> None:
        """An offer was dealt with, and what is held stays.

        Raises:
            StorageError: the disk refused.
        """
        with self._database.transaction() as tables:
            self._drop(tables, offer)

    def keep(self, offer: Offer, *, before: LogCheckpoint | None, seen: LogCheckpoint) -> None:
        """Hold an offer from now on; the last one of an earlier generation stays beside it.

        Raises:
            StorageError: the disk refused; what was held stays.
        """
        with self._database.transaction() as tables:
            if before is not None and before.generation != seen.generation:
                put_setting(tables, _of(before.generation), (self.held() or "").encode("utf-8"))
            put_setting(tables, _HELD, offer.note.encode("utf-8"))
            self._drop(tables, offer)

    def alarm(self) -> WitnessEvidence | None:
        """The alarm that nobody has closed, or ``None``.

        Raises:
            StorageError: the disk refused.
        """
        raw = self._settings.get(_ALARM)
        return None if raw is None else msgspec.json.decode(raw, type=WitnessEvidence)

    def raise_alarm(self, finding: Finding, offer: Offer, *, tenant: UUID, at_ms: int) -> None:
        """Keep an alarm. The first cause stays until a person closes it, unless what comes later is worse."""
        evidence = WitnessEvidence(
            v=1,
            tenant=tenant,
            kind=finding.kind,
            held=self.held(),
            offered=offer.note,
            hashes=finding.hashes,
            since_ms=max(at_ms, 0),
            times=1,
        )
        before = self.alarm()
        if before is not None:
            worse = _SEVERITY.index(finding.kind) > _SEVERITY.index(before.kind)
            kept = evidence if worse else before
            evidence = msgspec.structs.replace(kept, since_ms=before.since_ms, times=before.times + 1)
        self._settings.put(_ALARM, msgspec.json.encode(evidence))

    def close_alarm(self) -> bool:
        """A person has dealt with it. ``False`` when there was none.

        Raises:
            StorageError: the disk refused; the alarm stands.
        """
        if self.alarm() is None:
            return False
        self._settings.remove(_ALARM)
        return True

    def _drop(self, tables: Tables, offer: Offer) -> None:
        waiting = [other for other in self.offered() if other.note != offer.note]
        put_setting(tables, _OFFERED, msgspec.json.encode(waiting))


def _of(generation: int) -> str:
    return f"{_HELD}:{generation}"
