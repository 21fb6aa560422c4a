"""Which clock a page goes by: that of a site, or of the organisation as a whole."""

from collections import Counter
from collections.abc import Sequence
from datetime import tzinfo
from uuid import UUID

from cloud_api.services.local_time import zone_named
from cloud_api.store.organisations import Site


def place_zone(sites: Sequence[Site], site_id: UUID | None) -> tzinfo:
    """The time zone of a site; where none is named that of most of them, which one more site or another name leaves."""
    for site in sites:
        if site.id == site_id:
            return zone_named(site.time_zone)
    if site_id is not None or not sites:
        return zone_named("UTC")
    shared = Counter(site.time_zone for site in sorted(sites, key=lambda site: site.id))
    return zone_named(shared.most_common(1)[0][0])
