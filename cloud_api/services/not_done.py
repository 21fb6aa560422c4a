"""Why something that one entry asked for stays as it was: values, not exceptions."""

from dataclasses import dataclass
from enum import Enum


class NotDone(Enum):
    """Why it stays as it is."""

    ABSENT = "absent"
    CHANGED = "changed"
    KNOWN = "known"
    NEEDED = "needed"
    FULL = "full"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with what was given, sentence by sentence."""

    said: tuple[str, ...]
