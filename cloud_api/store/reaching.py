"""The bounds of somebody's reach as a part of a query: in the database, so that pages and limits count what is left."""

from cloud_api.policy.reach import Reach

WITHIN_VISITS = (
    "(%s::uuid[] is null or site_id = any(%s::uuid[])"
    " or (host_id = any(%s::uuid[]) and (%s::uuid[] is null or site_id = any(%s::uuid[]))))"
)
"""On ``lodge.stay``, with the values of ``visit_values``."""


def visit_values(reach: Reach) -> tuple[object, ...]:
    """Five values for ``WITHIN_VISITS``."""
    sites, at = site_list(reach), None if reach.hosts_at is None else list(reach.hosts_at)
    return (sites, sites, list(reach.hosts), at, at)


def site_list(reach: Reach) -> list[object] | None:
    """The locations, ``None`` for all: for ``(%s::uuid[] is null or site_id = any(%s::uuid[]))``."""
    return None if reach.sites is None else list(reach.sites)
