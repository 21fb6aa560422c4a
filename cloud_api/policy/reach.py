"""How far a permission reaches."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Reach:
    """Everything of some locations (``sites``; ``None`` for all), and beside it the visits to some hosts (``hosts``),
    wherever they are or at the locations ``hosts_at``. What has no location is within reach of all locations alone.
    """

    sites: frozenset[UUID] | None
    hosts: frozenset[UUID] = frozenset()
    hosts_at: frozenset[UUID] | None = frozenset()

    def within(self, sites: frozenset[UUID] | None) -> "Reach":
        """What of it lies at these locations (``None``: at any)."""
        if sites is None:
            return self
        own = sites if self.sites is None else self.sites & sites
        at = sites if self.hosts_at is None else self.hosts_at & sites
        return Reach(own, self.hosts, at)

    def holds(self, site: UUID | None) -> bool:
        """Whether everything of a location is within reach."""
        return self.sites is None or site in self.sites

    def holds_visit(self, site: UUID | None, host: UUID | None) -> bool:
        """Whether a visit to a host at a location is."""
        return self.holds(site) or (host in self.hosts and (self.hosts_at is None or site in self.hosts_at))

    def names(self, site: UUID) -> bool:
        """Whether something of a location may be within reach, so that it is named at all."""
        return self.holds(site) or self.hosts_at is None or site in self.hosts_at


EVERYWHERE = Reach(None)
"""The whole organisation: what commands on the server work on."""
NOWHERE = Reach(frozenset())
"""What nobody was asked about."""
