"""The rows of who is on site. A row is worded when it is looked at, for there may be thousands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import overload

from kiosk.evacuation_list.remarks import again
from kiosk.evacuation_list.since import other_day
from kiosk.ports import PersonOnSite
from kiosk.presenters.rows_aloud import place_aloud
from kiosk.presenters.second_lines import SecondLine, with_host
from kiosk.words import moments
from kiosk.words.catalogue import Words


@dataclass(frozen=True, slots=True)
class OnSiteRow:
    """One person; ``day``: on which they came, where that is not today; ``said``: what is read aloud of them."""

    stay_id: str
    name: str
    second: SecondLine
    since: str
    needs_assistance: bool
    day: str = ""
    said: tuple[str, ...] = ()


class OnSiteRows(Sequence[OnSiteRow]):
    """One row for each of some people, in their order. ``now``: as of when, in the zone of the list."""

    def __init__(self, people: Sequence[PersonOnSite], words: Words, now: datetime) -> None:
        self._people, self._words, self._now = tuple(people), words, now

    def __len__(self) -> int:
        """How many people."""
        return len(self._people)

    @overload
    def __getitem__(self, index: int) -> OnSiteRow: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[OnSiteRow]: ...

    def __getitem__(self, index: int | slice) -> OnSiteRow | Sequence[OnSiteRow]:
        """One row, or several."""
        if isinstance(index, slice):
            return OnSiteRows(self._people[index], self._words, self._now)
        entry = self._people[index]
        since = moments.clock(self._words, entry.since)
        second = second_line(entry, self._words)
        said = place_aloud(entry, self._words, self._now, here=range(len(self))[index] + 1, of=len(self))
        name, day = called(entry, self._words), other_day(entry, self._words, self._now)
        return OnSiteRow(entry.stay_id, name, second, since, entry.needs_assistance, day, said)

    def __eq__(self, other: object) -> bool:
        """Whether the same people stand in the same places, in the same language, on the same day."""
        return isinstance(other, OnSiteRows) and self._shown == other._shown

    __hash__ = None  # type: ignore[assignment]  # as of lists

    @property
    def _shown(self) -> tuple[object, ...]:
        return self._words, self._now.date(), self._people

    def names(self) -> Iterator[str]:
        """What each is called: it decides how high a row is."""
        return (called(entry, self._words) for entry in self._people)


def called(entry: PersonOnSite, words: Words) -> str:
    """What somebody is called; of some nobody can read the name."""
    return words.say("evacuation.unnamed") if entry.unnamed else entry.name


def second_line(entry: PersonOnSite, words: Words) -> SecondLine:
    """Where they are, how often they checked in, from where they come and to whom."""
    before = " · ".join(part for part in (words.whole(entry.zone), again(entry, words, words.whole)) if part)
    return SecondLine(before, entry.company, with_host(entry, words))
