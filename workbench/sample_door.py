"""Invitations and the PIN of whoever lets people in, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.admission_values import InvitationProblem, InvitationRefused, Invited
from kiosk.ports import PinRefused, Unlocked


@dataclass
class SampleInvitations:
    """Invitations by their codes, and why each serves or does not."""

    by_text: dict[str, Invited | InvitationRefused] = field(default_factory=dict)
    claims: dict[tuple[str, str], Invited | InvitationRefused] = field(default_factory=dict)

    def any_known(self) -> bool:
        """Return whether there are any."""
        return bool(self.by_text or self.claims)

    def by_code(self, text: str) -> Invited | InvitationRefused:
        """Return what is set for the code."""
        return self.by_text.get(text, InvitationRefused(InvitationProblem.UNKNOWN_CODE))

    def any_claimed(self) -> bool:
        """Return whether any can be found without its code."""
        return bool(self.claims)

    def by_claim(self, email: str, code: str) -> Invited | InvitationRefused:
        """Return what is set for both."""
        return self.claims.get((email, code), InvitationRefused(InvitationProblem.NOT_FOUND))


@dataclass
class SampleOverrides:
    """One PIN that lets in whoever was held."""

    pin: str = "864202"

    def unlock(self, pin: str) -> Unlocked | PinRefused:
        """Compare the PIN."""
        return Unlocked(by="security", scopes=frozenset({"override"})) if pin == self.pin else PinRefused(4)
