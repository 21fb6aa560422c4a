"""What brings you here: the organisation's own list."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.navigation import Act
from kiosk.presenters.turn import Turn


@dataclass(frozen=True, slots=True)
class TypeCard:
    """One kind of visitor on a card."""

    id: str
    label: str
    hint: str
    icon: str


@dataclass(frozen=True, slots=True)
class TypeState:
    """The question and the cards."""

    title: str
    lead: str
    cards: tuple[TypeCard, ...]
    by_code: str


class TypePresenter:
    """Keeps which kind of visitor this is."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    def choose(self, type_id: str) -> None:
        """Take this type and go on; an id that is not offered changes nothing."""
        for offered in self._turn.types:
            if offered.id == type_id:
                given = self._turn.given
                given.visitor_type, given.wants_invitation = offered, offered.invited_only and given.invited is None
                self._turn.go(Act.INVITED if given.wants_invitation else Act.NEXT)
                return

    def by_code(self) -> None:
        """Show an invitation instead."""
        self._turn.given.wants_invitation = False
        self._turn.go(Act.INVITED)

    def view(self) -> TypeState:
        """Return what to show."""
        turn, language = self._turn, self._turn.words.code
        own = turn.words.paragraph
        cards = tuple(TypeCard(t.id, own(t.label(language)), own(t.hint(language)), t.icon) for t in turn.types)
        known = turn.given.invited is None and turn.ports.invitations.any_known()
        by_code = turn.say("type.by_code") if known else ""
        return TypeState(turn.say("type.title"), turn.say("type.lead"), cards, by_code)
