"""A driving licence before the camera or a hand scanner: its number and the name, and nothing else that stands in its
code (F07).
"""

from __future__ import annotations

from collections.abc import Callable

from kiosk.licence_codes import Licence, LicenceCodeError, read_licence
from kiosk.navigation import Act, Screen
from kiosk.presenters.code_offers import and_wanted, what_it_is
from kiosk.presenters.scanning import ScanWords, Settle
from kiosk.presenters.turn import Turn
from sync.protocol.codes import Purpose, read_code
from sync.protocol.errors import CodeError

_OURS = {Purpose.DEPARTURE: "badge", Purpose.INVITATION: "invitation"}


class LicenceCodes:
    """Takes the codes of driving licences; ``keep`` is called with what was read."""

    def __init__(self, turn: Turn, keep: Callable[[Licence], None]) -> None:
        self._turn = turn
        self._keep = keep

    def words(self) -> ScanWords:
        """Return what the screen says; the number is typed into its field, which has words of its own."""
        say = self._turn.say
        return ScanWords(
            say("licence.title"),
            say("licence.lead"),
            say("licence.lead_typed"),
            "",
            "",
            "",
            looking="licence.looking",
            by_hand="licence.type",
        )

    def ask(self, *readings: str) -> Settle:
        """Read the licence. No server is asked, and nothing of the code is held on to."""
        refused: list[tuple[str, LicenceCodeError]] = []
        for reading in readings:
            try:
                licence = read_licence(reading)
            except LicenceCodeError as error:
                refused.append((reading, error))
            else:
                return lambda: self._settle(licence)
        problem = next(filter(None, (self._why(*each) for each in refused)), self._turn.say("licence.unknown"))
        return lambda: problem

    def _settle(self, licence: Licence) -> str:
        self._keep(licence)
        if self._turn.stop.screen is Screen.LICENCE:
            self._turn.go(Act.NEXT)
        return ""

    def _why(self, reading: str, error: LicenceCodeError) -> str:
        """What the code is, and how to go on; empty where nothing is known of it."""
        if error.identity_card:
            return self._turn.say("licence.identity")
        try:
            return and_wanted(self._turn, _OURS[read_code(reading).purpose], "licence")
        except CodeError:
            pass
        if error.unreadable:
            return self._turn.say("licence.unreadable")
        return what_it_is(self._turn, reading, "licence")
