"""Every label medium by its name.

>>> from printers.media import medium
>>> medium("62x100").width_dots, medium("62x100").height_dots
(696, 1109)
"""

from __future__ import annotations

from printers.errors import MediumUnknownError
from printers.families.known import FAMILIES
from printers.paper import Medium, MediumForm

__all__ = ["MEDIA", "Medium", "MediumForm", "medium"]

MEDIA: tuple[Medium, ...] = tuple(paper for family in FAMILIES for paper in family.media)


def medium(name: str) -> Medium:
    """Look a medium up by name.

    Raises:
        MediumUnknownError: with the names that are known.
    """
    for candidate in MEDIA:
        if candidate.name == name:
            return candidate
    for family in FAMILIES:
        sized = None if family.sized is None else family.sized(name)
        if sized is not None:
            return sized
    known = ", ".join(candidate.name for candidate in MEDIA)
    raise MediumUnknownError(f"No medium is called {name!r}. Known media: {known}.")
