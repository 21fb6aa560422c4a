"""What a target is: a name, a reader, and inputs to begin with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sync.protocol.errors import ProtocolError


class FindingError(AssertionError):
    """A reader took something and broke a promise of the protocol by it."""


@dataclass(frozen=True, slots=True)
class Target:
    """``read`` may raise ``ProtocolError``: that is a refusal. ``seeds`` are inputs that are sound, or nearly so."""

    name: str
    what: str
    read: Callable[[bytes], None]
    seeds: Callable[[], Sequence[bytes]]

    def attempt(self, data: bytes) -> bool:
        """Whether the input is taken.

        Raises:
            FindingError: a broken promise; any other exception but ``ProtocolError`` is a finding as well.
        """
        try:
            self.read(data)
        except ProtocolError:
            return False
        return True


def promise(kept: object, what: str) -> None:
    """Check a promise about something that was taken.

    Raises:
        FindingError: it is broken.
    """
    if not kept:
        raise FindingError(what)
