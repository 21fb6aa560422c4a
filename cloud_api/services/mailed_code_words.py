"""The code that is mailed to a visitor: made from what was asked by a key of the organisation, and kept nowhere."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

from cloud_api.keys.fields import FieldCipher
from cloud_api.services.announced import over_at
from cloud_api.services.file_people import InvitationEntry
from cloud_api.services.letter_language import letter_language
from cloud_api.services.mail_addresses import is_mailable
from cloud_api.store import mailed_codes, organisations, published
from cloud_api.store.db import Tenant
from sync.protocol import exact_json
from sync.protocol.matching import folded_words

DIGITS = 6
_PURPOSE = "mailed-codes"


@dataclass(frozen=True, slots=True)
class CodeWords:
    """To which address, in which language, and the words."""

    to: str
    language: str
    words: Mapping[str, str]


async def find_code(tx: Tenant, cipher: FieldCipher, code_id: UUID, now: datetime) -> CodeWords | None:
    """What the letter says; ``None`` where nobody of that address is invited there, or the time is over."""
    wanted = await mailed_codes.find(tx, cipher, code_id)
    if wanted is None or wanted.ends_at <= now:
        return None
    invited = await invitations_of(tx, cipher, wanted.site_id, wanted.email, now)
    invited = [(key, entry) for key, entry in invited if is_mailable(entry.email)]
    site = next((item for item in await organisations.list_sites(tx, None) if item.id == wanted.site_id), None)
    if not invited or site is None:
        return None
    entry = invited[0][1]
    until = wanted.ends_at.astimezone(ZoneInfo(site.time_zone))
    words = {"code": code_of(cipher, code_id), "site": site.name, "until": f"{until:%H:%M}"}
    return CodeWords(entry.email, letter_language(site, entry.language), words)


async def invitations_of(
    tx: Tenant, cipher: FieldCipher, site_id: UUID, email: str, now: datetime
) -> list[tuple[UUID, InvitationEntry]]:
    """Who is announced at a location under an address and can still come."""
    mac = address_mac(cipher, email)
    found: list[tuple[UUID, InvitationEntry]] = []
    for item in await published.list_page(tx, cipher, "invitations", site=site_id, since=now):
        entry = exact_json.read(item.entry, InvitationEntry, what="a published entry")
        if entry.email and over_at(entry) > now and hmac.compare_digest(address_mac(cipher, entry.email), mac):
            found.append((item.id, entry))
    return found


def address_mac(cipher: FieldCipher, email: str) -> bytes:
    """By which addresses are compared, case aside (16 bytes)."""
    word = "".join(folded_words("email", email))
    return hmac.new(cipher.derive(_PURPOSE), b"address\x00" + word.encode("utf-8"), sha256).digest()[:16]


def code_of(cipher: FieldCipher, code_id: UUID) -> str:
    """Six digits."""
    made = hmac.new(cipher.derive(_PURPOSE), b"code\x00" + code_id.bytes, sha256).digest()
    return f"{int.from_bytes(made[:8], 'big') % 10**DIGITS:0{DIGITS}d}"
