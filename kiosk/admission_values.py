"""Coming by invitation, and not being let in at once: plain values, and the two ports behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from kiosk.lobby_values import HostChoice, PinRefused, Unlocked


@dataclass(frozen=True, slots=True)
class Invited:
    """What an invitation says of its visitor. ``host`` is None where it names nobody, or nobody who is known here.

    ``agreed``: documents that this visitor agreed to before, by id, each with the version that it was.
    ``returning``: it is the pass of somebody who comes again and again, and has been here.
    ``in_group``: others are invited together with them, each by a code of their own.
    """

    invitation: str
    visitor_type: str
    name: str
    company: str
    language: str
    host: HostChoice | None = None
    agreed: Mapping[str, str] = field(default_factory=dict)
    returning: bool = False
    in_group: bool = False


class InvitationProblem(StrEnum):
    """Why a code did not begin a visit."""

    UNKNOWN_CODE = "unknown-code"
    NOT_HERE = "not-here"
    TOO_EARLY = "too-early"
    EXPIRED = "expired"
    USED = "used"
    OTHER_PLACE = "other-place"
    BADGE = "badge"
    NOT_FOUND = "not-found"
    RESTING = "resting"
    STORE_ERROR = "store-error"


@dataclass(frozen=True, slots=True)
class InvitationRefused:
    """No visit begins. ``begins``: local time from which the invitation is good, where that is still to come."""

    reason: InvitationProblem
    begins: datetime | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """Nobody was checked in; reception is to help. Why stands on the record and nowhere on the screen.

    ``held_at`` is local time.
    """

    stay_id: str
    display_name: str
    held_at: datetime


class Invitations(Protocol):
    """Knows the invitations that this kiosk has heard of."""

    def any_known(self) -> bool:
        """Return whether there are any. Quick."""

    def by_code(self, text: str) -> Invited | InvitationRefused:
        """Return what the invitation says that ``text`` stands for: its QR content, or its 8 readable characters.

        Nothing is recorded. Called from a worker thread; never raises.
        """

    def any_claimed(self) -> bool:
        """Return whether any can be found without its code. Quick."""

    def by_claim(self, email: str, code: str) -> Invited | InvitationRefused:
        """Return the invitation that this address and this short code belong to together. After some wrong tries none
        is found for a minute. As for a code.
        """

    def by_ids(self, ids: tuple[str, ...]) -> Invited | InvitationRefused:
        """Return the first of these invitations that serves now, else why one does not. As for a code."""


class NoInvitations:
    """A lobby to which nobody is invited."""

    def any_known(self) -> bool:
        """Return False."""
        return False

    def by_code(self, text: str) -> Invited | InvitationRefused:
        """Return that nothing is known of the code."""
        del text
        return InvitationRefused(InvitationProblem.UNKNOWN_CODE)

    def any_claimed(self) -> bool:
        """Return False."""
        return False

    def by_claim(self, email: str, code: str) -> Invited | InvitationRefused:
        """Return that nothing is found."""
        del email, code
        return InvitationRefused(InvitationProblem.NOT_FOUND)

    def by_ids(self, ids: tuple[str, ...]) -> Invited | InvitationRefused:
        """Return that nothing is found."""
        del ids
        return InvitationRefused(InvitationProblem.NOT_FOUND)


class Overrides(Protocol):
    """The staff PIN that lets in somebody who was held."""

    def unlock(self, pin: str) -> Unlocked | PinRefused:
        """Check a PIN. The try is counted durably before the comparison. Called from a worker thread."""


class NoOverrides:
    """A lobby in which no PIN lets anybody in."""

    def unlock(self, pin: str) -> Unlocked | PinRefused:
        """Return that it is the wrong one."""
        del pin
        return PinRefused(0)
