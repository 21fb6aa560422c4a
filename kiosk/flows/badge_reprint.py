"""A badge again, on purpose: it was lost, spoilt, or nobody is sure that it came out. By whom and why is recorded.

The wish is an event, so it needs no running lobby and no printer: whatever lobby runs on this log prints it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from kiosk.flows.badge_ledger import BadgeLedger
from kiosk.ports import ReprintAsked, ReprintRefused
from kiosk.writing import tidy
from sync.device.errors import StorageError, UnfitActError
from sync.device.muster_roll import MusterRoll

_MAX_TEXT = 200


@dataclass(frozen=True, slots=True)
class ReprintDesk:
    """``asked`` is called after each wish that is on the disk."""

    ledger: BadgeLedger
    roll: MusterRoll
    asked: Callable[[], None] = lambda: None

    def reprint(self, stay: UUID, *, by: str, why: str) -> ReprintAsked | ReprintRefused:
        """Ask for another badge for somebody on site; durable before it returns. Never raises.

        Refused while the one before is still to come: it would be a double badge. Who asks twice at the same moment
        gets one.
        """
        by, why = _line(by), _line(why)
        if not by or not why:
            return ReprintRefused.NO_REASON
        try:
            known = self.roll.find(stay)
            if known is None or not known.present or known.muster is None:
                return ReprintRefused.NOT_ON_SITE
            badges = self.ledger.of_stay(stay)
            if any(badge.owed for badge in badges):
                return ReprintRefused.STILL_TO_COME
            copy = max((badge.key[1] for badge in badges), default=0) + 1
            self.ledger.ask_again((stay, copy), medium="", by=by, why=why)
        except (StorageError, UnfitActError):
            return ReprintRefused.STORE_ERROR
        self.asked()
        return ReprintAsked(copy)


def _line(text: str) -> str:
    return " ".join(tidy(text).split())[:_MAX_TEXT]
