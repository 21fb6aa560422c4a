"""One thing that ``doctor`` looked at."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "weak", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What it is, how it stands, and what to do about it."""

    level: Level
    what: str
    advice: str = ""
