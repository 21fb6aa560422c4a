"""What was heard of other kiosks goes when it is old, bodies and headers, unless it may concern somebody on site."""

from collections.abc import Iterable, Sequence

from sync.device.event_log import EventLog
from sync.device.muster_roll import OPEN_STAYS, MusterRoll
from sync.device.schema import UNINDEXED
from sync.device.tables import Tables
from sync.protocol.events import Header, decode_header
from sync.protocol.kinds import Kind

_ARRIVED = f"kind = '{Kind.VISITOR_ARRIVED.value}'"
_ARRIVED_HERE = (
    f"select stay from event_index where {_ARRIVED} and stay = ? union all "  # noqa: S608 -- constant
    f"select stay from event where {UNINDEXED} and {_ARRIVED} and stay = ?"
)


class HeardPruning:
    """Looks at the oldest first, a page each time, and begins anew when it comes to what is not old."""

    def __init__(self, log: EventLog, roll: MusterRoll, *, page_events: int) -> None:
        self._database = log.database
        self._roll = roll
        self._page_events = page_events
        self._looked = 0

    def prune(self, cut: str) -> int:
        """Drop what is older than ``cut`` (a stamp) and concerns nobody on site; returns how many events it looked at.

        The events of a stay go together, when the last of them is old: a departure that went without its arrival would
        bring the person back. Who arrived here is off the list by a heard departure alone, which therefore stays; so
        do the headers of a key that signed two histories, for they tell which of them counts.

        Raises:
            StorageError: the disk refused; nothing was dropped.
        """
        page = self._database.read(
            "select place, epoch, stay, header from heard_event where kept = 0 and place > ? order by place limit ?",
            (self._looked, self._page_events),
        )
        old = [(row, header) for row in page if (header := decode_header(bytes(row["header"]))).hlc < cut]
        if not old:
            self._looked = 0
            return 0
        self._looked = page[-1]["place"]
        parted, basis = self._roll.parted_epochs(), self._roll.basis()
        stays = self._old_stays({bytes(row["stay"]) for row, _ in old if row["stay"] is not None}, cut)
        alone = [(row["place"], header.epoch in parted) for row, header in old if row["stay"] is None]
        with self._database.transaction() as tables:
            for place, keep in alone:
                _keep(tables, [place]) if keep else _drop(tables, [place])
            for stay, rows in stays.items():
                self._let_go(tables, stay, rows, parted, basis)
            tables.execute(
                "delete from heard_batch where beside = 0 and not exists (select 1 from heard_event where "
                "heard_event.epoch = heard_batch.epoch and heard_event.seq between first and last)"
            )
        return len(page)

    def _old_stays(self, wanted: Iterable[bytes], cut: str) -> dict[bytes, list[tuple[int, Header]]]:
        """The heard events of those of the stays of which all are old."""
        found = {}
        for stay in wanted:
            rows = self._database.read("select place, header from heard_event where stay = ?", (stay,))
            events = [(row["place"], decode_header(bytes(row["header"]))) for row in rows]
            if all(header.hlc < cut for _, header in events):
                found[stay] = events
        return found

    def _let_go(
        self, tables: Tables, stay: bytes, events: Sequence[tuple[int, Header]], parted: frozenset[str], basis: str
    ) -> None:
        if tables.execute(f"select 1 where ? in ({OPEN_STAYS})", (stay, basis)).fetchone():
            return
        places = [place for place, _ in events]
        arrived_here = tables.execute(_ARRIVED_HERE, (stay, stay)).fetchone()
        if arrived_here or any(header.epoch in parted for _, header in events):
            _keep(tables, places)
        else:
            _drop(tables, places)


def _keep(tables: Tables, places: Iterable[int]) -> None:
    """Without the body: the header stays for good."""
    tables.execute_many("update heard_event set muster = null, kept = 1 where place = ?", [(at,) for at in places])


def _drop(tables: Tables, places: Iterable[int]) -> None:
    tables.execute_many("delete from heard_event where place = ?", [(at,) for at in places])
