"""One badge to be printed: what it needs to know, kept in memory only."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from kiosk.ports import ArrivalDraft
from sync.protocol.kinds import ArrivedFull, ArrivedMuster

BadgeKey = tuple[UUID, int]
"""Which badge: the stay, and its how manieth (1: the first, 2: the first reprint ...)."""


@dataclass(frozen=True, slots=True)
class BadgeJob:
    """A badge for one stay. ``photo`` is a JPEG; after a restart there is none, for it is never on disk. ``dated``: by
    a clock that could be believed.
    """

    stay: UUID
    name: str
    company: str
    host: str
    visitor_type: str
    language: str
    arrived_at: datetime
    photo: bytes | None = field(default=None, repr=False)
    copy: int = 1
    dated: bool = True

    @property
    def key(self) -> BadgeKey:
        """Which badge this is."""
        return self.stay, self.copy

    @classmethod
    def from_draft(cls, draft: ArrivalDraft, stay: UUID, arrived_at: datetime, *, dated: bool = True) -> "BadgeJob":
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
            dated=dated,
        )

    @classmethod
    def from_records(
        cls, badge: BadgeKey, muster: ArrivedMuster, full: ArrivedFull | None, arrived_at: datetime, *, dated: bool
    ) -> "BadgeJob":
        """The badge of somebody of whom only the records are left: after a restart, or for a reprint."""
        stay, copy = badge
        return cls(
            stay=stay,
            copy=copy,
            name=muster.name,
            company=muster.company,
            host=muster.host,
            visitor_type="" if full is None else full.type,
            language="en" if full is None else full.language,
            arrived_at=arrived_at,
            dated=dated,
        )
