"""One thing that the doctor looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What was found.

    Attributes:
        name: what was looked at.
        ok: False when something must be done; None for a plain fact.
        words: what was found and what to do.
    """

    name: str
    ok: bool | None
    words: str
