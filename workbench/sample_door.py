"""Invitations, the PIN of whoever lets people in, and the bell of reception, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.admission_values import InvitationProblem, InvitationRefused, Invited
from kiosk.calling_values import Called, CallRefused, CallWish
from kiosk.mailed_code_values import CodeOnItsWay, CodeOpens, MailedCodeOutcome
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

    def by_ids(self, ids: tuple[str, ...]) -> Invited | InvitationRefused:
        """Return the first that is set for any of these."""
        known = [each for each in self.by_text.values() if isinstance(each, Invited) and each.invitation in ids]
        return known[0] if known else InvitationRefused(InvitationProblem.NOT_HERE)


@dataclass
class SampleMailedCodes:
    """A line that answers when it is told to. ``codes``: what each address and code open."""

    on: bool = False
    codes: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    answers: MailedCodeOutcome | None = None
    wanted: list[str] = field(default_factory=list)
    asked: object = None

    def offered(self) -> bool:
        """Return whether it is on."""
        return self.on

    def want(self, email: str) -> int:
        """Note the address."""
        self.wanted.append(email)
        self.asked = self.answers or CodeOnItsWay(10)
        return 1

    def try_code(self, email: str, code: str) -> int:
        """Look the code up."""
        self.asked = self.answers or CodeOpens(self.codes.get((email, code), ()))
        return 1

    def outcome(self, question: int) -> MailedCodeOutcome | None:
        """Return what was asked, once."""
        del question
        found, self.asked = self.asked, None
        return found  # type: ignore[return-value]  # an outcome, or nothing

    def forget(self) -> None:
        """Forget it."""
        self.asked = None


@dataclass
class SampleOverrides:
    """One PIN that lets in whoever was held."""

    pin: str = "864202"

    def unlock(self, pin: str) -> Unlocked | PinRefused:
        """Compare the PIN."""
        return Unlocked(by="security", scopes=frozenset({"override"})) if pin == self.pin else PinRefused(4)


@dataclass
class SampleBell:
    """A reception that is told when ``told`` says so; ``offered``: whether there is one that the server tells."""

    offered: bool = True
    told: bool = False
    number: str = ""
    refuse: CallRefused | None = None
    wishes: list[CallWish] = field(default_factory=list)

    def is_offered(self) -> bool:
        """Return whether there is one."""
        return self.offered

    def phone(self) -> str:
        """Return its number."""
        return self.number

    def call(self, wish: CallWish) -> Called | CallRefused:
        """Note the wish."""
        if self.refuse is not None:
            return self.refuse
        self.wishes.append(wish)
        return Called(wish.stay_id or "called-1")

    def is_told(self, stay_id: str) -> bool:
        """Return what is set, of every visit that there is."""
        return self.told and bool(stay_id)
