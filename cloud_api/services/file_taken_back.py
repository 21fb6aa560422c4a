"""What of an organisation a file that is applied takes back, for the file does not name it: also what the API and the
console added.
"""

from collections.abc import Mapping
from datetime import datetime

from cloud_api.keys.fields import FieldCipher
from cloud_api.store import catalogue, organisations, published
from cloud_api.store.db import Tenant

Standing = Mapping[str, frozenset[str]]
"""What holds now, by kind: ids or keys that stay the same while something stays."""


async def read_standing(tx: Tenant, cipher: FieldCipher, now: datetime) -> Standing:
    """What holds now. Invitations and the like that are over count for nothing any more."""
    entries = await published.list_standing(tx, now)
    pins = {f"site:{site.id}" for site in await organisations.list_sites(tx, cipher) if site.pin_hash}
    return {
        "documents": frozenset(document.key for document in await catalogue.list_documents(tx)),
        "visitor_types": frozenset(kind.key for kind in await catalogue.list_types(tx)),
        "badge_templates": entries.get("badge_templates", frozenset()),
        "staff_pins": entries.get("staff_pins", frozenset()) | pins,
        "invitations": entries.get("invitations", frozenset()),
        "attestations": entries.get("attestations", frozenset()),
        "watchlist": entries.get("watchlist", frozenset()),
    }


def count_taken_back(before: Standing, after: Standing) -> dict[str, int]:
    """How many of each kind were there before and are not any more."""
    return {kind: len(held - after[kind]) for kind, held in before.items()}
