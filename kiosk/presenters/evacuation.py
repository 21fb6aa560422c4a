"""Who is on site, for staff in an alarm: who needs assistance first, then by zone, and how far to believe it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk.evacuation_list.list_print_words import list_print_words
from kiosk.evacuation_list.muster_belief import belief, doubt
from kiosk.navigation import Act
from kiosk.ports import Freshness, ListPrint, ListPrintState
from kiosk.presenters.evacuation_rows import ALL, Mustered, MusterRows, muster, zone_name
from kiosk.presenters.reprint import ReprintPresenter
from kiosk.presenters.sheets import SheetState
from kiosk.presenters.staff_room import ROOM
from kiosk.presenters.turn import Turn

REFRESH_SECONDS = 5.0
WATCH_SECONDS = 0.5
_AT_WORK = (ListPrintState.PREPARING, ListPrintState.PRINTING, ListPrintState.HELD)


@dataclass(frozen=True, slots=True)
class ZoneTab:
    """One zone to look at alone; the first tab is everybody."""

    id: str | None
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class EvacuationState:
    """The list. ``loading`` until it was read once; ``banner`` is the strong part, then ``banner_more``; ``brief``:
    both in a few words, for a small panel, as ``print_short`` is ``print``; ``unfolded``: whether there the whole is
    asked for; ``reprints``: whether badges can be printed again.
    """

    title: str
    place: str
    count: str
    count_words: str
    freshness: Freshness
    banner: str
    banner_more: str
    tabs: tuple[ZoneTab, ...]
    rows: MusterRows
    empty: str
    pdf: str
    print: str
    note: str
    done: str
    loading: bool
    reprints: bool = False
    brief: str = ""
    print_short: str = ""
    unfolded: bool = False


class EvacuationPresenter:
    """Reads the list again every few seconds, off the drawing thread; keeps the last one while it reads."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self.badge = ReprintPresenter(turn)
        self._list: Mustered | None = None
        self._zone: str | None = ALL
        self._is_shown = False
        self._reading = False
        self._writing = False
        self._note = ""
        self._unfolded = False
        self._paper = ListPrint()
        self._shown: tuple[Mustered | None, tuple[str | None, str, bool], EvacuationState] | None = None
        self._stops: tuple[Callable[[], None], ...] = ()

    def shown(self) -> None:
        """Read the list and keep it fresh; say what is at work since it was shown before."""
        self._is_shown = True
        self._read()
        self._note = self._turn.say("evacuation.pdf_writing") if self._writing else ""
        self._paper = self._turn.ports.list_paper.progress()
        if self._paper.state in _AT_WORK:
            self._note = list_print_words(self._paper, self._turn.words)
        self._stops = (self._turn.every(REFRESH_SECONDS, self._read), self._turn.every(WATCH_SECONDS, self._watch))

    def hidden(self) -> None:
        """Let go of the list, of the zone and of what was said; what is being printed or written goes on."""
        for stop in self._stops:
            stop()
        self.badge.close()
        self._list = self._shown = None
        self._is_shown = self._unfolded = False
        self._zone, self._note = ALL, ""

    def _read(self) -> bool:
        if not self._reading:
            self._reading = True
            self._turn.work(lambda: muster(self._turn.ports.evacuation.on_site()), self._answer)
        return True

    def _answer(self, mustered: Mustered) -> None:
        self._reading = False
        if not self._is_shown:
            return
        self._list = mustered
        if self._zone is not ALL and self._zone not in mustered.counts:
            self._zone = ALL
        self._turn.changed()

    def zone(self, zone: str | None) -> None:
        """Show one zone, or everybody."""
        self._zone = zone
        self._turn.changed()

    def fold(self) -> None:
        """Where the head is folded, show all of it, or the people alone again."""
        self._unfolded = not self._unfolded
        self._turn.changed()

    def save_pdf(self) -> None:
        """Write the list as PDF."""
        if not self._writing:
            self._writing = True
            self._note = self._turn.say("evacuation.pdf_writing")
            self._turn.work(self._turn.ports.evacuation.write_pdf, self._written)
            self._turn.changed()

    def _written(self, path: Path | None) -> None:
        self._writing = False
        if not self._is_shown:
            return
        say = self._turn.say
        self._note = say("evacuation.pdf_failed") if path is None else say("evacuation.pdf_saved", file=path.name)
        self._turn.changed()

    def print_list(self) -> None:
        """Print the list that is shown on badge paper; it goes on when the screen is left."""
        if self._list is None:
            return
        self._turn.ports.list_paper.begin(self._list.people)
        self._paper = self._turn.ports.list_paper.progress()
        self._note = list_print_words(self._paper, self._turn.words)
        self._turn.changed()

    def _watch(self) -> bool:
        now = self._turn.ports.list_paper.progress()
        if now != self._paper:
            self._paper, self._note = now, list_print_words(now, self._turn.words)
            self._turn.changed()
        return True

    def done(self) -> None:
        """Close the list."""
        staff = self._turn.given.staff
        self._turn.go(Act.STAFF if staff is not None and staff.scopes & ROOM else Act.BACK)

    def sheet(self) -> SheetState | None:
        """Return the sheet of a badge, None while there is none."""
        return self.badge.sheet()

    def close_sheet(self) -> None:
        """Let go of the person."""
        self.badge.close()

    def choose(self, choice: str) -> None:
        """Take a choice of the sheet that is up."""
        self.badge.choose(choice)

    def view(self) -> EvacuationState:
        """Return what to show; made once for each list read, because there may be thousands of rows."""
        made, chosen = self._shown, (self._zone, self._note, self._unfolded)
        if made is None or made[0] is not self._list or made[1] != chosen:
            made = self._shown = (self._list, chosen, self._state())
        return made[2]

    def _state(self) -> EvacuationState:
        say, words = self._turn.say, self._turn.words
        people = self._list.people if self._list else None
        shown = people.entries if people else ()
        banner, more = belief(people, words, words.whole) if people else ("", "")
        place = self._turn.ports.directory.organisation().site
        if people:
            place = say("evacuation.place", site=people.site, time=self._turn.clock(people.as_of))
        return EvacuationState(
            title=say("evacuation.title"),
            place=place,
            count=str(len(shown)) if people else "",
            count_words=words.count("evacuation.count", len(shown)),
            freshness=people.freshness if people else Freshness.UNKNOWN,
            banner=banner,
            banner_more=more,
            tabs=self._tabs(self._list) if self._list else (),
            rows=self._rows(),
            empty=say("evacuation.nobody") if people and not shown and not people.damaged else "",
            pdf=say("evacuation.pdf"),
            print=say("list.print"),
            note=self._note,
            done=say("evacuation.done"),
            loading=people is None,
            reprints=self.badge.allowed,
            brief=doubt(people, words) if people else "",
            print_short=say("list.print_short"),
            unfolded=self._unfolded,
        )

    def _rows(self) -> MusterRows:
        if self._list is None:
            return MusterRows((), self._turn.words, self._turn.ports.clock.now())
        return MusterRows(self._list.groups_of(self._zone), self._turn.words, self._list.people.as_of)

    def _tabs(self, mustered: Mustered) -> tuple[ZoneTab, ...]:
        counts = mustered.counts
        if len(counts) < 2:  # noqa: PLR2004 - with one zone there is nothing to choose
            return ()
        words = self._turn.words
        everybody = ZoneTab(ALL, f"{words.say('evacuation.all')} {mustered.people.count}", self._zone is ALL)
        zones = (ZoneTab(z, f"{words.whole(zone_name(z, words))} {counts[z]}", z == self._zone) for z in sorted(counts))
        return (everybody, *zones)
