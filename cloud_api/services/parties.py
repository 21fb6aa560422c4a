"""Who was invited together: the `group` of the invitations by which they came, as the organisation calls it."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from cloud_api.keys.ring import KeyRing
from cloud_api.services.file_people import InvitationEntry
from cloud_api.store import data_keys, published
from cloud_api.store.db import Tenant
from sync.protocol import exact_json


async def read_parties(tx: Tenant, ring: KeyRing, invitations: Iterable[UUID]) -> Mapping[UUID, str]:
    """Invitation to its party, of those that are in one and are not forgotten yet."""
    wanted = set(invitations)
    if not wanted:
        return {}
    cipher = await data_keys.open_organisation_key(tx, ring)
    found = await published.find_many(tx, cipher, "invitations", wanted)
    entries = {item.id: exact_json.read(item.entry, InvitationEntry, what="a published entry") for item in found}
    return {invitation: entry.group for invitation, entry in entries.items() if entry.group is not None}
