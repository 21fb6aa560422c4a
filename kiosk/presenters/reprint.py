"""A badge again, asked for by staff at the evacuation list: what became of the last one, and why another."""

from __future__ import annotations

from kiosk.ports import BadgeOnRecord, BadgeStanding, PrinterState, ReprintAsked, ReprintRefused
from kiosk.presenters.sheets import Sheet, SheetChoice, SheetState, Weight
from kiosk.presenters.turn import Turn

WHY = {"lost": "lost", "spoilt": "spoilt", "missing": "never came out"}
"""The choice, and the reason as it is recorded."""


class ReprintPresenter:
    """One person's sheet at a time; everything on it was read from the records when it rose."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._stay = ""
        self._name = ""
        self._badge: BadgeOnRecord | None = None
        self._answer: ReprintAsked | ReprintRefused | None = None
        self._asking = False

    @property
    def allowed(self) -> bool:
        """Whether the PIN opens this, at a kiosk that has a printer."""
        staff = self._turn.given.staff
        has_printer = self._turn.ports.status.now().printer is not PrinterState.ABSENT
        return staff is not None and "reprint" in staff.scopes and has_printer

    def open(self, stay_id: str, name: str) -> None:
        """Let the sheet of a person rise, once the records are read."""
        if not self.allowed:
            return
        self._stay, self._name, self._badge, self._answer = stay_id, name, None, None
        newest = self._turn.ports.reprints.newest_badge
        self._turn.work(lambda: newest(stay_id), lambda badge: self._read(stay_id, badge))

    def close(self) -> None:
        """Let go of the person."""
        self._stay, self._name, self._badge, self._answer = "", "", None, None

    def choose(self, choice: str) -> None:
        """Ask for a badge for this reason."""
        staff, stay, why = self._turn.given.staff, self._stay, WHY.get(choice.removeprefix("reprint."))
        if staff is None or why is None or self._asking or not stay:
            return
        self._asking = True
        self._turn.work(
            lambda: self._turn.ports.reprints.reprint(stay, by=staff.by, why=why),
            lambda answer: self._asked(stay, answer),
        )

    def _read(self, stay_id: str, badge: BadgeOnRecord) -> None:
        if stay_id == self._stay:
            self._badge = badge
            self._turn.changed()

    def _asked(self, stay_id: str, answer: ReprintAsked | ReprintRefused) -> None:
        self._asking = False
        if stay_id == self._stay:
            self._answer = answer
            self._turn.changed()

    def sheet(self) -> SheetState | None:
        """Return the sheet, None while there is none."""
        badge, say = self._badge, self._turn.say
        if badge is None:
            return None
        close = SheetChoice("close", say("reprint.close"), Weight.PRIMARY)
        if self._answer is not None:
            return self._sheet(say(_answered(self._answer)), (close,))
        sentence = say(f"reprint.{badge.standing.value}")
        if badge.standing is BadgeStanding.TO_COME:
            return self._sheet(sentence, (close,))
        again = tuple(
            SheetChoice(f"reprint.{choice}", say(f"reprint.because.{choice}"), Weight.SECONDARY) for choice in WHY
        )
        return self._sheet(f"{sentence} {say('reprint.again')}", (*again, close))

    def _sheet(self, sentence: str, choices: tuple[SheetChoice, ...]) -> SheetState:
        return SheetState(Sheet.REPRINT, self._name, sentence, choices, aloud=sentence)


def _answered(answer: ReprintAsked | ReprintRefused) -> str:
    """The key of what is said; the reason is one of three choices, and who asks stands behind a PIN."""
    if isinstance(answer, ReprintAsked):
        return "reprint.asked"
    why = ReprintRefused.STORE_ERROR if answer is ReprintRefused.NO_REASON else answer
    return f"reprint.refused.{why.value}"
