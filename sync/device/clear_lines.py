"""Which headers are on the history of a key that was confirmed, after somebody else wrote under it too (section 15)."""

from dataclasses import dataclass

from sync.device.database import DeviceDatabase
from sync.device.event_rows import EventReader
from sync.protocol.chain import Head
from sync.protocol.events import decode_header
from sync.protocol.feed import RosterKey

_BEFORE_GAP = (
    "select place, header from event as kept where place between ? and ? "
    "and not exists (select 1 from event where place = kept.place - 1) order by place desc limit 1"
)


@dataclass(frozen=True, slots=True)
class ClearLine:
    """The heard part of a confirmed history: its headers, from the one that was named back to the last that was heard;
    ``end`` is the first of them, from there back, that was not heard, and which this kiosk may have recorded itself.
    """

    hashes: frozenset[str]
    end: Head


class ClearLines:
    """Walks back from the header that a roster names, through what was heard; what was walked is kept."""

    def __init__(self, database: DeviceDatabase) -> None:
        self._database = database
        self._own = EventReader(database)
        self._walked: dict[str, tuple[object, ClearLine]] = {}
        self._gaps: dict[tuple[int, Head], Head | None] = {}

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

    def _walk(self, key: RosterKey, named: Head) -> ClearLine:
        rows = self._database.read(
            "select hash, header from heard_event where epoch = ? and seq between ? and ?",
            (key.kid, key.forked, named.seq),
        )
        headers = {bytes(row["hash"]).hex(): bytes(row["header"]) for row in rows}
        hashes: set[str] = set()
        at: Head | None = named
        end: Head | None = None
        while at is not None:
            raw = headers.get(at.hash)
            if raw is not None:
                hashes.add(at.hash)
                at = Head(key.kid, at.seq - 1, decode_header(raw).prev)
            else:
                end = end or at
                at = self._before_gap(key, at)
        return ClearLine(frozenset(hashes), end or named)

    def _before_gap(self, key: RosterKey, at: Head) -> Head | None:
        """The event before an own run, if a damaged page took it: it may have been told back (C05). Searched once: an
        epoch that others wrote under is recorded in no more.
        """
        if (key.forked, at) not in self._gaps:
            self._gaps[key.forked, at] = self._find_gap(key, at)
        return self._gaps[key.forked, at]

    def _find_gap(self, key: RosterKey, at: Head) -> Head | None:
        chain = self._own.chain_of(key.kid)
        if not key.forked or chain is None or self._own.hash_in(chain, at.seq) != at.hash:
            return None
        rows = self._database.read(_BEFORE_GAP, (chain.base + key.forked, chain.base + at.seq))
        if not rows:
            return None
        return Head(key.kid, rows[0]["place"] - chain.base - 1, decode_header(bytes(rows[0]["header"])).prev)
