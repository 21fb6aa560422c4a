"""From the evacuation list to pages for a badge printer: the site's words and muster points, a signed snapshot."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.evacuation_list.muster_order import zone_groups
from kiosk.paper.badge_paper.pages import ListPages, list_pages, snapshot_signs
from kiosk.ports import EvacuationList, Freshness, PersonOnSite
from kiosk.words.catalogue import Words
from printers.paper import Medium
from sync.device.errors import DeviceError
from sync.device.settings import Enrolment
from sync.protocol.codes import readable_code
from sync.protocol.errors import ProtocolError
from sync.protocol.feed import Configuration, Zone
from sync.protocol.muster import present_digest
from sync.protocol.muster_snapshot import ListedPerson, SnapshotFreshness, SnapshotHead, seal_snapshot

_FRESHNESS = {
    Freshness.COMPLETE: SnapshotFreshness.COMPLETE,
    Freshness.STALE: SnapshotFreshness.STALE,
    Freshness.UNKNOWN: SnapshotFreshness.UNKNOWN,
}
_DIGEST_BYTES = 8


class ListArtist:
    """Lays the list out from what the feed says at the moment of printing."""

    def __init__(
        self,
        *,
        enrolment: Enrolment,
        key: Callable[[], Ed25519PrivateKey],
        configuration: Callable[[], Configuration | None],
        place: Callable[[], Zone | None],
        words: Callable[[], Words],
    ) -> None:
        self._enrolment = enrolment
        self._key = key
        self._configuration = configuration
        self._place = place
        self._words = words

    def draw(self, people: EvacuationList, medium: Medium) -> ListPages:
        """The pages of this list on this medium.

        Raises:
            PrinterError: they cannot be laid out.
        """
        configuration, place = self._configuration(), self._place()
        zones = () if configuration is None else configuration.zones
        return list_pages(
            people,
            self._words(),
            medium,
            points={zone.name: zone.muster_point for zone in zones},
            elsewhere="" if place is None else place.muster_point,
            codes=self.snapshot(people, snapshot_signs(medium)),
        )

    def snapshot(self, people: EvacuationList, most_signs: int) -> tuple[str, ...]:
        """The texts of the list's codes; none where the paper carries none, or the records are too damaged to sign."""
        if not most_signs:
            return ()
        once = (replace(entry, other_zones=()) if entry.other_zones else entry for entry in people.entries)
        listed = [_listed(entry, people) for group in zone_groups(once) for entry in group.people]
        with suppress(DeviceError, ProtocolError):
            return seal_snapshot(
                _head(people), listed, most_signs=most_signs, tenant=self._enrolment.tenant, key=self._key()
            )
        return ()


def _head(people: EvacuationList) -> SnapshotHead:
    stays = [stay for entry in people.entries for text in (entry.stay_id, *entry.again) if (stay := _stay(text))]
    return SnapshotHead(
        digest=bytes.fromhex(present_digest(stays))[:_DIGEST_BYTES],
        as_of_s=int(people.as_of.timestamp()),
        freshness=_FRESHNESS[people.freshness],
        damaged=people.damaged,
        unconfirmed=people.unconfirmed,
        site=people.site,
    )


def _listed(entry: PersonOnSite, people: EvacuationList) -> ListedPerson:
    stay = _stay(entry.stay_id)
    return ListedPerson(
        name=entry.name,
        company=entry.company,
        host=entry.host,
        zone=entry.zone,
        minutes=max(0, int((people.as_of - entry.since).total_seconds() // 60)),
        assistance=entry.needs_assistance,
        readable="" if stay is None else readable_code(stay),
    )


def _stay(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
