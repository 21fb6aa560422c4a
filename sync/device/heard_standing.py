"""How far heard events are believed: by the roster, and by which of a key's histories was confirmed (section 15)."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sync.device.clear_lines import ClearLine, ClearLines
from sync.device.database import DeviceDatabase
from sync.protocol.feed import Roster, RosterKey
from sync.protocol.fold import Standing
from sync.protocol.standings import standing_of


@dataclass(frozen=True, slots=True)
class HeardJudgement:
    """What the roster says of keys whose events were heard."""

    keys: dict[str, RosterKey]
    lines: dict[str, ClearLine] = field(default_factory=dict)

    def of(self, epoch: str, seq: int, header_hash: str) -> Standing:
        """The standing that follows from an event's key."""
        line = self.lines.get(epoch)
        on_line = line is not None and header_hash in line.hashes
        return standing_of(self.keys.get(epoch), seq, on_clear_branch=on_line)

    def basis(self) -> str:
        """A text that differs when any event's standing may."""
        return "".join(self._basis(epoch) for epoch in sorted(self.keys))

    def _basis(self, epoch: str) -> str:
        key = self.keys[epoch]
        standing = standing_of(key, 0, on_clear_branch=False)
        if standing is Standing.UNCONFIRMED:
            return ""  # as of a key that nobody has heard of
        line = self.lines.get(epoch)
        ends = "" if line is None else f"{line.end.seq} {line.end.hash} {len(line.hashes)}"
        return f"heard {epoch} {standing.value} {key.forked} {ends}\n"


class HeardStanding:
    """Judges by the newest roster page; without one, nothing heard takes anybody off the list."""

    def __init__(
        self, database: DeviceDatabase, roster: Callable[[], Roster | None], lines: ClearLines | None = None
    ) -> None:
        self._database = database
        self._roster = roster
        self._lines = lines or ClearLines(database)

    def judge(self) -> HeardJudgement:
        """The judgement as of now."""
        rows = self._database.read("select epoch from heard_log")
        if not rows:
            return HeardJudgement({})
        roster, heard = self._roster(), {row["epoch"] for row in rows}
        kiosks = () if roster is None else roster.kiosks
        keys = {key.kid: key for entry in kiosks for key in entry.keys if key.kid in heard}
        found = ((kid, self._lines.of(key)) for kid, key in keys.items() if key.forked)
        return HeardJudgement(keys, {kid: line for kid, line in found if line is not None})
