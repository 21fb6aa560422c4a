"""What may follow an act when nobody waits for it: the witness, the indexes, the folding of the WAL."""

from sync.device.event_log import EventLog
from sync.device.muster_roll import MusterRoll

PAUSE_SECONDS = 1.0


class Settling:
    """A stepper: settles the log within a second of the last act."""

    def __init__(self, log: EventLog, roll: MusterRoll) -> None:
        self._log = log
        self._roll = roll
        self._settled = log.head

    def step(self) -> float:
        """Settle if something was recorded, heard or is judged otherwise; returns the seconds until the next look."""
        head = self._log.head
        if head != self._settled or self._roll.is_outdated():
            self._log.settle()
            self._settled = head
        return PAUSE_SECONDS
