"""What can be made to go wrong with a virtual printer, and when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from printers.errors import ControlError


class FaultKind(Enum):
    """A fault by the name used on the control socket."""

    NO_MEDIA = "no-media"
    COVER_OPEN = "cover-open"
    CUTTER_JAM = "cutter-jam"
    WRONG_MEDIA = "wrong-media"
    RIBBON_OUT = "ribbon-out"
    PAUSED = "paused"
    JAM = "jam"
    COUNTERFEIT = "counterfeit"
    LOCKED = "locked"
    SWALLOW = "swallow"
    COOLING = "cooling"
    STALL = "stall"
    SHORT_WRITES = "short-writes"
    SLOW = "slow"
    MUTE = "mute"
    UNPLUG = "unplug"


@dataclass(frozen=True)
class Fault:
    """A fault and the moment at which it strikes.

    Attributes:
        kind: what goes wrong.
        after_bytes: strikes once the printer has taken that many more bytes.
        when_printing: strikes with the paper half out instead.
    """

    kind: FaultKind
    after_bytes: int = 0
    when_printing: bool = False


def read_fault(order: dict[str, object]) -> Fault | None:
    """Read ``{"fault": "stall", "after_bytes": 40000}``; null ends the fault.

    Raises:
        ControlError: with the names that are known.
    """
    name = order.get("fault")
    if name is None:
        return None
    known = [kind.value for kind in FaultKind]
    if name not in known:
        raise ControlError(f"No fault is called {name!r}. Known faults: {', '.join(known)}.")
    after_bytes = order.get("after_bytes", 0)
    if not isinstance(after_bytes, int) or after_bytes < 0:
        raise ControlError("after_bytes must be a whole number of bytes.")
    return Fault(FaultKind(name), after_bytes=after_bytes, when_printing=order.get("when") == "printing")
