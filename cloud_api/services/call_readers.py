"""Who is told of a call: those whose work it is at the location first, then whoever looks after them (ADR 97)."""

from collections.abc import Sequence
from uuid import UUID

from cloud_api.keys.ring import KeyRing
from cloud_api.policy.roles import Grant, Role
from cloud_api.store import data_keys, staff_roles, users
from cloud_api.store.db import Tenant
from cloud_api.store.users import User

_MOST_READERS = 50
_ABOVE = (Role.LOCATION_ADMIN, Role.ADMIN, Role.OWNER)


async def find_readers(tx: Tenant, ring: KeyRing, site_id: UUID, *, watch: bool) -> list[list[User]]:
    """Accounts in the order in which they are told, everybody in one group alone and none empty. ``watch``: security
    staff come first, else receptionists.
    """
    order = (Role.SECURITY if watch else Role.RECEPTIONIST, *_ABOVE)
    groups: list[list[UUID]] = [[] for _ in order]
    for user_id, grants in (await staff_roles.of_all(tx, [site_id])).items():
        rank = _rank(order, grants, site_id)
        if rank is not None:
            groups[rank].append(user_id)
    cipher = await data_keys.open_organisation_key(tx, ring)
    known = {user.id: user for user in await users.find_many(tx, cipher, [one for group in groups for one in group])}
    found = [sorted((known[one] for one in group if one in known), key=lambda user: user.id) for group in groups]
    return [group[:_MOST_READERS] for group in found if group]


def _rank(order: Sequence[Role], grants: Sequence[Grant], site_id: UUID) -> int | None:
    here = {grant.role for grant in grants if grant.site in (None, site_id)}
    return next((rank for rank, role in enumerate(order) if role in here), None)
