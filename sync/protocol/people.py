"""Which open stays are one person's: arrivals by one invitation under one name (ADR 107).

Kiosks that do not hear one another may each take the same code. Both arrivals stand; whoever counts people counts one
who is present until each stay is out. Under different names they are different people: uncertainty lists the person.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TypeVar
from uuid import UUID

from sync.protocol.matching import folded_words

Present = TypeVar("Present")


def people(
    present: Iterable[Present], came: Callable[[Present], tuple[UUID | None, str]]
) -> tuple[tuple[Present, ...], ...]:
    """Open stays, person by person, in the order in which their first is given; each person's stays in that order.

    ``came`` tells by which invitation somebody came, and under which name: ``None`` for nobody's, which is always a
    person of its own, as is whoever has no name. Case, accents and the order of names do not count.
    """
    told = [(stay, *came(stay)) for stay in present]
    often = Counter(invitation for _, invitation, name in told if invitation is not None and name)
    found: dict[object, list[Present]] = {}
    for place, (stay, invitation, name) in enumerate(told):
        shared = invitation is not None and bool(name) and often[invitation] > 1
        found.setdefault((invitation, _folded(name)) if shared else place, []).append(stay)
    return tuple(tuple(stays) for stays in found.values())


def _folded(name: str) -> tuple[str, ...]:
    """A name of signs alone has no words to compare and is taken as it stands."""
    return tuple(sorted(folded_words("name", name))) or (name,)
