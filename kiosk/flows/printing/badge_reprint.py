"""A badge again, on purpose: it was lost, spoilt, or nobody is sure that it came out. By whom and why is recorded.

The wish is an event, so it needs no running lobby and no printer: whatever lobby runs on this log prints it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from kiosk.flows.printing.badge_ledger import BadgeLedger, BadgeRecord
from kiosk.ports import BadgeOnRecord, BadgeStanding, ReprintAsked, ReprintRefused
from sync.device.errors import StorageError, UnfitActError
from sync.device.muster_roll import MusterRoll
from sync.protocol.fold import Stay
from sync.protocol.kinds import Kind
from sync.writing import tidy

_MAX_TEXT = 200


@dataclass(frozen=True, slots=True)
class ReprintDesk:
    """The kiosk's ``Reprints``. ``asked`` is called after each wish that is on the disk."""

    ledger: BadgeLedger
    roll: MusterRoll
    asked: Callable[[], None] = lambda: None

    def newest_badge(self, stay_id: str) -> BadgeOnRecord:
        """See ``Reprints``; where the disk refuses, nothing is said to be known."""
        try:
            badges = self.ledger.of_stay(UUID(stay_id))
        except StorageError:
            return BadgeOnRecord(BadgeStanding.NONE)
        return _on_record(badges[-1]) if badges else BadgeOnRecord(BadgeStanding.NONE)

    def reprint(self, stay_id: str, *, by: str, why: str) -> ReprintAsked | ReprintRefused:
        """See ``Reprints``."""
        stay = UUID(stay_id)
        by, why = _line(by), _line(why)
        if not by or not why:
            return ReprintRefused.NO_REASON
        try:
            known = self.roll.find(stay)
            if known is None or not known.present:
                return ReprintRefused.NOT_ON_SITE
            if known.muster is None:
                return ReprintRefused.UNREADABLE
            badges = self.ledger.of_stay(stay)
            if any(badge.owed for badge in badges):
                return ReprintRefused.STILL_TO_COME
            copy = max((badge.key[1] for badge in badges), default=self._before(known)) + 1
            self.ledger.ask_again((stay, copy), medium="", by=by, why=why)
        except (StorageError, UnfitActError):
            return ReprintRefused.STORE_ERROR
        self.asked()
        return ReprintAsked(copy)

    def _before(self, known: Stay) -> int:
        """Whoever arrived at another kiosk got the first badge there."""
        return int(known.arrived is not None and known.arrived.header.kiosk != self.ledger.kiosk)


def _on_record(badge: BadgeRecord) -> BadgeOnRecord:
    outcome = badge.outcome
    if outcome is None or badge.owed:
        return BadgeOnRecord(BadgeStanding.TO_COME)
    if outcome.kind is Kind.BADGE_PRINTED:
        return BadgeOnRecord(BadgeStanding.PRINTED, outcome.printer)
    if outcome.kind is Kind.BADGE_SENT:
        return BadgeOnRecord(BadgeStanding.SENT, outcome.printer)
    return BadgeOnRecord(BadgeStanding.UNSURE if outcome.unsure else BadgeStanding.NOT_PRINTED, outcome.printer)


def _line(text: str) -> str:
    return " ".join(tidy(text).split())[:_MAX_TEXT]
