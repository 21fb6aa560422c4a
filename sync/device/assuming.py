"""A departure is assumed of whoever arrived here and is on the list for longer than their type allows (ADR 100).

It takes nobody off the list; it says that they have probably left. The kiosk that recorded the arrival records it, when
nobody waits, by a clock that is believed, and once: a person closes it, or says that they are still here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sync.device.arrived_type import arrived_type
from sync.device.clock import DeviceClock
from sync.device.event_log import EventLog
from sync.device.event_rows import read_event
from sync.device.feed_store import FeedStore
from sync.device.muster_roll import MusterRoll
from sync.device.schema import UNINDEXED
from sync.protocol.chain import Act
from sync.protocol.events import Header
from sync.protocol.feed import PageKind, VisitorTypes
from sync.protocol.hlc import ClockQuality, Hlc
from sync.protocol.kinds import AssumedFull, Kind

PAUSE_SECONDS = 60.0
BRIEF_SECONDS = 0.5
_HOUR_MS = 3_600_000
_MOST_AT_ONCE = 8
_MOST_READ = 500
_ASSUMED = AssumedFull(method="automatic")
_KINDS = f"'{Kind.VISITOR_ARRIVED.value}', '{Kind.DEPARTURE_ASSUMED.value}'"
_OWN = (
    "select header, muster, full from event where place in ("  # noqa: S608 -- constant
    f"select place from event_index where stay = ? and kind in ({_KINDS}) union all "
    f"select place from event where {UNINDEXED} and stay = ? and kind in ({_KINDS})) order by place"
)


@dataclass(frozen=True, slots=True)
class _Since:
    """What the time of somebody on site is counted from: their arrival here or, where a departure was assumed of them
    before, that. Milliseconds: ``mono`` since the machine started, ``None`` of an earlier start; ``wall`` since 1970,
    ``None`` where nothing vouched for it.
    """

    type: str
    mono: int | None
    wall: int | None


class Assuming:
    """A stepper. ``recorded`` is called after each record, to wake the uploader."""

    def __init__(
        self,
        *,
        log: EventLog,
        roll: MusterRoll,
        feed: FeedStore,
        clock: DeviceClock,
        recorded: Callable[[], None] = lambda: None,
    ) -> None:
        self._log = log
        self._roll = roll
        self._feed = feed
        self._clock = clock
        self._recorded = recorded
        self._known: dict[bytes, _Since | None] = {}

    def step(self) -> float:
        """Assume what is due, a few people at a time; returns the seconds until the next look.

        Raises:
            StorageError: the disk refused; what is due is recorded by a later step.
        """
        hours = self._longest_hours()
        if not hours or self._clock.quality() is ClockQuality.UNSYNCED:
            return PAUSE_SECONDS
        more = self._learn()
        due = [stay for stay, since in self._known.items() if since is not None and self._is_over(since, hours)]
        now = due[:_MOST_AT_ONCE]
        for stay in now:
            self._known[stay] = self._read(stay)  # it may be erased by now
        self._assume([stay for stay in now if (since := self._known[stay]) is not None and self._is_over(since, hours)])
        return BRIEF_SECONDS if more or len(due) > _MOST_AT_ONCE else PAUSE_SECONDS

    def _longest_hours(self) -> Mapping[str, int]:
        """By type, of those that have a limit. Of a type that is not published any more nothing is assumed."""
        page = self._feed.content(PageKind.VISITOR_TYPES, VisitorTypes)
        kinds = () if page is None else page.types
        return {kind.id: kind.rules.longest_hours for kind in kinds if kind.rules.longest_hours > 0}

    def _learn(self) -> bool:
        """Take in who came, and forget who left; whether there are more to read."""
        self._roll.advance()
        present = {bytes(row["stay"]) for row in self._log.database.read("select stay from present_stay")}
        self._known = {stay: since for stay, since in self._known.items() if stay in present}
        fresh = [stay for stay in present if stay not in self._known]
        for stay in fresh[:_MOST_READ]:
            self._known[stay] = self._read(stay)
        return len(fresh) > _MOST_READ

    def _read(self, stay: bytes) -> _Since | None:
        """``None`` of a stay that another kiosk recorded, or of somebody of whom nothing is kept."""
        events = [read_event(row) for row in self._log.database.read(_OWN, (stay, stay))]
        kept = self._log.database.read("select type from kept_type where stay = ?", (stay,))
        type_ = kept[0]["type"] if kept else next(filter(None, map(arrived_type, events)), "")
        return self._since(events[-1].header, type_) if events and type_ else None

    def _since(self, header: Header, type_: str) -> _Since:
        here, dated = header.boot == self._clock.boot, header.clock is not ClockQuality.UNSYNCED
        return _Since(type_, header.mono if here else None, Hlc.parse(header.hlc).wall_ms if dated else None)

    def _is_over(self, since: _Since, hours: Mapping[str, int]) -> bool:
        longest = hours.get(since.type, 0)
        return longest > 0 and self._elapsed_ms(since) >= longest * _HOUR_MS

    def _elapsed_ms(self, since: _Since) -> int:
        """How long ago that was at least. Within one run of the machine by the clock that never jumps; else by the time
        of day, where something vouched for it then, too; else it was before this run began.
        """
        if since.mono is not None:
            return self._clock.mono_ms() - since.mono
        return self._clock.mono_ms() if since.wall is None else self._clock.wall_ms() - since.wall

    def _assume(self, due: list[bytes]) -> None:
        with self._log.database.lock:  # whoever leaves meanwhile does so before or after this, not in between
            stays = [stay for stay in due if self._is_unquestioned(stay)]
            events = self._log.append([Act(Kind.DEPARTURE_ASSUMED, UUID(bytes=stay), full=_ASSUMED) for stay in stays])
        for stay, event in zip(stays, events, strict=True):
            since = self._known[stay]
            self._known[stay] = None if since is None else self._since(event.header, since.type)
        if events:
            self._recorded()

    def _is_unquestioned(self, stay: bytes) -> bool:
        """On the list, and no departure assumed that a person has yet to close."""
        found = self._roll.find(UUID(bytes=stay))
        return found is not None and found.present and found.verified
