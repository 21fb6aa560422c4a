"""Which hosts of the directory a member of the staff is: those with the same e-mail address."""

from uuid import UUID

from cloud_api.keys.ring import KeyRing
from cloud_api.policy.roles import Role
from cloud_api.services.sign_in_names import normal_email
from cloud_api.store import hosts, staff_roles
from cloud_api.store.db import Tenant


async def find_own_hosts(tx: Tenant, ring: KeyRing, user_id: UUID, email: str) -> None:
    """Look through the directory and keep what is found, for whoever bears the role of a host. The directory is
    sealed: reading all of it is for a sign-in or a change of roles, not for each request.
    """
    if any(grant.role is Role.HOST for grant in await staff_roles.of_user(tx, user_id)):
        wanted, known = normal_email(email), await hosts.list_all(tx, ring)
        own = [host.id for host in known if host.active and host.email and normal_email(host.email) == wanted]
        await staff_roles.put_hosts(tx, user_id, own)
