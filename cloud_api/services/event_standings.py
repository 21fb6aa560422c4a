"""From what is on record about keys to the standing of stored events (docs/protocol.md section 15)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from cloud_api.services.ingest_store import IngestTransaction
from cloud_api.store.branches import Link
from cloud_api.store.kiosks import Epoch, Kiosk
from sync.protocol.feed import ClearBranch, Roster, RosterKey, RosterKiosk
from sync.protocol.fold import Standing
from sync.protocol.keys import base64url
from sync.protocol.standings import standing_of


@dataclass(frozen=True, slots=True)
class ClearLine:
    """The history of a forked epoch that counts: its log up to ``log_until``, and then these headers beside it."""

    log_until: int = 0
    hashes: frozenset[str] = frozenset()

    def holds(self, seq: int, header_hash: str, *, in_log: bool) -> bool:
        """Whether the event is on this history."""
        return seq <= self.log_until if in_log else header_hash in self.hashes


def roster_key(record: Epoch) -> RosterKey:
    """The key as the roster tells of it."""
    clear = None if record.clear is None else ClearBranch(seq=record.clear.seq, head=record.clear.hash)
    return RosterKey(
        kid=record.epoch,
        public=base64url(record.public_key),
        standing=record.standing,
        forked=record.forked_seq,
        clear=clear,
    )


def roster(kiosks: Iterable[Kiosk], epochs: Iterable[Epoch], site_id: UUID) -> Roster:
    """The roster of a site; kiosks in the order of their ids, keys oldest first, as they are given."""
    keys: dict[UUID, list[RosterKey]] = {}
    for record in epochs:
        keys.setdefault(record.kiosk_id, []).append(roster_key(record))
    return Roster(
        kiosks=tuple(
            RosterKiosk(kiosk=kiosk.id, name=kiosk.name, keys=tuple(keys.get(kiosk.id, ())), zone=kiosk.zone)
            for kiosk in sorted(kiosks, key=lambda kiosk: kiosk.id)
            if kiosk.site_id == site_id
        )
    )


class KeyStandings:
    """Standings of events within one transaction; what was read of an epoch is kept, so make one after writing."""

    def __init__(self, tx: IngestTransaction) -> None:
        self._tx = tx
        self._known: dict[str, tuple[RosterKey | None, ClearLine]] = {}

    async def learn(self, epochs: Iterable[str]) -> None:
        """Read what is on record of these epochs, as far as it is not known yet."""
        wanted = sorted(set(epochs) - set(self._known))
        if not wanted:
            return
        found = await self._tx.read_epochs(wanted)
        for epoch in wanted:
            record = found.get(epoch)
            line = ClearLine() if record is None else await read_clear_line(self._tx, record)
            self._known[epoch] = (None if record is None else roster_key(record), line)

    def take_over(self, record: Epoch) -> None:
        """Use a record that is at hand. It has one history."""
        self._known[record.epoch] = (roster_key(record), ClearLine())

    def of(self, epoch: str, seq: int, header_hash: str, *, in_log: bool) -> Standing:
        """The standing that follows from an event's key; ``learn`` comes first."""
        key, line = self._known[epoch]
        return standing_of(key, seq, on_clear_branch=line.holds(seq, header_hash, in_log=in_log))


async def read_clear_line(tx: IngestTransaction, record: Epoch) -> ClearLine:
    """Which of a forked epoch's histories counts; nothing of it where nobody has confirmed one."""
    clear = record.clear
    if record.forked_seq == 0 or clear is None:
        return ClearLine()
    links = await tx.branch_links(record.kiosk_id, record.epoch)
    beside, seq, at = _walk_back(links, clear.seq, clear.hash)
    if seq == 0:
        return ClearLine(0, beside)
    in_log = await tx.log_hashes(record.kiosk_id, record.epoch, seq, seq)
    return ClearLine(seq if in_log.get(seq) == at else 0, beside)


def _walk_back(links: Sequence[Link], seq: int, header_hash: str) -> tuple[frozenset[str], int, str]:
    """The headers beside the log that lead to this one, and the seq and hash of the one before them all."""
    by_hash = {link.hash: link for link in links}
    found: set[str] = set()
    while (link := by_hash.get(header_hash)) is not None and link.seq == seq:
        found.add(header_hash)
        seq, header_hash = link.seq - 1, link.prev
    return frozenset(found), seq, header_hash
