"""What invited people agreed to (F05, ADR 98): taken from batches, told to kiosks in the invitation's entry.

Doubt keeps nothing, so that kiosks ask again.
"""

import hmac
from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from cloud_api.clock import unix_ms
from cloud_api.keys.fields import FieldCipher
from cloud_api.services.file_people import InvitationEntry
from cloud_api.services.file_visits import DocumentRuleEntry
from cloud_api.services.ingest_store import ToldConsent
from cloud_api.store import agreements, published
from cloud_api.store.agreements import Agreement
from cloud_api.store.db import Tenant
from sync.protocol import exact_json
from sync.protocol.feed import Agreed
from sync.protocol.matching import folded_words

MOST_OF_ONE = 16
MOST_ON_A_PAGE = 2000
"""The newest, some 300 KB of a page's 4 MiB; what has no room is asked again."""
_PURPOSE = "agreement-names"


async def keep(tx: Tenant, cipher: FieldCipher, told: Sequence[ToldConsent]) -> bool:
    """Write down those to documents that need not be agreed to at every visit; whether that may change a page."""
    wanted = await _documents(tx, cipher)
    told = [item for item in told if item.document in wanted]
    known = {item.invitation_id: await _find(tx, cipher, item.invitation_id) for item in told}
    kept: list[Agreement] = []
    declined = False
    for item in told:
        entry = known[item.invitation_id]
        if entry is None or entry.uses > 1 or not _same_name(cipher, entry.name, item.name):
            continue
        if item.granted:
            kept.append(_agreement(cipher, item))
        else:
            declined = True
            await agreements.take_back(tx, item.invitation_id, item.document, item.at)
    await agreements.put(tx, kept)
    return bool(kept) or declined


async def of_invitations(tx: Tenant, cipher: FieldCipher) -> dict[UUID, list[Agreement]]:
    """What is known of each invitation, as far as it may still be told."""
    found: dict[UUID, list[Agreement]] = {}
    wanted = await _documents(tx, cipher)
    for item in await agreements.list_newest(tx, wanted, limit=MOST_ON_A_PAGE) if wanted else ():
        found.setdefault(item.invitation_id, []).append(item)
    return found


def told(cipher: FieldCipher, entry: InvitationEntry, known: Sequence[Agreement]) -> tuple[Agreed, ...]:
    """What is told of an invitation: nothing of another person than is invited now, nor of one of several."""
    if entry.uses > 1:
        return ()
    mac = name_mac(cipher, entry.name)
    own = sorted((item for item in known if hmac.compare_digest(item.name_mac, mac)), key=lambda item: item.document)
    return tuple(
        Agreed(
            document=item.document,
            sha256=item.sha256.hex(),
            at_ms=unix_ms(item.agreed_at),
            signed=item.signed,
            right=item.right,
        )
        for item in own[:MOST_OF_ONE]
    )


def _same_name(cipher: FieldCipher, one: str, other: str) -> bool:
    return hmac.compare_digest(name_mac(cipher, one), name_mac(cipher, other))


def name_mac(cipher: FieldCipher, name: str) -> bytes:
    """By which names are compared: the same for another case or accent (16 bytes)."""
    words = "\n".join(folded_words("name", name)) or name
    return hmac.new(cipher.derive(_PURPOSE), words.encode("utf-8"), sha256).digest()[:16]


async def _documents(tx: Tenant, cipher: FieldCipher) -> set[str]:
    """Those that hold for some time."""
    found = await published.list_page(tx, cipher, "documents")
    rules = [exact_json.read(item.entry, DocumentRuleEntry, what="a published entry") for item in found]
    return {rule.document for rule in rules if rule.again_after_days}


async def _find(tx: Tenant, cipher: FieldCipher, invitation_id: UUID) -> InvitationEntry | None:
    found = await published.find(tx, cipher, "invitations", invitation_id)
    return None if found is None else exact_json.read(found.entry, InvitationEntry, what="a published entry")


def _agreement(cipher: FieldCipher, item: ToldConsent) -> Agreement:
    return Agreement(
        invitation_id=item.invitation_id,
        document=item.document,
        stay_id=item.stay_id,
        sha256=bytes.fromhex(item.sha256),
        agreed_at=item.at,
        signed=item.signed,
        right=item.right,
        name_mac=name_mac(cipher, item.name),
    )
