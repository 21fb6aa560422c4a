"""What ``doctor`` says of one thing."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "weak", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    level: Level
    what: str
    advice: str = ""
