"""Who is on site, for the desk: found by name, signed out by hand, with a badge again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kiosk.evacuation_list.since import here_since
from kiosk.ports import Departed, Departure, DepartureProblem, EvacuationList, PersonOnSite
from kiosk.presenters.entry import TextEntry
from kiosk.presenters.host import matched
from kiosk.presenters.key_layouts import FieldKind
from kiosk.presenters.on_site_rows import OnSiteRows, called, second_line
from kiosk.presenters.reprint import ReprintPresenter
from kiosk.presenters.rows_aloud import person_aloud
from kiosk.presenters.sheets import Sheet, SheetChoice, SheetState, Weight
from kiosk.presenters.staff_room import DEPARTURE
from kiosk.presenters.turn import Turn
from kiosk.presenters.typing import KeyboardState, Typing

REFRESH_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class OnSiteState:
    """The whole screen; ``loading`` until the list was read once; ``searching`` once the field was touched, until the
    key that goes on. The first ``apart`` rows are of people who have
    probably left: they stand under ``apart_title``, the others under ``others_title``.
    """

    title: str
    lead: str
    label: str
    entry: TextEntry
    rows: OnSiteRows
    sentence: str
    keyboard: KeyboardState
    loading: bool
    apart: int = 0
    apart_title: str = ""
    others_title: str = ""
    searching: bool = False


class OnSitePresenter:
    """Reads the list again every few seconds, off the drawing thread."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self.badge = ReprintPresenter(turn)
        self._typing = Typing(turn.words, turn.words.code, digits=False)
        self._typing.use(FieldKind.SEARCH, TextEntry(limit=80), "key.search")
        self._list: EvacuationList | None = None
        self._sought: tuple[tuple[PersonOnSite, ...], str, list[PersonOnSite]] = ((), "", [])
        self._reading = False
        self._is_shown = False
        self._searching = False
        self._chosen: PersonOnSite | None = None
        self._sure = False
        self._asking = False
        self._answer = ""
        self._stop: Callable[[], None] = lambda: None

    def shown(self) -> None:
        """Read the list and keep it fresh."""
        self._is_shown = True
        self._read()
        self._stop = self._turn.every(REFRESH_SECONDS, self._read)

    def hidden(self) -> None:
        """Let go of the list and of the person."""
        self._stop()
        self.close_sheet()
        self._is_shown, self._searching, self._list = False, False, None
        self._sought = ((), "", [])

    def _read(self) -> bool:
        if not self._reading:
            self._reading = True
            self._turn.work(self._turn.ports.evacuation.on_site, self._heard)
        return True

    def _heard(self, people: EvacuationList) -> None:
        self._reading = False
        if self._is_shown:
            self._list = people
        self._turn.changed()

    def press(self, key: str) -> None:
        """Press a key of the keyboard; the key that goes on opens the only person found."""
        self._typing.press(key, self._open_only)
        self._turn.changed()

    def type(self, text: str) -> None:
        """Type characters, from an accent or a real keyboard."""
        self._typing.type(text)
        self._turn.changed()

    def move(self, signs: int) -> bool:
        """Move the cursor to the right (1) or to the left (-1); ``False`` where there is nothing to move it in."""
        moved = self._typing.move(signs)
        if moved:
            self._turn.changed()
        return moved

    def place(self, cursor: int) -> None:
        """Move the cursor."""
        self._searching = True
        self._typing.entry = self._typing.entry.place(cursor)
        self._turn.changed()

    def _open_only(self) -> None:
        self._searching = False
        found = self._found()
        if len(found) == 1:
            self.open(found[0].stay_id)

    def open(self, stay_id: str) -> None:
        """Let a person's sheet rise."""
        self.close_sheet()
        self._chosen = next((entry for entry in self._people() if entry.stay_id == stay_id), None)
        self._turn.changed()

    def close_sheet(self) -> None:
        """Let go of the person."""
        self.badge.close()
        self._chosen, self._answer, self._sure = None, "", False

    def choose(self, choice: str) -> None:
        """Take a choice of the sheet that is up."""
        person = self._chosen
        if choice.startswith("reprint."):
            self.badge.choose(choice)
        elif person is None or self._asking or self._answer:
            return
        elif choice == "depart" or (choice == "left" and person.presumed_left and person.again):
            self._sure = True
        elif choice in ("left", "here") and person.presumed_left:
            self._close(person, left=choice == "left")
        elif choice in ("depart.sure", "depart.latest") and self._sure:
            self._close(person, left=True, latest=choice == "depart.latest")
        elif choice == "badge":
            self.badge.open(person.stay_id, self._name(person))
        self._turn.changed()

    def _close(self, person: PersonOnSite, *, left: bool, latest: bool = False) -> None:
        """Record that a person left, or that somebody who has probably left is here; of them one tap is enough.

        ``latest``: of several open stays that one alone, and the person stays on the list.
        """
        staff = self._turn.given.staff
        if staff is None or DEPARTURE not in staff.scopes:
            return
        self._asking = True
        by, departure = staff.by, self._turn.ports.departure
        stays = (person.stay_id, *(() if latest else person.again))

        def record() -> str:
            done = [_departs(departure, stay, by) if left else departure.still_here(stay, by=by) for stay in stays]
            if not all(done):
                return "on_site.not_left"
            return ("on_site.one_closed" if latest else "on_site.left") if left else "on_site.stays"

        self._turn.work(record, lambda answer: self._closed(person.stay_id, answer))

    def _closed(self, stay_id: str, answer: str) -> None:
        """Say it to whoever still looks at this person: another's sheet may have risen meanwhile."""
        self._asking = False
        if self._chosen is not None and self._chosen.stay_id == stay_id:
            self._answer = answer
        self._read()
        self._turn.changed()

    def sheet(self) -> SheetState | None:
        """Return the sheet, None while there is none."""
        person = self._chosen
        if person is None:
            return None
        reprint = self.badge.sheet()
        if reprint is not None:
            return reprint
        say = self._turn.say
        close = SheetChoice("close", say("reprint.close"), Weight.PRIMARY)
        if self._answer:
            return self._sheet(person, say(self._answer), (close,))
        if self._sure:
            return self._sure_sheet(person)
        means = (say("on_site.presumed_means"),) if person.presumed_left else ()
        told = " · ".join((self._told(person), *means))
        aloud = ". ".join((*person_aloud(person, self._turn.words, self._now), *means))
        return self._sheet(person, told, (*self._offers(person), close), aloud)

    def _sheet(
        self, person: PersonOnSite, sentence: str, choices: tuple[SheetChoice, ...], aloud: str | None = None
    ) -> SheetState:
        """A sheet of this person; read aloud without who it is."""
        return SheetState(
            Sheet.PERSON, self._name(person), sentence, choices, aloud=sentence if aloud is None else aloud
        )

    def _sure_sheet(self, person: PersonOnSite) -> SheetState:
        """Ask before somebody comes off the list; of several check-ins (ADR 107) also which are over.

        What keeps them on it stands where the finger was: a second tap that was not meant signs nobody out.
        """
        say = self._turn.say
        keep = SheetChoice("close", say("on_site.keep"), Weight.SECONDARY)
        if not person.again:
            sure = SheetChoice("depart.sure", say("on_site.depart"), Weight.PRIMARY)
            return self._sheet(person, say("on_site.depart_means"), (keep, sure))
        ways = (
            SheetChoice("depart.sure", say("on_site.depart_all"), Weight.PRIMARY),
            SheetChoice("depart.latest", say("on_site.depart_latest"), Weight.SECONDARY),
        )
        return self._sheet(person, say("on_site.again_means"), (keep, *ways))

    def _offers(self, person: PersonOnSite) -> tuple[SheetChoice, ...]:
        staff, say = self._turn.given.staff, self._turn.say
        scopes = frozenset() if staff is None else staff.scopes
        ways = {"depart": "on_site.depart"}
        if person.presumed_left:
            ways = {"left": "on_site.really_left", "here": "on_site.still_here"}
        closing = tuple(SheetChoice(way, say(key), Weight.SECONDARY) for way, key in ways.items())
        badge = SheetChoice("badge", say("on_site.badge"), Weight.SECONDARY)
        return (
            *(closing if DEPARTURE in scopes else ()),
            *((badge,) if self.badge.allowed and not person.unnamed else ()),
        )

    def _people(self) -> tuple[PersonOnSite, ...]:
        return self._list.entries if self._list else ()

    @property
    def _now(self) -> datetime:
        return self._list.as_of if self._list else self._turn.ports.clock.now()

    def _found(self) -> list[PersonOnSite]:
        """Whom the query leaves, in order; worked out once for each list and query."""
        people, query = self._people(), self._typing.entry.value
        if self._sought[0] is not people or self._sought[1] != query:
            found = [
                entry
                for entry in people
                if not query or matched(self._name(entry), query) or matched(entry.company, query)
            ]
            found.sort(key=lambda entry: (not entry.presumed_left, self._name(entry).casefold()))
            self._sought = (people, query, found)
        return self._sought[2]

    def _name(self, entry: PersonOnSite) -> str:
        return called(entry, self._turn.words)

    def _told(self, entry: PersonOnSite) -> str:
        since = here_since(entry, self._turn.words, self._now)
        return " · ".join(part for part in (since, str(second_line(entry, self._turn.words))) if part)

    def view(self) -> OnSiteState:
        """Return what to show."""
        say, found = self._turn.say, self._found()
        sentence = ""
        if self._list is not None and not found:
            sentence = say("on_site.nobody_found" if self._list.entries else "evacuation.nobody")
        return OnSiteState(
            title=say("staff.on_site"),
            lead=self._turn.words.count("evacuation.people", len(self._people())) if self._list else "",
            label=say("on_site.label"),
            entry=self._typing.entry,
            rows=OnSiteRows(found, self._turn.words, self._now),
            sentence=sentence,
            keyboard=self._typing.state(),
            loading=self._list is None,
            apart=sum(entry.presumed_left for entry in found),
            apart_title=say("evacuation.presumed"),
            others_title=say("staff.on_site"),
            searching=self._searching,
        )


def _departs(departure: Departure, stay: str, by: str) -> bool:
    """Record that somebody left; whoever has left already has."""
    told = departure.by_staff(stay, by=by)
    return isinstance(told, Departed) or told.reason is DepartureProblem.NOT_ON_SITE
