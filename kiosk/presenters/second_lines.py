"""The line beneath a name in a list: where somebody is, from where they come, and to whom."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.ports import PersonOnSite
from kiosk.words.catalogue import Words


@dataclass(frozen=True, slots=True)
class SecondLine:
    """Its parts, each of which may be empty. Where there is no place for all, the ``company`` is shortened: a guard who
    looks for somebody asks the host.
    """

    before: str = ""
    company: str = ""
    host: str = ""

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.before or self.company or self.host)

    def __str__(self) -> str:
        return " · ".join(part for part in (self.before, self.company, self.host) if part)


def with_host(entry: PersonOnSite, words: Words) -> str:
    """Whom they came to see, as the line says it; nothing for nobody."""
    return words.say("evacuation.with", host=words.whole(entry.host)) if entry.host else ""
