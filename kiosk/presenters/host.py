"""Whom the visitor has come to see: names once enough of them is typed, and nothing else about anybody."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from kiosk.name_search import NameQuery
from kiosk.navigation import Act
from kiosk.ports import HostChoice
from kiosk.presenters.entry import TextEntry
from kiosk.presenters.key_layouts import FieldKind
from kiosk.presenters.turn import Turn
from kiosk.presenters.typing import KeyboardState, Typing
from sync.writing import is_mark

MOST_ROWS = 6


@dataclass(frozen=True, slots=True)
class HostRow:
    """A person to choose. ``match`` is where the letters typed stand in the name: begin and end."""

    id: str
    name: str
    department: str
    match: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class HostState:
    """The question, the letters so far, the people found, and a sentence when there are none."""

    title: str
    label: str
    entry: TextEntry
    rows: tuple[HostRow, ...]
    sentence: str
    without: str
    keyboard: KeyboardState


def plain(text: str) -> str:
    """Return ``text`` without case and accents, for comparing names; one character for each of ``text``."""
    return "".join((unicodedata.normalize("NFD", character)[:1] or character).casefold()[:1] for character in text)


def matched(name: str, query: str) -> tuple[int, int] | None:
    """Return where a word of ``name`` begins with ``query``, ignoring case and accents."""
    name_plain, query_plain = plain(name), plain(query.strip())
    at = name_plain.find(query_plain) if query_plain else -1
    while at >= 0:
        if at == 0 or not (name_plain[at - 1].isalnum() or is_mark(name_plain[at - 1])):
            return at, at + len(query_plain)
        at = name_plain.find(query_plain, at + 1)
    return None


class HostPresenter:
    """Looks names up in the local directory, off the drawing thread; late answers to old letters are dropped."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._typing = Typing(turn.words, turn.words.code, digits=False)
        self._typing.use(FieldKind.SEARCH, TextEntry(limit=80), "key.search")
        self._found: tuple[HostChoice, ...] = ()
        self._answered = ""

    def press(self, key: str) -> None:
        """Press a key of the keyboard; the key that goes on takes the only person found."""
        self._typing.press(key, self._take_only)
        self._search()

    def type(self, text: str) -> None:
        """Type characters, from an accent or a real keyboard."""
        self._typing.type(text)
        self._search()

    def move(self, signs: int) -> bool:
        """Move the cursor to the right (1) or to the left (-1); ``False`` where there is nothing to move it in."""
        moved = self._typing.move(signs)
        if moved:
            self._turn.changed()
        return moved

    def place(self, cursor: int) -> None:
        """Move the cursor."""
        self._typing.entry = self._typing.entry.place(cursor)
        self._turn.changed()

    def clear(self) -> None:
        """Begin the name again."""
        self._typing.use(FieldKind.SEARCH, TextEntry(limit=80), "key.search")
        self._search()

    def choose(self, host_id: str) -> None:
        """Take a person from the list and go on."""
        for host in self._found:
            if host.id == host_id:
                self._turn.given.host, self._turn.given.host_name = host, host.name
                self._turn.go(Act.NEXT)
                return

    def go_without(self) -> None:
        """Go on with the name as typed; reception will find the person. Not where a host is needed."""
        if self._turn.given.visitor_type.host_required:
            return
        self._turn.given.host, self._turn.given.host_name = None, self._typing.entry.value
        self._turn.go(Act.NEXT)

    def _take_only(self) -> None:
        """Take the only person found, unless what was typed last is still being looked up."""
        if len(self._found) == 1 and self._answered == self._typing.entry.value:
            self.choose(self._found[0].id)

    def _search(self) -> None:
        query = self._typing.entry.value
        if query != self._answered and not NameQuery(query).is_enough:
            self._found, self._answered = (), ""
        if query != self._answered:
            find = self._turn.ports.directory.find_hosts
            self._turn.work(lambda: find(query), lambda found: self._answer(query, found))
        self._turn.changed()

    def _answer(self, query: str, found: tuple[HostChoice, ...]) -> None:
        if query == self._typing.entry.value:
            self._found, self._answered = found, query
            self._turn.changed()

    def view(self) -> HostState:
        """Return what to show."""
        say, query = self._turn.say, self._typing.entry.value
        rows = tuple(HostRow(h.id, h.name, h.department, matched(h.name, query)) for h in self._found[:MOST_ROWS])
        sentence = ""
        if not NameQuery(query).is_enough:
            sentence = say("host.three_letters")
        elif not rows and query == self._answered:
            needed = self._turn.given.visitor_type.host_required
            sentence = say("host.needed") if needed else say("host.nobody")
        elif len(self._found) > MOST_ROWS:
            sentence = say("host.more")
        return HostState(
            title=say("host.title"),
            label=say("host.label"),
            entry=self._typing.entry,
            rows=rows,
            sentence=sentence,
            without="" if self._turn.given.visitor_type.host_required else say("host.without"),
            keyboard=self._typing.state(),
        )
