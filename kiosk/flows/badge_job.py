"""One badge to be printed: what it needs to know, kept in memory only."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from kiosk.ports import ArrivalDraft
from sync.protocol.kinds import ArrivedFull, ArrivedMuster


@dataclass(frozen=True, slots=True)
class BadgeJob:
    """A badge for one stay. ``photo`` is a JPEG; after a restart there is none, for it is never on disk."""

    stay: UUID
    name: str
    company: str
    host: str
    visitor_type: str
    language: str
    arrived_at: datetime
    photo: bytes | None = field(default=None, repr=False)

    @classmethod
    def from_draft(cls, draft: ArrivalDraft, stay: UUID, arrived_at: datetime) -> "BadgeJob":
        """The badge of somebody who has just arrived."""
        return cls(
            stay=stay,
            name=draft.display_name,
            company=draft.company,
            host=draft.host_name,
            visitor_type=draft.visitor_type,
            language=draft.language,
            arrived_at=arrived_at,
            photo=draft.photo,
        )

    @classmethod
    def from_bodies(
        cls, stay: UUID, muster: ArrivedMuster, full: ArrivedFull | None, arrived_at: datetime
    ) -> "BadgeJob":
        """The badge of somebody whose arrival was recorded before a restart."""
        return cls(
            stay=stay,
            name=muster.name,
            company=muster.company,
            host=muster.host,
            visitor_type="" if full is None else full.type,
            language="en" if full is None else full.language,
            arrived_at=arrived_at,
        )
