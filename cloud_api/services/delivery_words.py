"""What a letter about a delivery says, as things stand when it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from cloud_api.keys.ring import KeyRing
from cloud_api.notify.link_free import link_free
from cloud_api.services.letter_language import letter_language
from cloud_api.services.signed_links import LinkPurpose, SignedLinks
from cloud_api.store import deliveries, hosts, organisations
from cloud_api.store.db import Tenant


@dataclass(frozen=True, slots=True)
class DeliveryWords:
    """To which host and address, in which language (the first of the location), and the words; ``choices``: the path by
    which the host chooses mails.
    """

    host_id: UUID
    to: str
    language: str
    words: Mapping[str, str]
    choices: str


async def find_words(tx: Tenant, ring: KeyRing, links: SignedLinks, delivery_id: UUID) -> DeliveryWords | None:
    """``None`` where nobody is to be told: it is collected or erased, or the host has no address or wants no mail."""
    item = await deliveries.find(tx, ring, delivery_id)
    if item is None or item.collected_at is not None:
        return None
    host = (await hosts.find_many(tx, ring, [item.host_id])).get(item.host_id)
    muted = await hosts.find_muted(tx, item.host_id)
    if host is None or not host.email or (muted is not None and muted > links.now()):
        return None
    site = next((site for site in await organisations.list_sites(tx, None) if site.id == item.site_id), None)
    language = letter_language(site) if site else "en"
    words = {
        "items": str(item.items),
        "carrier": link_free(item.carrier) or "–",
        "place": link_free(item.place) or (site.name if site else "–"),
        "note": link_free(item.note) or "–",
        "site": site.name if site else "–",
    }
    choices = f"/mail/{await links.make(tx, LinkPurpose.HOST_MAIL, host.id)}"
    return DeliveryWords(host.id, host.email, language, words, choices)
