"""Which roles sign in with a second factor or not at all (R07)."""

from collections.abc import Iterable

from cloud_api.policy.roles import Grant, Role

NEED_A_FACTOR = frozenset({Role.OWNER, Role.ADMIN, Role.LOCATION_ADMIN})


def needs_factor(grants: Iterable[Grant]) -> bool:
    """Whether somebody who bears these must have a second factor."""
    return any(grant.role in NEED_A_FACTOR for grant in grants)
