"""The rows of who is on site. A row is worded when it is looked at, for there may be thousands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from kiosk.evacuation_list.remarks import again
from kiosk.ports import PersonOnSite
from kiosk.presenters.rows_aloud import place_aloud
from kiosk.presenters.second_lines import SecondLine, with_host
from kiosk.words import moments
from kiosk.words.catalogue import Words


@dataclass(frozen=True, slots=True)
class OnSiteRow:
    """One person; ``said``: what is read aloud of them."""

    stay_id: str
    name: str
    second: SecondLine
    since: str
    needs_assistance: bool
    said: tuple[str, ...] = ()


class OnSiteRows(Sequence[OnSiteRow]):
    """One row for each of some people, in their order."""

    def __init__(self, people: Sequence[PersonOnSite], words: Words) -> None:
        self._people, self._words = tuple(people), words

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
            return OnSiteRows(self._people[index], self._words)
        entry = self._people[index]
        since = moments.clock(self._words, entry.since)
        second = second_line(entry, self._words)
        said = place_aloud(entry, self._words, here=range(len(self))[index] + 1, of=len(self))
        return OnSiteRow(entry.stay_id, called(entry, self._words), second, since, entry.needs_assistance, said)

    def __eq__(self, other: object) -> bool:
        """Whether the same people stand in the same places, in the same language."""
        return isinstance(other, OnSiteRows) and (self._words, self._people) == (other._words, other._people)

    __hash__ = None  # type: ignore[assignment]  # as of lists

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
