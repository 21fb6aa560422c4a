"""Bodies that the cloud has in a confirmed backup leave the kiosk: hold little. Own headers and commitments stay.

Full bodies go after a retention; muster bodies too, but never those of anybody who may still be on site. What was not
yet receipted as durable is never touched, so no body that must still be sent can be missing.
"""

from dataclasses import dataclass
from itertools import takewhile
from uuid import UUID

from sync.device.arrived_type import arrived_type
from sync.device.clock import DeviceClock
from sync.device.event_log import EventLog
from sync.device.event_rows import Chain
from sync.device.heard_pruning import HeardPruning
from sync.device.muster_roll import OPEN_STAYS, MusterRoll, is_spoilt_departure
from sync.device.object_store import ObjectStore
from sync.device.rows import put_row
from sync.device.schema import UNINDEXED
from sync.device.tables import Tables
from sync.protocol.events import Event
from sync.protocol.hlc import MAX_AHEAD_MS, ClockQuality, Hlc

DAY_MS = 86_400_000
PAUSE_SECONDS = 3600.0
BRIEF_SECONDS = 0.5

_OPEN = f"stay is not null and stay in ({OPEN_STAYS})"


@dataclass(frozen=True, slots=True)
class PruningLimits:
    """How long bodies stay although the cloud has them, and how many events are looked at in one transaction."""

    retention_ms: int = 14 * DAY_MS
    page_events: int = 200


class Pruning:
    """A stepper; each step is one short transaction for each epoch."""

    def __init__(
        self, *, log: EventLog, roll: MusterRoll, clock: DeviceClock, limits: PruningLimits | None = None
    ) -> None:
        self._log = log
        self._database = log.database
        self._roll = roll
        self._clock = clock
        self._limits = limits or PruningLimits()
        self._objects = ObjectStore(log.database)
        self._heard = HeardPruning(log, roll, page_events=self._limits.page_events)

    def step(self) -> float:
        """Prune a little; returns the seconds until the next look.

        Raises:
            StorageError: the disk refused; nothing is lost by that.
        """
        return BRIEF_SECONDS if self.prune() else PAUSE_SECONDS

    def prune(self) -> int:
        """Prune one page of each epoch; returns how many events were looked at.

        By a clock that nobody believes nothing grows old: one that jumped ten years ahead would empty the kiosk.

        Raises:
            StorageError: the disk refused; what was not pruned stays.
        """
        if self._clock.quality() is ClockQuality.UNSYNCED:
            return 0
        self._objects.expire(now_ms=self._clock.wall_ms(), retention_ms=self._limits.retention_ms)
        self._roll.advance()
        cut = str(Hlc(max(self._clock.wall_ms() - self._limits.retention_ms, 0), 0))
        ahead = str(Hlc(self._clock.wall_ms() + MAX_AHEAD_MS, 0))
        own = sum(self._prune_chain(chain, cut, ahead) for chain in self._log.chains())
        return own + self._heard.prune(cut)

    def erase(self, stay: UUID) -> int:
        """Erase all bodies and photos of a stay, sent or not; returns how many events it had.

        A batch that waits with one of them is packed anew, so that ``-`` goes up in the body's place.

        Raises:
            StorageError: the disk refused; nothing was erased.
        """
        chains = self._log.chains()
        with self._database.transaction() as tables:
            rows = tables.execute(
                "select place from event_index where stay = ? union all "  # noqa: S608 -- constant
                f"select place from event where {UNINDEXED} and stay = ?",
                (stay.bytes, stay.bytes),
            ).fetchall()
            self._objects.erase(tables, stay)
            for (place,) in rows:
                tables.execute("update event set muster = null, full = null where place = ?", (place,))
                for chain in chains:
                    if chain.base < place <= chain.top:
                        seq = place - chain.base
                        tables.execute(
                            "delete from batch where epoch = ? and first <= ? and last >= ?", (chain.epoch, seq, seq)
                        )
            tables.execute("delete from kept_type where stay = ?", (stay.bytes,))
            tables.execute("update heard_event set muster = null where stay = ?", (stay.bytes,))
        return len(rows)

    def _prune_chain(self, chain: Chain, cut: str, ahead: str) -> int:
        """``ahead``: what says to be later than now was recorded by a clock that has been put right since; it keeps
        nothing that came after it.
        """
        old = list(takewhile(lambda event: not cut <= event.header.hlc <= ahead, self._page(chain)))
        end = chain.base + (old[-1].header.seq if old else 0)
        spoilt = {chain.base + event.header.seq for event in old if is_spoilt_departure(event)}
        basis = self._roll.basis()
        with self._database.transaction() as tables:
            ((durable,),) = tables.execute(
                "select coalesce(max(durable), 0) from receipt where epoch = ?", (chain.epoch,)
            ).fetchall()
            self._let_go(tables, chain.base, chain.base + durable, basis)
            start, last = chain.base + self._pruned(chain), min(end, chain.base + durable)
            if last <= start:
                return 0
            tables.execute(
                "insert or ignore into kept_muster (place) select place from event "  # noqa: S608 -- constant
                f"where place > ? and place <= ? and muster is not null and {_OPEN}",
                (start, last, basis),
            )
            self._keep_types(tables, chain, old)
            places = [(place,) for place in range(start + 1, last + 1) if place not in spoilt]
            tables.execute_many("update event set full = null where place = ?", places)
            tables.execute_many(
                "update event set muster = null where place = ? and place not in (select place from kept_muster)",
                places,
            )
            put_row(tables, "pruned", {"epoch": chain.epoch, "seq": last - chain.base}, key="epoch")
        return int(last - start)

    def _keep_types(self, tables: Tables, chain: Chain, old: list[Event]) -> None:
        """What tells how long people may stay who are still here."""
        tables.execute_many(
            "insert or ignore into kept_type (stay, type) select stay, ? from event "
            "where place = ? and place in (select place from kept_muster)",
            [(type_, chain.base + event.header.seq) for event in old if (type_ := arrived_type(event))],
        )

    def _let_go(self, tables: Tables, base: int, durable: int, basis: str) -> None:
        """Drop the muster bodies that were kept for people who have left since."""
        gone = (
            "select kept_muster.place from kept_muster cross join event on event.place = kept_muster.place "  # noqa: S608 -- constant
            f"where kept_muster.place > ? and kept_muster.place <= ? and not ({_OPEN})"
        )
        places = tables.execute(gone, (base, durable, basis)).fetchall()
        tables.execute_many("delete from kept_type where stay in (select stay from event where place = ?)", places)
        tables.execute_many("update event set muster = null where place = ?", places)
        tables.execute_many("delete from kept_muster where place = ?", places)

    def _page(self, chain: Chain) -> list[Event]:
        """The events to look at next."""
        return self._log.in_chain(chain, self._pruned(chain), limit=self._limits.page_events)

    def _pruned(self, chain: Chain) -> int:
        rows = self._database.read("select seq from pruned where epoch = ?", (chain.epoch,))
        return rows[0]["seq"] if rows else 0
