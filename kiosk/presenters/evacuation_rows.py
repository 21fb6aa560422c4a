"""The rows of the evacuation list: headings and people. A row is worded when looked at, for there may be thousands.

rows = MusterRows(mustered.groups_of(zone), turn.words, mustered.people.as_of)
rows[0]                     # the heading of those who need assistance, or of the first zone
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Final, NamedTuple, overload

from kiosk.evacuation_list.muster_order import MusterGroup, in_zone, muster_groups
from kiosk.evacuation_list.remarks import remarks
from kiosk.evacuation_list.since import other_day, unnamed_since
from kiosk.ports import EvacuationList, PersonOnSite
from kiosk.presenters.rows_aloud import place_aloud
from kiosk.presenters.second_lines import SecondLine, with_host
from kiosk.words import moments
from kiosk.words.catalogue import Words

ALL: Final = None
"""The zone of everybody; people of no zone are in the one without a name."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person to look for; ``day``: on which they came, where that is not today; ``remark``: that they have probably
    left or checked in twice, of whom that holds; ``said``: what is read aloud of the row; ``unnamed``: there is nothing
    that a badge could say.
    """

    stay_id: str
    name: str
    second: SecondLine
    since: str
    needs_assistance: bool
    day: str = ""
    remark: str = ""
    said: tuple[str, ...] = ()
    unnamed: bool = False


class PersonOutline(NamedTuple):
    """Of a person what decides how high their row is; one is made for each of thousands."""

    name: str
    remark: str
    day: str


@dataclass(frozen=True, slots=True)
class ZoneHead:
    """The heading of a group."""

    name: str
    count: str
    assistance: bool = False


@dataclass(frozen=True, slots=True)
class Mustered:
    """A list that was read, in the order in which people are looked for. ``counts``: people by zone; ``several``: those
    who are looked for in more than one.
    """

    people: EvacuationList
    groups: tuple[MusterGroup, ...]
    counts: Mapping[str, int]
    several: tuple[PersonOnSite, ...]

    def groups_of(self, zone: str | None) -> tuple[MusterGroup, ...]:
        """The groups of everybody, or of one zone."""
        if zone is ALL:
            return self.groups
        if any(zone in entry.other_zones for entry in self.several):
            return muster_groups(in_zone(self.people.entries, zone))
        found = []
        for group in self.groups:
            if group.assistance:
                people = tuple(entry for entry in group.people if entry.zone == zone)
                if people:
                    found.append(MusterGroup("", people, assistance=True))
            elif group.zone == zone:
                found.append(group)
        return tuple(found)


def muster(people: EvacuationList) -> Mustered:
    """Put a list in order; work for another thread than the one that draws."""
    counts = Counter(entry.zone for entry in people.entries)
    several = tuple(entry for entry in people.entries if entry.other_zones)
    counts.update(zone for entry in several for zone in entry.other_zones)
    return Mustered(people, muster_groups(people.entries), counts, several)


class MusterRows(Sequence[ZoneHead | PersonRow]):
    """The rows of some groups: for each its heading, then its people. ``now``: as of when, in the zone of the list."""

    def __init__(self, groups: tuple[MusterGroup, ...], words: Words, now: datetime) -> None:
        self._groups = groups
        self._words = words
        self._now = now
        self._starts = [0, *accumulate(1 + len(group.people) for group in groups)]

    def __len__(self) -> int:
        """Headings and people."""
        return self._starts[-1]

    @overload
    def __getitem__(self, index: int) -> ZoneHead | PersonRow: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[ZoneHead | PersonRow]: ...

    def __getitem__(self, index: int | slice) -> ZoneHead | PersonRow | Sequence[ZoneHead | PersonRow]:
        """One row, or several."""
        if isinstance(index, slice):
            return tuple(self[each] for each in range(*index.indices(len(self))))
        place = index + len(self) if index < 0 else index
        if not 0 <= place < len(self):
            raise IndexError(index)
        number = bisect_right(self._starts, place) - 1
        group, inside = self._groups[number], place - self._starts[number]
        return (
            self._row(group.people[inside - 1], place - number, zone=group.assistance) if inside else self._head(group)
        )

    def __eq__(self, other: object) -> bool:
        """Whether the same people stand in the same places, in the same language, on the same day."""
        if not isinstance(other, MusterRows):
            return NotImplemented
        same = self._words is other._words and self._now.date() == other._now.date()
        return same and (self._groups is other._groups or self._groups == other._groups)

    __hash__ = None  # type: ignore[assignment]  # as of lists

    def outlines(self) -> Iterator[ZoneHead | PersonOutline]:
        """Of each row what decides how high it is."""
        unnamed = self._words.say("evacuation.unnamed")
        for group in self._groups:
            yield self._head(group)
            for entry in group.people:
                remark = self._remark(entry) if entry.presumed_left or entry.again else ""
                yield PersonOutline(unnamed if entry.unnamed else entry.name, remark, self._day(entry))

    def _head(self, group: MusterGroup) -> ZoneHead:
        title = self._words.say("evacuation.assistance") if group.assistance else zone_name(group.zone, self._words)
        return ZoneHead(title, self._words.count("evacuation.people", len(group.people)), group.assistance)

    def _row(self, entry: PersonOnSite, here: int, *, zone: bool) -> PersonRow:
        say = self._words.say
        since = moments.clock(self._words, entry.since)
        if entry.unnamed:
            name, second = say("evacuation.unnamed"), SecondLine(unnamed_since(entry, self._words, self._now))
        else:
            where = zone_name(entry.zone, self._words) if zone else ""
            name, second = entry.name, SecondLine(where, entry.company, with_host(entry, self._words))
        said = place_aloud(entry, self._words, self._now, here=here, of=len(self) - len(self._groups))
        remark, day = self._remark(entry), self._day(entry)
        return PersonRow(entry.stay_id, name, second, since, entry.needs_assistance, day, remark, said, entry.unnamed)

    def _day(self, entry: PersonOnSite) -> str:
        return other_day(entry, self._words, self._now)

    def _remark(self, entry: PersonOnSite) -> str:
        return " · ".join(remarks(entry, self._words, self._words.whole))


def zone_name(zone: str, words: Words) -> str:
    """Return what a zone is called; people may be in none."""
    return zone or words.say("evacuation.no_zone")
