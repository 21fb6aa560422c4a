"""Which hosts of the directory a member of the staff is: those with the same e-mail address."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from cloud_api.keys.ring import KeyRing
from cloud_api.policy.roles import Role
from cloud_api.services.sign_in_names import normal_email
from cloud_api.services.signed_links import LinkPurpose
from cloud_api.store import data_keys, hosts, signed_links, staff_roles, users
from cloud_api.store.db import Tenant
from cloud_api.store.hosts import Host


async def find_own_hosts(tx: Tenant, ring: KeyRing, user_id: UUID, email: str) -> None:
    """Look through the directory and keep what is found, for whoever bears the role of a host. The directory is
    sealed: reading all of it is for a sign-in or a change of roles, not for each request.
    """
    if any(grant.role is Role.HOST for grant in await staff_roles.of_user(tx, user_id)):
        wanted = normal_email(email)
        own = [host.id for host in await hosts.list_all(tx, ring) if _address(host) == wanted]
        await hosts.hold(tx, own)  # one that changes at this moment is not theirs any more
        own = [host.id for host in (await hosts.find_many(tx, ring, own)).values() if _address(host) == wanted]
        await staff_roles.put_hosts(tx, user_id, own)


async def hand_over(
    tx: Tenant, ring: KeyRing, before: Mapping[UUID, Host], ids: Collection[UUID], now: datetime
) -> None:
    """Where one of these hosts has another address now, or came or went: what was the former person's goes, in this
    transaction. That is the visits that their account sees, the links in their mails, and that they want no mail.
    """
    after = await hosts.find_many(tx, ring, ids)
    changed = [item for item in ids if _address(before.get(item)) != _address(after.get(item))]
    if not changed:
        return
    await signed_links.revoke_of(tx, LinkPurpose.HOST_MAIL, changed, now)
    await hosts.unmute(tx, changed)
    bearers = [
        user for user, grants in (await staff_roles.of_all(tx)).items() if any(one.role is Role.HOST for one in grants)
    ]
    cipher = await data_keys.open_organisation_key(tx, ring)
    accounts = await users.find_many(tx, cipher, bearers)
    held: dict[str, list[UUID]] = {}
    for user in accounts:
        held.setdefault(normal_email(user.email), []).append(user.id)
    pairs = [(user, item) for item in changed for user in held.get(_address(after.get(item)), ())]
    await staff_roles.hand_hosts(tx, changed, pairs)


def _address(host: Host | None) -> str:
    """What makes a host somebody's: empty for one who cannot be visited (any more)."""
    return normal_email(host.email) if host is not None and host.active else ""
