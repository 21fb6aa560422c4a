"""From an answer, or none, to how the kiosk stands with the cloud and how long it waits."""

from collections.abc import Callable

import msgspec

from sync.device.backoff import LONGEST_SECONDS, Backoff, retry_after_seconds
from sync.device.stepping import LinkState, Step
from sync.device.transport import Answer

_PREFIX = "urn:lodge:problem:"
_FORBIDDEN, _SERVER_FAULT = 403, 500
_BUSY = (429, 503)


class _Problem(msgspec.Struct, frozen=True, kw_only=True):
    type: str = ""


def problem_name(answer: Answer) -> str:
    """The name of a refusal (docs/protocol.md section 8), or an empty text when it has none."""
    try:
        named = msgspec.json.decode(answer.body, type=_Problem).type
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
    return named.removeprefix(_PREFIX) if named.startswith(_PREFIX) else ""


class Patience:
    """The state of one line to the cloud, and its backoff. ``fault``: what is wrong, for staff and logs."""

    def __init__(self, random: Callable[[], float]) -> None:
        self._backoff = Backoff(random)
        self.state = LinkState.UNKNOWN
        self.fault = ""

    def succeed(self, wait_seconds: float, fault: str = "") -> Step:
        """The cloud answered as it should; ``fault`` may still name something for staff."""
        self._backoff.succeed()
        return self._wait(LinkState.ONLINE, wait_seconds, fault)

    def retry(self, state: LinkState, fault: str) -> Step:
        """Try again after a growing pause."""
        return self._wait(state, self._backoff.fail(), fault)

    def hold(self, state: LinkState, wait_seconds: float, fault: str) -> Step:
        """The cloud answered as it should to all but what is put off; ``fault`` says what is wrong with that."""
        self._backoff.succeed()
        return self._wait(state, wait_seconds, fault)

    def refuse(self, answer: Answer) -> Step:
        """What follows from an answer that is no success. Nothing is ever deleted because of one."""
        fault = f"the cloud answered with status {answer.status}"
        if name := problem_name(answer):
            fault += f" ({name[:40]})"
        if answer.status == _FORBIDDEN:
            return self._wait(LinkState.REVOKED, self._backoff.spread(LONGEST_SECONDS), fault)
        pause = retry_after_seconds(answer.headers.get("retry-after"))
        if answer.status in _BUSY and pause is not None:
            return self._wait(LinkState.BUSY, self._backoff.spread(pause), fault)
        return self.retry(LinkState.OFFLINE if answer.status >= _SERVER_FAULT else LinkState.REFUSED, fault)

    def _wait(self, state: LinkState, seconds: float, fault: str) -> Step:
        self.state, self.fault = state, fault
        return Step(state, seconds)
