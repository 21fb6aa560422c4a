"""How long the kiosk waits for people."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """How long screens wait for somebody, in seconds."""

    idle_seconds: int = 60
    warning_seconds: int = 20
    done_seconds: int = 30
    goodbye_seconds: int = 20
    staff_idle_seconds: int = 300
