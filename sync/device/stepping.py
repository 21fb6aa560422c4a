"""What a stepper answers: how the kiosk stands with the cloud, and when to step again."""

from dataclasses import dataclass
from enum import Enum


class LinkState(Enum):
    """How the kiosk stands with the cloud, for its status line."""

    UNKNOWN = "unknown"
    ONLINE = "online"
    OFFLINE = "offline"
    BUSY = "busy"  # the server asked to wait, and means it
    REFUSED = "refused"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Step:
    """The state after a step, and in how many seconds to step again (sooner when something new waits)."""

    state: LinkState
    wait_seconds: float
