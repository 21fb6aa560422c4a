"""How far this kiosk's own events are believed: by the roster, as all judge them (docs/protocol.md section 15)."""

from collections.abc import Callable
from dataclasses import dataclass

from sync.device.clear_lines import ClearLines
from sync.device.event_log import EventLog
from sync.protocol.feed import KeyStanding, Roster, RosterKey
from sync.protocol.fold import Standing
from sync.protocol.standings import standing_of


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the roster says of one own epoch. Events up to ``clear_seq`` are on the branch that was confirmed."""

    key: RosterKey | None
    clear_seq: int

    def of(self, seq: int) -> Standing:
        """The standing of the event at a seq."""
        return standing_of(self.key, seq, on_clear_branch=seq <= self.clear_seq)

    def basis(self) -> str:
        """A text that differs when any event's standing may; empty while nothing of the epoch is believed."""
        if self.of(1) is Standing.UNCONFIRMED or self.key is None:
            return ""
        return f"{self.key.kid} {self.of(0).value} {self.key.forked} {self.clear_seq}\n"


class OwnStanding:
    """Judges own epochs. ``roster`` gives the newest roster page, or ``None`` before the first.

    An epoch that was enrolled is believed until the roster says otherwise; one that the kiosk began itself is not.
    """

    def __init__(self, log: EventLog, roster: Callable[[], Roster | None] = lambda: None) -> None:
        self._log = log
        self._epochs = log.epochs
        self.roster = roster
        self.lines = ClearLines(log.database)

    def judge(self) -> dict[str, Judgement]:
        """The judgement of every own epoch, as of now."""
        keys = self._keys()
        return {epoch: self._judge(epoch, keys.get(epoch)) for epoch in self._epochs.all()}

    @property
    def unconfirmed(self) -> bool:
        """Whether nobody has confirmed the epoch that the kiosk is in: its departures take nobody off the list."""
        epoch = self._epochs.current
        return self._judge(epoch, self._keys().get(epoch)).of(0) is not Standing.CLEAR

    def _keys(self) -> dict[str, RosterKey]:
        roster = self.roster()
        kiosks = () if roster is None else roster.kiosks
        return {key.kid: key for entry in kiosks if entry.kiosk == self._log.kiosk for key in entry.keys}

    def _judge(self, epoch: str, key: RosterKey | None) -> Judgement:
        if key is None and self._epochs.start_of(epoch) is None:
            key = RosterKey(kid=epoch, public="A" * 43, standing=KeyStanding.CURRENT, forked=0, clear=None)
        return Judgement(key, self._clear_seq(epoch, key))

    def _clear_seq(self, epoch: str, key: RosterKey | None) -> int:
        """How far this kiosk's own events are on the confirmed branch; its end may have been heard from elsewhere."""
        line = None if key is None else self.lines.of(key)
        if line is None:
            return 0
        chain = self._log.chain_of(epoch)
        ours = None if chain is None else self._log.hash_in(chain, line.end.seq)
        return line.end.seq if ours == line.end.hash else 0
