"""How the kiosk's program is to end: closed, told to be started anew, or told to wipe itself."""

from enum import Enum

RESTART_STATUS = 75
"""The status of a program that ended to be started anew: a failure that is over (``EX_TEMPFAIL`` of sysexits.h), so
that whoever starts it again only after failures does so too.
"""


class Ending(Enum):
    """Why the program ends."""

    CLOSED = "closed"
    RESTART = "restart"
    WIPE = "wipe"


class AskedEnding:
    """What was asked for by a command; any thread may ask."""

    def __init__(self) -> None:
        self.asked = Ending.CLOSED

    def restart(self) -> None:
        """Ask for an end and a new start, as soon as nobody is in the middle of something."""
        if self.asked is Ending.CLOSED:
            self.asked = Ending.RESTART

    def wipe(self) -> None:
        """Ask for an end at once, after which nothing is left."""
        self.asked = Ending.WIPE

    def is_due(self, *, nobody_there: bool) -> bool:
        """Whether the program is to end now."""
        return self.asked is Ending.WIPE or (self.asked is Ending.RESTART and nobody_there)
