"""What the visit's page tells of copies: of which documents there is a PDF, and what became of those that were asked
for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.keys.ring import KeyRing
from cloud_api.notify.mailer import PdfFile
from cloud_api.objects.port import Objects
from cloud_api.policy.reach import Reach
from cloud_api.services.copy_letters import draw_pdf
from cloud_api.services.document_copies import Agreed, CopyFault, agreed_documents, find_copy
from cloud_api.store import letters, stays
from cloud_api.store.board import StayEvent
from cloud_api.store.db import Database, Tenant
from cloud_api.store.letters import Outcome

Titles = Mapping[tuple[str, str], str]
"""Of documents, by their id and language."""


@dataclass(frozen=True, slots=True)
class AgreedDocument:
    """A document that was agreed to. ``waits``: its copy can be drawn once the signature is here."""

    id: UUID
    title: str
    version: str
    waits: bool


@dataclass(frozen=True, slots=True)
class CopyStep:
    """What became of a copy that was asked for: an icon's name, a line, and what else there is to say."""

    at: datetime
    icon: str
    title: str
    more: str
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class ToldCopies:
    """Both, in the order in which they were agreed to."""

    documents: tuple[AgreedDocument, ...]
    steps: tuple[CopyStep, ...]


class VisitCopies:
    """Draws the copy of a document for staff: the one that the visitor is sent."""

    def __init__(self, db: Database, ring: KeyRing, kept: Objects) -> None:
        self._db = db
        self._ring = ring
        self._kept = kept

    async def draw(self, tenant: UUID, reach: Reach, stay_id: UUID, copy_id: UUID) -> PdfFile | CopyFault | None:
        """The file, or why there is none; ``None`` when no visit within reach has such a document."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            place = await stays.find_place(tx, stay_id)
            if place is None or not reach.holds_visit(*place):
                return None
            found = await find_copy(tx, self._ring, self._kept, stay_id, copy_id)
        if isinstance(found, CopyFault):
            return None if found is CopyFault.GONE else found
        return await draw_pdf(f"{found.agreed.said.document}.pdf", found.facts)


async def tell_copies(
    tx: Tenant, stay_id: UUID, events: Sequence[StayEvent], titles: Titles, signed: Iterable[UUID]
) -> ToldCopies:
    """What there is to tell of a visit. ``signed``: the signatures that are here."""
    agreed, here = agreed_documents(stay_id, events), {None, *signed}
    asked = {key: one for key, one in agreed.items() if one.said.copy}
    outcomes = await letters.find_outcomes(tx, asked) if asked else {}
    return ToldCopies(
        tuple(
            AgreedDocument(key, _title(one, titles), one.said.version, one.said.signature not in here)
            for key, one in agreed.items()
        ),
        tuple(
            _step(one, _title(one, titles), outcomes.get(key), waits=one.said.signature not in here)
            for key, one in asked.items()
        ),
    )


def _title(agreed: Agreed, titles: Titles) -> str:
    return titles.get((agreed.said.document, agreed.said.language), agreed.said.document)


def _step(agreed: Agreed, title: str, outcome: Outcome | None, *, waits: bool) -> CopyStep:
    if outcome is None:
        more = "It is sent when the kiosk has sent the signature" if waits else ""
        return CopyStep(agreed.at, "message-waiting", f"Asked for a copy of “{title}”", more)
    at = outcome.changed_at
    match outcome.standing:
        case "sent":
            return CopyStep(at, "message", f"A copy of “{title}” was sent", "To the visitor, by e-mail")
        case "failed":
            more = f"{outcome.fault[:1].upper()}{outcome.fault[1:]}"
            return CopyStep(at, "message-failed", f"The copy of “{title}” was not sent", more, wrong=True)
        case "unsure":
            more = "The server was cut off while sending the e-mail"
            return CopyStep(at, "message-failed", f"The copy of “{title}” may not have been sent", more, wrong=True)
        case _:
            return CopyStep(at, "message-waiting", f"A copy of “{title}” is being sent", "To the visitor, by e-mail")
