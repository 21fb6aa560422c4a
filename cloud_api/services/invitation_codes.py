"""The codes of announced visitors (F03): signed when they are asked for, by the token key that is current then.

Nothing is kept of a code: the same key says the same again. A key that was withdrawn takes the codes with it that it
signed, and the next one that is asked for is by another.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.keys.ring import KeyRing
from cloud_api.policy.reach import EVERYWHERE, Reach
from cloud_api.services.announced import over_at
from cloud_api.services.feed_entries import Naming
from cloud_api.services.file_people import InvitationEntry
from cloud_api.services.not_done import NotDone
from cloud_api.services.signatures import Signatures
from cloud_api.store import data_keys, published
from cloud_api.store.db import Database, Tenant
from cloud_api.store.published import PublishedEntry
from sync.protocol import exact_json
from sync.protocol.codes import readable_code

_LAST_S = 2**32 - 1
"""The latest expiry that a code has room for, in 2106."""


@dataclass(frozen=True, slots=True)
class InvitationCode:
    """A code: ``text`` as a QR code holds it, ``readable`` its eight characters, and the end of its last window."""

    invitation: UUID
    text: str
    readable: str
    expires_at: datetime


class InvitationCodes:
    """Signs them."""

    def __init__(self, db: Database, ring: KeyRing, signatures: Signatures, clock: Clock) -> None:
        self._db = db
        self._ring = ring
        self._signatures = signatures
        self._clock = clock

    async def of(self, tenant: UUID, reach: Reach, entry_id: UUID) -> InvitationCode | NotDone:
        """The code of an invitation. ``ABSENT``: there is none such within reach; ``OVER``: its last window ended."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            return await self._sign(tx, reach, entry_id)

    async def of_key(self, tenant: UUID, key: str) -> InvitationCode | NotDone:
        """The same of the invitation that the organisation calls ``key``."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            return await self._sign(tx, EVERYWHERE, Naming.of(tx.id, cipher).entry("invitations", key))

    async def _sign(self, tx: Tenant, reach: Reach, entry_id: UUID) -> InvitationCode | NotDone:
        cipher = await data_keys.open_organisation_key(tx, self._ring)
        found = await published.find(tx, cipher, "invitations", entry_id)
        if found is None or not (found.site_id is None or reach.holds(found.site_id)):
            return NotDone.ABSENT
        ends_at = _end_of(found)
        if ends_at <= self._clock.now():
            return NotDone.OVER
        expires_s = min(-int(-ends_at.timestamp() // 1), _LAST_S)  # a started second counts: windows are judged besides
        text = await self._signatures.sign_invitation(tx, entry_id, expires_s=expires_s)
        return InvitationCode(entry_id, text, readable_code(entry_id), datetime.fromtimestamp(expires_s, UTC))


def _end_of(found: PublishedEntry) -> datetime:
    return over_at(exact_json.read(found.entry, InvitationEntry, what="a published entry"))
