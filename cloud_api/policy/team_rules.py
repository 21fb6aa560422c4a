"""Who may change what others may do (R11, R12): nobody gives more than they have, and nobody raises themselves."""

from collections.abc import Iterable
from enum import Enum

from cloud_api.policy.permissions import Permission
from cloud_api.policy.roles import Grant, Role
from cloud_api.policy.table import may, reach_of

_LOCAL = (Role.LOCATION_ADMIN, Role.RECEPTIONIST, Role.HOST, Role.SECURITY, Role.READ_ONLY)


class Refusal(Enum):
    """Why the team stays as it is; the value is said to whoever asked."""

    NOBODY = "There is nobody of this name in your team."
    NO_PLACE = "There is no such location."
    NOT_YOURS = "This is above your own role, or outside your locations. Ask an administrator."
    LAST_OWNER = "This is the last owner. Hand on the ownership first: an organisation is never without an owner."
    OWNERSHIP = "The ownership is not given as a role. An owner hands it on, on the page of whoever is to have it."
    OWN_ROLE = "You can lay down a role of yours. To be given another one, ask a colleague."
    ONESELF = "You cannot remove yourself. Ask a colleague."
    CHANGED = "The roles were changed meanwhile. Look at them again."
    NO_ROLE = "Choose at least one role, or remove this person."


def may_give(own: Iterable[Grant], grant: Grant) -> bool:
    """Whether whoever bears ``own`` may give or take this grant, the ownership aside."""
    held = {item.role for item in own if item.site is None}
    if held & {Role.OWNER, Role.ADMIN}:
        return grant.role is not Role.OWNER
    reach = reach_of(own, Permission.TEAM_MANAGE)
    return grant.role in _LOCAL and reach is not None and reach.holds(grant.site)


def why_not_change(
    own: tuple[Grant, ...], before: tuple[Grant, ...], after: tuple[Grant, ...], *, oneself: bool, owners: int
) -> Refusal | None:
    """Why somebody's grants may not become others; ``owners``: how many the organisation has."""
    old, new = set(before), set(after)
    if not new:
        return Refusal.NO_ROLE
    if oneself and new - old:
        return Refusal.OWN_ROLE
    if any(grant.role is Role.OWNER for grant in new - old):
        return Refusal.OWNERSHIP
    owning = [grant for grant in old - new if grant.role is Role.OWNER]
    if not oneself and (is_above(own, before) or not all(may_give(own, grant) for grant in (old ^ new) - set(owning))):
        return Refusal.NOT_YOURS
    return _why_no_owner_less(own, owners) if owning else None


def why_not_remove(own: tuple[Grant, ...], before: tuple[Grant, ...], *, oneself: bool, owners: int) -> Refusal | None:
    """Why somebody may not be removed."""
    owning = [grant for grant in before if grant.role is Role.OWNER]
    if owning and _why_no_owner_less(own, owners):
        return _why_no_owner_less(own, owners)
    return Refusal.ONESELF if oneself else why_not_sign_out(own, before)


def why_not_sign_out(own: tuple[Grant, ...], theirs: tuple[Grant, ...]) -> Refusal | None:
    """Why the sessions of somebody else may not be ended: a role of theirs is above, or reaches further."""
    rest = [grant for grant in theirs if grant.role is not Role.OWNER]
    return Refusal.NOT_YOURS if is_above(own, theirs) or not all(may_give(own, grant) for grant in rest) else None


def _why_no_owner_less(own: tuple[Grant, ...], owners: int) -> Refusal | None:
    if not may(own, Permission.TEAM_MANAGE_OWNERS):
        return Refusal.NOT_YOURS
    return Refusal.LAST_OWNER if owners <= 1 else None


def is_above(own: tuple[Grant, ...], theirs: tuple[Grant, ...]) -> bool:
    """Whether somebody bears a role that ``own`` could not give; an owner stands beside other owners."""
    heads = [grant for grant in theirs if grant.role.everywhere]
    if any(grant.role is Role.OWNER for grant in heads):
        return not may(own, Permission.TEAM_MANAGE_OWNERS)
    return not all(may_give(own, grant) for grant in heads)
