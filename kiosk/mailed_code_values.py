"""A code that is mailed to a visitor who has none: plain values, and the port behind them (F04)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CodeOnItsWay:
    """If anybody of the address is invited, a code is on its way. It would be good for so many ``minutes``."""

    minutes: int


@dataclass(frozen=True, slots=True)
class CodeOpens:
    """Ids of the invitations that a code belongs to; none where it is not right, or not any more."""

    invitations: tuple[str, ...]


class MailedCodeProblem(StrEnum):
    """Why nobody can say."""

    OFFLINE = "offline"
    UNSERVED = "unserved"
    RESTING = "resting"


MailedCodeOutcome = CodeOnItsWay | CodeOpens | MailedCodeProblem


class MailedCodeDesk(Protocol):
    """Asks the cloud, beside everything else: nothing here waits, and nothing raises."""

    def offered(self) -> bool:
        """Return whether a code can be mailed, as far as it is known: the network is there, and the server does so."""

    def want(self, email: str) -> int:
        """Ask for a code; return the number of the question, which takes the place of the one before."""

    def try_code(self, email: str, code: str) -> int:
        """Ask what a code of six digits opens; return the number of the question."""

    def outcome(self, question: int) -> MailedCodeOutcome | None:
        """Return the answer, once; None while there is none."""

    def forget(self) -> None:
        """Forget question and answer."""


class NoMailedCodes:
    """A lobby in which nothing is mailed."""

    def offered(self) -> bool:
        """Return False."""
        return False

    def want(self, email: str) -> int:
        """Ask nobody."""
        del email
        return 0

    def try_code(self, email: str, code: str) -> int:
        """Ask nobody."""
        del email, code
        return 0

    def outcome(self, question: int) -> MailedCodeOutcome | None:
        """Return that nothing is served."""
        del question
        return MailedCodeProblem.UNSERVED

    def forget(self) -> None:
        """Do nothing."""
