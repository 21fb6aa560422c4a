"""What a copy of an agreed document holds, read from the visit's own events: the very text that was shown, or nothing.

The letter to the visitor and the console's page give the same copy.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from cloud_api.clock import from_unix_ms
from cloud_api.errors import SealedFieldError
from cloud_api.keys.fields import FieldCipher
from cloud_api.keys.ring import KeyRing
from cloud_api.notify.link_free import link_free
from cloud_api.objects.port import Objects
from cloud_api.paper.facts import CopyFacts
from cloud_api.services.board_rows import details_of
from cloud_api.services.mail_addresses import is_mailable
from cloud_api.services.place_zones import place_zone
from cloud_api.services.stored_bodies import first_recorded, read_full_body
from cloud_api.services.wanted_copies import copy_id
from cloud_api.store import board, catalogue, data_keys, objects, organisations, stays
from cloud_api.store.board import StayEvent
from cloud_api.store.db import Tenant
from cloud_api.store.stays import Stay
from sync.protocol.errors import ProtocolError
from sync.protocol.events import Header, decode_header
from sync.protocol.feed import document_hash
from sync.protocol.hlc import ClockQuality, Hlc
from sync.protocol.ink import Ink, decode_ink
from sync.protocol.kinds import ConsentFull
from sync.protocol.sealing import ObjectName, open_content

SENT_WITHIN = timedelta(days=29)
"""A day less than letters are kept: none is sent of which it could be forgotten that it was."""
_LEADS = re.compile(r"://|@|\bwww\.", re.IGNORECASE)


class CopyFault(StrEnum):
    """Why there is no copy, in the words of the visit's page."""

    GONE = "it is not needed any more"
    NO_ADDRESS = "the visitor gave no address that mail can be sent to"
    NO_TEXT = "the text that was agreed to is not here, so none is sent in its place"
    NO_SIGNATURE = "the signature cannot be read"
    TOO_LONG = "the text is too long for a copy"
    TOO_OLD = "it was asked for too long ago"


@dataclass(frozen=True, slots=True)
class Agreed:
    """A consent to a document. ``at``: when it was given; ``heard_at``: when the server first heard of it."""

    id: UUID
    said: ConsentFull
    header: Header
    at: datetime
    heard_at: datetime


@dataclass(frozen=True, slots=True)
class FoundCopy:
    """A copy's facts, the consent, the address that the visitor gave, and the id of the document."""

    facts: CopyFacts
    agreed: Agreed
    email: str


def agreed_documents(stay_id: UUID, events: Sequence[StayEvent]) -> dict[UUID, Agreed]:
    """The documents that somebody agreed to at a visit, by the ids of their copies; of each the first telling."""
    found: dict[UUID, Agreed] = {}
    for agreed in _consents(stay_id, events):
        before = found.get(agreed.id)
        if before is None or agreed.said.copy > before.said.copy:
            found[agreed.id] = agreed
    return found


async def find_copy(tx: Tenant, ring: KeyRing, kept: Objects, stay_id: UUID, wanted: UUID) -> FoundCopy | CopyFault:
    """The copy of this id, of a visit that the caller may know.

    Raises:
        ObjectStoreError: the signature cannot be read now; that it never can, the fault says.
    """
    own = (await data_keys.open_keys(tx, ring, [stay_id])).get(stay_id)
    stay = (await stays.find_many(tx, ring, [stay_id])).get(stay_id)
    if own is None or stay is None or stay.person is None:
        return CopyFault.GONE
    agreed = agreed_documents(stay_id, await board.list_events(tx, own, stay_id)).get(wanted)
    if agreed is None:
        return CopyFault.GONE
    said, ink = agreed.said, None
    text = await catalogue.find_text(tx, said.document, said.version, said.language)
    if text is None or not text.sha256 == said.sha256 == document_hash(text.title, text.paragraphs):
        return CopyFault.NO_TEXT
    if said.signature is not None:
        ink = await _signature(tx, kept, own, stay_id, said.signature)
        if ink is None:
            return CopyFault.NO_SIGNATURE
    facts = await _facts(tx, stay, agreed, text, ink)
    return FoundCopy(facts, agreed, stay.person.email)


def mail_fault(found: FoundCopy, now: datetime) -> CopyFault | None:
    """Why a copy may not be mailed, though there is one."""
    if not is_mailable(found.email):
        return CopyFault.NO_ADDRESS
    return CopyFault.TOO_OLD if now - found.agreed.heard_at > SENT_WITHIN else None


def _consents(stay_id: UUID, events: Sequence[StayEvent]) -> Iterator[Agreed]:
    for event in events:
        header = decode_header(event.raw)
        said = None if event.quarantined else read_full_body(header.kind, event.full)
        if not isinstance(said, ConsentFull) or said.purpose != "document" or not said.granted:
            continue
        again = first_recorded(event.full)
        stamps = [header.hlc] if again is None else [header.hlc, again.hlc]
        at = min(event.received_at, *(from_unix_ms(Hlc.parse(stamp).wall_ms) for stamp in stamps))
        yield Agreed(copy_id(stay_id, said), said, header, at, event.received_at)


async def _facts(tx: Tenant, stay: Stay, agreed: Agreed, text: catalogue.DocumentText, ink: Ink | None) -> CopyFacts:
    sites = await organisations.list_sites(tx, None)
    site = next((site.name for site in sites if site.id == stay.site_id), "")
    person = stay.person
    return CopyFacts(
        organisation=await organisations.find_name(tx) or "",
        site=site,
        language=details_of(person).language if person else "",
        text_language=text.language,
        version=text.version,
        title=text.title,
        paragraphs=text.paragraphs,
        sha256=text.sha256,
        name=_leads_nowhere(person.name) if person else "",
        agreed_at=agreed.at.astimezone(place_zone(sites, stay.site_id)),
        ink=ink,
        asked=agreed.said.asked,
        right=agreed.said.right,
        clock_unset=agreed.header.clock is ClockQuality.UNSYNCED,
    )


async def _signature(tx: Tenant, kept: Objects, own: FieldCipher, stay_id: UUID, signature: UUID) -> Ink | None:
    found = (await objects.of_stay(tx, stay_id)).get(signature)
    if found is None or found.standing != "kept" or found.kind != "signature":
        return None
    name = ObjectName(tx.id, signature)
    try:
        key, ciphertext = objects.open_key(own, found), await kept.get(name)
        if key is None or ciphertext is None:
            return None
        return decode_ink(open_content(ciphertext, name=name, own=key))
    except (ProtocolError, SealedFieldError):
        return None


def _leads_nowhere(name: str) -> str:
    """A name as it was typed; readers of PDF make links of what looks like an address, and anybody's may be typed."""
    return link_free(name) if _LEADS.search(name) else name
