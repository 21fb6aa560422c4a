"""The first screen: two choices, the languages there are, and how the kiosk is."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.navigation import Act
from kiosk.ports import PrinterState
from kiosk.presenters.spoken import spoken
from kiosk.presenters.turn import Turn

DAWN, NOON, EVENING, NIGHT = 5, 12, 18, 22
"""The hours at which another greeting begins; at night nobody's morning or evening is guessed."""


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """One language by its own name."""

    code: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class WelcomeState:
    """What the welcome screen says. ``in_order`` tells whether ``status`` reports nothing unusual;
    ``hour`` of the day, 0 to 23.
    """

    organisation: str
    site: str
    logo: bytes | None
    greeting: str
    clock: str
    visit: str
    visit_hint: str
    leave: str
    staff: str
    display: str
    languages: tuple[LanguageChoice, ...]
    status: str
    in_order: bool
    hour: int


def part_of_day(hour: int) -> str:
    """Which greeting fits an hour of 0 to 23."""
    if not DAWN <= hour < NIGHT:
        return "night"
    return "morning" if hour < NOON else "afternoon" if hour < EVENING else "evening"


class WelcomePresenter:
    """Says hello and sends people on."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    def visit(self) -> None:
        """Begin a check-in."""
        self._turn.begin()
        self._turn.go(Act.VISIT)

    def leave(self) -> None:
        """Begin a departure."""
        self._turn.go(Act.LEAVE)

    def staff(self) -> None:
        """Ask for the staff PIN."""
        self._turn.go(Act.STAFF)

    def view(self) -> WelcomeState:
        """Return what to show."""
        turn, now = self._turn, self._turn.ports.clock.now()
        organisation = turn.ports.directory.organisation()
        status, in_order = self._status()
        return WelcomeState(
            organisation=organisation.name,
            site=organisation.site,
            logo=organisation.logo,
            greeting=turn.say(f"welcome.{part_of_day(now.hour)}"),
            clock=turn.clock(now),
            visit=turn.say("welcome.visit"),
            visit_hint=turn.say("welcome.visit_hint"),
            leave=turn.say("welcome.leave"),
            staff=turn.say("welcome.staff"),
            display=turn.say("welcome.display"),
            languages=tuple(
                LanguageChoice(code, words.name, code == turn.words.code)
                for code, words in spoken(organisation).items()
            ),
            status=status,
            in_order=in_order,
            hour=now.hour,
        )

    def _status(self) -> tuple[str, bool]:
        now = self._turn.ports.status.now()
        if not now.enrolled:
            return self._turn.say("status.not_enrolled"), False
        if now.printer is not PrinterState.READY:
            return self._turn.say("status.no_badges"), False
        if now.stale_since is not None:
            return self._turn.say("status.stale"), False
        if now.offline_since is not None:
            # The line above the screen says it.
            return "", True
        return self._turn.say("status.in_order"), True
