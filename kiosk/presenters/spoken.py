"""The languages that visitors may choose at a site."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.ports import Organisation
from kiosk.words.catalogue import Words, languages


def spoken(organisation: Organisation) -> Mapping[str, Words]:
    """Return those that the site names and the kiosk speaks, in the site's order; all where there is no such."""
    known = languages()
    return {code: known[code] for code in organisation.languages if code in known} or known
