"""What may be asked of a job beyond its dots."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from printers.errors import EncodingError


class Cut(Enum):
    """What happens to the paper after the badge."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


@dataclass(frozen=True)
class JobOptions:
    """Wishes for a job; None leaves the matter to the family or to the printer's own setting.

    Attributes:
        cut: where the printer has a cutter.
        darkness: 0 (lightest) to 30 (darkest).
        speed: inches per second, 1 to 14.
        compression: name of one of the family's ways to pack dots.

    Raises:
        EncodingError: for a figure that no printer knows.
    """

    cut: Cut | None = None
    darkness: int | None = None
    speed: int | None = None
    compression: str | None = None

    def __post_init__(self) -> None:
        for name, value, most in (("darkness", self.darkness, 30), ("speed", self.speed, 14)):
            least = 1 if name == "speed" else 0
            if value is not None and not least <= value <= most:
                raise EncodingError(f"A {name} of {value} is not possible: it goes from {least} to {most}.")
