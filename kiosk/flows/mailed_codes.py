"""The kiosk's ``MailedCodeDesk``, over its line to the cloud."""

from collections.abc import Callable

from kiosk.mailed_code_values import CodeOnItsWay, CodeOpens, MailedCodeOutcome, MailedCodeProblem
from sync.device import mailed_codes
from sync.device.mailed_codes import MailedCodes

_MINUTE_SECONDS = 60


class MailedCodeLine:
    """Says in the lobby's values what the line says. ``online``: whether the cloud answers, as far as it is known."""

    def __init__(self, line: MailedCodes, online: Callable[[], bool]) -> None:
        self._line = line
        self._online = online

    def offered(self) -> bool:
        """Whether a code can be mailed."""
        return self._online() and self._line.offered

    def want(self, email: str) -> int:
        """Ask for a code."""
        return self._line.want(email)

    def try_code(self, email: str, code: str) -> int:
        """Ask what a code opens."""
        return self._line.try_code(email, code)

    def outcome(self, question: int) -> MailedCodeOutcome | None:
        """The answer, once."""
        match self._line.outcome(question):
            case None:
                return None
            case mailed_codes.CodeOnItsWay(seconds):
                return CodeOnItsWay(seconds // _MINUTE_SECONDS)
            case mailed_codes.InvitationsOfCode(ids):
                return CodeOpens(tuple(str(each) for each in ids))
            case fault:
                return MailedCodeProblem(fault.value)

    def forget(self) -> None:
        """Forget question and answer."""
        self._line.forget()
