"""The languages that visitors may choose at a site."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.ports import Organisation
from kiosk.words.catalogue import Words, languages


def spoken(organisation: Organisation) -> Mapping[str, Words]:
    """Return those that the site names and the kiosk speaks, in the site's order; all where there is no such."""
    known = languages()
    return {code: known[code] for code in organisation.languages if code in known} or known


def still_spoken(organisation: Organisation, chosen: Words | None) -> Words:
    """Return the language that was chosen where the site offers it now, else the site's first."""
    offered = spoken(organisation)
    return chosen if chosen is not None and chosen.code in offered else next(iter(offered.values()))
