"""The policy: which role may do what, and how far. Routes ask it, pages draw by it, ``docs/security/roles.md`` is made
from it (ADR 61).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from cloud_api.policy.permissions import Permission
from cloud_api.policy.reach import Reach
from cloud_api.policy.roles import Grant, Role

_HEADS = frozenset({Role.OWNER, Role.ADMIN})
_LOCAL_HEADS = _HEADS | {Role.LOCATION_ADMIN}
_DESK = _LOCAL_HEADS | {Role.RECEPTIONIST}


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may do one thing. ``bounded``: a role that is borne for a location allows it there; else it concerns the
    whole organisation, and only a role for all locations allows it. ``own``: roles that it reaches visits to the
    person themselves for, and no others.
    """

    permission: Permission
    act: str
    roles: frozenset[Role]
    bounded: bool = True
    own: frozenset[Role] = frozenset()


RULES: tuple[Rule, ...] = (
    Rule(
        Permission.VISITS_VIEW,
        "See who is on site, find visits and read them",
        _DESK | {Role.HOST, Role.SECURITY, Role.READ_ONLY},
        own=frozenset({Role.HOST}),
    ),
    Rule(
        Permission.VISITS_VIEW_RESTRICTED,
        "Read restricted answers, such as the number of a licence",
        _DESK | {Role.SECURITY},
    ),
    Rule(Permission.VISITS_RECORD, "Sign visitors in and out for them", _DESK),
    Rule(Permission.VISITS_ERASE, "Erase what a visit says of a person, for ever", _HEADS, bounded=False),
    Rule(Permission.PHOTOS_VIEW, "See the photo and the signatures of a visitor", _DESK | {Role.SECURITY}),
    Rule(Permission.EVACUATION_VIEW, "Open the evacuation list", _DESK | {Role.SECURITY}),
    Rule(Permission.CALLS_ATTEND, "See who waits at a kiosk, go there and say so", _DESK | {Role.SECURITY}),
    Rule(
        Permission.DIRECTORY_VIEW,
        "Read hosts, locations, types of visitor and documents by the API",
        _DESK | {Role.SECURITY, Role.READ_ONLY},
    ),
    Rule(Permission.INVITATIONS_MANAGE, "Read invitations, announce visitors and call them off", _DESK),
    Rule(Permission.DELIVERIES_MANAGE, "Record deliveries, see them and say that they were collected", _DESK),
    Rule(Permission.WATCHLIST_VIEW, "Read the watchlist", _LOCAL_HEADS | {Role.SECURITY}),
    Rule(Permission.WATCHLIST_MANAGE, "Change the watchlist", _HEADS | {Role.SECURITY}, bounded=False),
    Rule(Permission.KIOSKS_VIEW, "See kiosks and their logs", _LOCAL_HEADS),
    Rule(Permission.KIOSKS_ENROL, "Create kiosks and give out their codes", _LOCAL_HEADS),
    Rule(Permission.KIOSKS_REVOKE, "Take a kiosk out of service", _LOCAL_HEADS),
    Rule(Permission.KIOSKS_COMMAND, "Command kiosks", _LOCAL_HEADS),
    Rule(Permission.LOGS_CONFIRM, "Confirm a log that a kiosk began by itself", _LOCAL_HEADS),
    Rule(Permission.QUARANTINE_VIEW, "See which entries could not be read", _LOCAL_HEADS),
    Rule(Permission.TEAM_VIEW, "See the team", _LOCAL_HEADS),
    Rule(Permission.TEAM_MANAGE, "Give and take roles up to one's own, and remove people", _LOCAL_HEADS),
    Rule(
        Permission.TEAM_MANAGE_OWNERS,
        "Hand on the ownership, and remove owners",
        frozenset({Role.OWNER}),
        bounded=False,
    ),
    Rule(Permission.AUDIT_VIEW, "Read the audit log", _HEADS | {Role.READ_ONLY}, bounded=False),
    Rule(Permission.AUDIT_EXPORT, "Export the audit log with its proof", _HEADS, bounded=False),
    Rule(Permission.ORGANISATION_CONFIGURE, "Change locations, documents, hosts and types", _HEADS, bounded=False),
    Rule(Permission.SECURITY_CONFIGURE, "Change the rules of sessions and sign-in", _HEADS, bounded=False),
    Rule(Permission.KEYS_VIEW, "See the organisation's keys and when they were changed", _HEADS, bounded=False),
    Rule(Permission.API_KEYS_MANAGE, "Make API keys, see them all and revoke them", _HEADS, bounded=False),
    Rule(
        Permission.WEBHOOKS_MANAGE, "See webhooks and their messages, make them and change them", _HEADS, bounded=False
    ),
    Rule(Permission.BILLING_MANAGE, "Change the billing contact", frozenset({Role.OWNER}), bounded=False),
)
_BY_PERMISSION: Mapping[Permission, Rule] = {rule.permission: rule for rule in RULES}


def is_bounded(permission: Permission) -> bool:
    """Whether this can be allowed for some locations; else it concerns the whole organisation."""
    return _BY_PERMISSION[permission].bounded


def words_of(permission: Permission) -> str:
    """What it allows, in a line."""
    return _BY_PERMISSION[permission].act


def may(grants: Iterable[Grant], permission: Permission) -> bool:
    """Whether whoever bears these roles may do this at all, be it at one location."""
    return bool(_counting(grants, _BY_PERMISSION[permission]))


def reach_of(grants: Iterable[Grant], permission: Permission, hosts: frozenset[UUID] = frozenset()) -> Reach | None:
    """How far whoever bears these roles and is these ``hosts`` may do this; ``None`` for not at all."""
    rule = _BY_PERMISSION[permission]
    counting = _counting(grants, rule)
    if not counting:
        return None
    whole = [grant.site for grant in counting if grant.role not in rule.own]
    own = [grant.site for grant in counting if grant.role in rule.own]
    return Reach(_places(whole), hosts if own else frozenset(), _places(own))


def _counting(grants: Iterable[Grant], rule: Rule) -> list[Grant]:
    return [grant for grant in grants if grant.role in rule.roles and (rule.bounded or grant.site is None)]


def _places(sites: list[UUID | None]) -> frozenset[UUID] | None:
    return None if None in sites else frozenset(site for site in sites if site is not None)
