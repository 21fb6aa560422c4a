"""How large the pages of a file would be, before anything is stored: a page has the same size under any key."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import msgspec

from cloud_api.services.feed_entries import Naming, attestation, invitation, watch_entry
from cloud_api.services.file_whole import OrganisationFile
from sync.protocol import exact_json
from sync.protocol.feed import MAX_CONTENT_BYTES, Host

_NAMING = Naming(UUID(int=0), bytes(32), bytes(32))
_ANY_ID = UUID(int=0)
_FRAME_BYTES = 200
"""What stands on a page beside its entries, key included, at most."""


def size_faults(read: OrganisationFile) -> Iterator[str]:
    """Lists that would make a page of some site larger than a kiosk takes."""
    for site in read.sites:
        here = {None, site.key}
        hosts = [Host(id=_ANY_ID, name=h.name, department=h.department) for h in read.hosts if h.site in here]
        yield from _too_large("hosts", site.key, hosts)
        invited = [invitation(item, _NAMING, bytes(32)) for item in read.invitations if item.site in here]
        yield from _too_large("invitations", site.key, invited)
    yield from _too_large("attestations", "", [attestation(item, _NAMING, bytes(32)) for item in read.attestations])
    yield from _too_large("watchlist", "", [watch_entry(item, _NAMING, bytes(32)) for item in read.watchlist])


def _too_large(what: str, site: str, entries: Sequence[msgspec.Struct]) -> Iterator[str]:
    sizes = [len(exact_json.encode(entry)) + 1 for entry in entries]
    total = sum(sizes) + _FRAME_BYTES
    if total > MAX_CONTENT_BYTES:
        where = f" for the site {site}" if site else ""
        fit = int(len(sizes) * MAX_CONTENT_BYTES / total)
        yield (
            f"{what}: the page{where} would have {total / 2**20:.1f} MiB; a kiosk takes 4 MiB at most, which is about"
            f" {fit} of these {len(sizes)}"
        )
