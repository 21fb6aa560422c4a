"""The letter that brings a visitor the copy of what they agreed to: as things stand when it is sent (F05, ADR 99)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cloud_api.keys.ring import KeyRing
from cloud_api.notify.mailer import PdfFile
from cloud_api.objects.port import Objects
from cloud_api.paper.facts import CopyFacts
from cloud_api.services.document_copies import CopyFault, find_copy, mail_fault
from cloud_api.services.mailed_code_words import address_mac
from cloud_api.store import data_keys
from cloud_api.store.db import Tenant
from cloud_api.store.letters import Letter

_OF_A_KIOSK, _TO_AN_ADDRESS = "document-copies", "document-copies-to"
MOST_BYTES = 4 * 1024 * 1024
"""Of a PDF. Many mail servers take no larger message than ten megabytes, and Base64 makes three bytes four."""


@dataclass(frozen=True, slots=True)
class CopyLetter:
    """To which address, in which language, and the words; the file's name and what it holds; how many there may be."""

    to: str
    language: str
    words: Mapping[str, str]
    pdf: tuple[str, CopyFacts]
    bounded: Sequence[tuple[str, str]]


async def find_copy_letter(
    tx: Tenant, ring: KeyRing, kept: Objects, letter: Letter, now: datetime
) -> CopyLetter | CopyFault:
    """What a letter about the copy of its own id says."""
    found = await find_copy(tx, ring, kept, letter.subject_id, letter.id)
    fault = found if isinstance(found, CopyFault) else mail_fault(found, now)
    if isinstance(found, CopyFault) or fault is not None:
        return fault or CopyFault.GONE
    cipher = await data_keys.open_organisation_key(tx, ring)
    facts, agreed = found.facts, found.agreed
    return CopyLetter(
        to=found.email,
        language=facts.language,
        words={"document": facts.title, "site": facts.site},
        pdf=(f"{agreed.said.document}.pdf", facts),
        bounded=(
            (_TO_AN_ADDRESS, f"{tx.id}|{address_mac(cipher, found.email).hex()}"),
            (_OF_A_KIOSK, f"kiosk|{agreed.header.kiosk}"),
        ),
    )


async def draw_pdf(name: str, facts: CopyFacts) -> PdfFile | CopyFault:
    """The file, drawn beside the loop."""
    from cloud_api.paper.document_copy import CopyTooLongError, draw_copy  # noqa: PLC0415  fonts: few processes draw

    try:
        drawn = await asyncio.to_thread(draw_copy, facts)
    except CopyTooLongError:
        return CopyFault.TOO_LONG
    return PdfFile(name, drawn) if len(drawn) <= MOST_BYTES else CopyFault.TOO_LONG
