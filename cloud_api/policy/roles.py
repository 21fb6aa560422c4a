"""The seven roles (R11), and a role as somebody bears it: everywhere, or at one location."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What somebody is to an organisation; the order is that of the documentation."""

    OWNER = "owner"
    ADMIN = "admin"
    LOCATION_ADMIN = "location_admin"
    RECEPTIONIST = "receptionist"
    HOST = "host"
    SECURITY = "security"
    READ_ONLY = "read_only"

    @property
    def label(self) -> str:
        """As people read it."""
        return self.value.replace("_", " ").capitalize().replace("Read only", "Read-only")

    @property
    def everywhere(self) -> bool:
        """Whether it is for the whole organisation always, and never for a location."""
        return self in (Role.OWNER, Role.ADMIN)


SUMMARIES: Mapping[Role, str] = {
    Role.OWNER: "Everything, the ownership and the billing contact included.",
    Role.ADMIN: "Everything but the ownership and the billing contact.",
    Role.LOCATION_ADMIN: "Visitors, kiosks and the team of a location.",
    Role.RECEPTIONIST: "Visitors in and out, the evacuation list, earlier visits.",
    Role.HOST: "Their own visitors: visits to the host with the same e-mail address.",
    Role.SECURITY: "Who is on site, the evacuation list and the watchlist.",
    Role.READ_ONLY: "Reads visits; for all locations, the audit log as well. Changes nothing.",
}
"""What each role is for, in a line."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that somebody bears; ``site`` is ``None`` for all locations, those to come included."""

    role: Role
    site: UUID | None = None

    def __post_init__(self) -> None:
        if self.role.everywhere and self.site is not None:
            raise ValueError(f"{self.role.value} is a role for the whole organisation")


def tidied(grants: tuple[Grant, ...]) -> tuple[Grant, ...]:
    """Each grant once, in the order of roles, and none for a location where the same role is for all of them."""
    wide = {grant.role for grant in grants if grant.site is None}
    kept = {grant for grant in grants if grant.site is None or grant.role not in wide}
    order = list(Role)
    return tuple(sorted(kept, key=lambda grant: (order.index(grant.role), str(grant.site or ""))))
