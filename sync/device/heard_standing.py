"""How far heard events are believed: by the roster, and by which of a key's histories was confirmed (section 15)."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sync.device.database import DeviceDatabase
from sync.protocol.chain import Head
from sync.protocol.events import decode_header
from sync.protocol.feed import Roster, RosterKey
from sync.protocol.fold import Standing
from sync.protocol.standings import standing_of


@dataclass(frozen=True, slots=True)
class ClearLine:
    """The heard part of a confirmed history: its headers, from the one that was named back to the last that was heard;
    ``end`` is the one before them, which this kiosk may have recorded itself.
    """

    hashes: frozenset[str]
    end: Head


class ClearLines:
    """Walks back from the header that a roster names, through what was heard; what was walked is kept."""

    def __init__(self, database: DeviceDatabase) -> None:
        self._database = database
        self._walked: dict[str, tuple[object, ClearLine]] = {}

    def of(self, key: RosterKey) -> ClearLine | None:
        """The line of a key; ``None`` where nobody has confirmed one."""
        if key.clear is None:
            return None
        newest = self._database.read("select max(place) as place from heard_event")[0]["place"]
        state = (key.clear.seq, key.clear.head, key.forked, newest)
        known = self._walked.get(key.kid)
        if known is None or known[0] != state:
            known = self._walked[key.kid] = (state, self._walk(key, Head(key.kid, key.clear.seq, key.clear.head)))
        return known[1]

    def _walk(self, key: RosterKey, at: Head) -> ClearLine:
        rows = self._database.read(
            "select hash, header from heard_event where epoch = ? and seq between ? and ?",
            (key.kid, key.forked, at.seq),
        )
        headers = {bytes(row["hash"]).hex(): bytes(row["header"]) for row in rows}
        hashes: set[str] = set()
        while (raw := headers.get(at.hash)) is not None:
            hashes.add(at.hash)
            at = Head(key.kid, at.seq - 1, decode_header(raw).prev)
        return ClearLine(frozenset(hashes), at)


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
