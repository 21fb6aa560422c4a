"""Letters to staff and visitors, sent as alerts are: at most once, whatever crashes or races (ADR 23, ADR 69).

The token of a link is made by whoever sends it, at the last moment before the message's bytes go out, and its hash is
committed with the claim: it is in the mail and nowhere else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Protocol
from uuid import UUID, uuid4

from cloud_api.clock import Clock
from cloud_api.errors import ObjectStoreError
from cloud_api.keys.ring import KeyRing
from cloud_api.notify.letter_words import LetterWords, letter
from cloud_api.notify.mailer import Delivery, Mail, Mailer
from cloud_api.objects.port import Objects
from cloud_api.paper.facts import CopyFacts
from cloud_api.services.arrival_alerts import SETTLED, AlertTerms
from cloud_api.services.call_words import find_call_words
from cloud_api.services.copy_letters import draw_pdf, find_copy_letter
from cloud_api.services.delivery_words import find_words
from cloud_api.services.document_copies import CopyFault
from cloud_api.services.mailed_code_words import find_code
from cloud_api.services.one_time_links import FreshToken, make_token
from cloud_api.services.sign_in_names import SignInNames, normal_email
from cloud_api.services.signed_links import SignedLinks
from cloud_api.store import data_keys, invitations, letters, organisations, staff_links, users
from cloud_api.store.alerts import AlertStanding
from cloud_api.store.db import Database, Tenant
from cloud_api.store.jobs import JobQueue
from cloud_api.store.letters import Letter, LetterKind

_NOT_NEEDED = "it is not needed any more"
_TOO_MANY = "there were too many mails of this kind within an hour"
_DELIVERY_MAILS = "delivery-mails"
_CALL_LETTERS = "call-letters"


class MailLimit(Protocol):
    """Counts mails by whom they are to; shared by all workers."""

    async def check(self, name: str, who: str) -> int | None:
        """``None`` when this one is allowed, else the seconds to wait."""
        ...

    async def give_back(self, name: str, who: str) -> None:
        """Uncount one that was allowed and was not sent."""
        ...


@dataclass(frozen=True, slots=True)
class LetterPorts:
    """What letters stand on. ``origin``: where links lead; ``kept``: where signatures are."""

    db: Database
    ring: KeyRing
    jobs: JobQueue
    names: SignInNames
    clock: Clock
    origin: str
    kept: Objects


@dataclass(frozen=True, slots=True)
class _Draft:
    """A letter before its link is filled in; ``path`` is empty where it has none. ``taken``: what it is instead where
    the address has an account on this server. ``words``: what else its text names; ``choices``: the path of the page
    where whoever reads it chooses their mails; ``page``: that of another page that it leads to. ``bounded``: names of
    allowances, and of what there are so many and no more. ``copy``: the PDF that comes with it, by its name and facts.
    """

    to: str
    kind: str
    language: str | None
    path: str = ""
    taken: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    choices: str = ""
    page: str = ""
    bounded: Sequence[tuple[str, str]] = ()
    copy: tuple[str, CopyFacts] | None = None


async def post(
    ports: LetterPorts, tx: Tenant, kind: LetterKind, subject_id: UUID, recipient: str | None = None
) -> None:
    """Have a letter written and sent once the transaction is committed."""
    cipher = await data_keys.open_organisation_key(tx, ports.ring)
    fresh = Letter(uuid4(), kind, subject_id, recipient, "waiting", ports.clock.now())
    await letters.add(tx, cipher, fresh)
    await ports.jobs.defer_letters(tx, [fresh.id])


class Letters:
    """Delivers letters, and takes up those that were left behind."""

    def __init__(
        self, ports: LetterPorts, mailer: Mailer | None, terms: AlertTerms, links: SignedLinks, limit: MailLimit
    ) -> None:
        self._limit = limit
        self._ports = ports
        self._links = links
        self._db = ports.db
        self._mailer = mailer
        self._terms = terms

    async def deliver(self, tenant: UUID, letter_ids: Sequence[UUID]) -> int:
        """Deliver these; how many still wait and should be tried again later."""
        return sum([await self._try_one(tenant, letter_id) == "waiting" for letter_id in letter_ids])

    async def rescue(self) -> int:
        """Give up on lost senders, defer anew what waits too long, forget what is long over; how many were deferred."""
        now = self._ports.clock.now()
        lost = now - timedelta(seconds=self._terms.lost_after_seconds)
        again = now - timedelta(seconds=self._terms.again_after_seconds)
        async with self._db.lookup() as lookups:
            tenants = await lookups.list_letter_backlogs(max(lost, again))
        deferred = 0
        for tenant in tenants:
            async with self._db.tenant(tenant) as tx:
                await letters.give_up(
                    tx, lost=lost, expired=now - timedelta(hours=self._terms.given_up_after_hours), now=now
                )
                waiting = await letters.take_up_waiting(tx, again, now)
                await self._ports.jobs.defer_letters(tx, waiting)
            deferred += len(waiting)
        return deferred

    async def _try_one(self, tenant: UUID, letter_id: UUID) -> AlertStanding | None:
        try:
            return await self._deliver_one(tenant, letter_id)
        except ObjectStoreError:
            return "waiting"  # nothing was claimed yet; the others of this job need no signature

    async def _deliver_one(self, tenant: UUID, letter_id: UUID) -> AlertStanding | None:
        now = self._ports.clock.now()
        async with self._db.tenant(tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ports.ring)
            found = await letters.find(tx, cipher, letter_id)
            if found is None or found.standing != "waiting":
                return None
            organisation = await organisations.find_open_name(tx)
            draft = await self._draft(tx, found)
            if not isinstance(draft, _Draft) or organisation is None or self._mailer is None:
                fault = _why_not(draft, organisation)
                await letters.settle(tx, letter_id, "failed", fault=fault, now=now)
                return "failed"
        if not await self._is_allowed(draft.bounded):
            # Whoever wants a copy wants it later, too.
            return "waiting" if draft.copy else await self._give_up(tenant, letter_id, _TOO_MANY)
        drawn = await draw_pdf(*draft.copy) if draft.copy else None
        if isinstance(drawn, CopyFault):
            await self._give_back(draft.bounded)
            return await self._give_up(tenant, letter_id, drawn.value)
        if draft.taken and await self._has_account(draft.to):
            draft = _Draft(draft.to, draft.taken, draft.language)
        token = make_token(tenant) if draft.path else None
        mail = replace(self._write(found, draft, organisation, token), pdf=drawn)

        async def claim() -> bool:
            return await self._claim(tenant, found, token)

        delivery = await self._mailer.deliver(mail, claim)
        if delivery in (Delivery.NOT_OURS, Delivery.NOT_SENT):
            await self._give_back(draft.bounded)
        if delivery is Delivery.NOT_OURS:
            return None
        standing, fault_found = SETTLED[delivery]
        async with self._db.tenant(tenant) as tx:
            await letters.settle(tx, letter_id, standing, fault=fault_found, now=self._ports.clock.now())
        return standing

    async def _give_up(self, tenant: UUID, letter_id: UUID, fault: str) -> AlertStanding:
        async with self._db.tenant(tenant) as tx:
            await letters.settle(tx, letter_id, "failed", fault=fault, now=self._ports.clock.now())
        return "failed"

    async def _is_allowed(self, bounded: Sequence[tuple[str, str]]) -> bool:
        for place, one in enumerate(bounded):
            if await self._limit.check(*one) is not None:
                await self._give_back(bounded[:place])
                return False
        return True

    async def _give_back(self, bounded: Sequence[tuple[str, str]]) -> None:
        for one in bounded:
            await self._limit.give_back(*one)

    async def _claim(self, tenant: UUID, found: Letter, token: FreshToken | None) -> bool:
        """Take a letter for sending, together with the link that it bears."""
        async with self._db.tenant(tenant) as tx:
            if not await letters.claim(tx, found.id, self._ports.clock.now()):
                return False
            if token is None or await _keep(tx, found, token):
                return True
            # It was taken back while the letter was written.
            await letters.settle(tx, found.id, "failed", fault=_NOT_NEEDED, now=self._ports.clock.now())
            return False

    def _write(self, found: Letter, draft: _Draft, organisation: str, token: FreshToken | None) -> Mail:
        link = f"{self._ports.origin}{draft.path}{token.text}" if token else ""
        choices = f"{self._ports.origin}{draft.choices}" if draft.choices else ""
        leads_to = link or choices or (f"{self._ports.origin}{draft.page}" if draft.page else "")
        subject, text = letter(draft.kind, draft.language, LetterWords(organisation, leads_to, draft.words))
        return Mail(found.id, draft.to, subject, text, f"{choices}/unsubscribe" if choices else "")

    async def _draft(self, tx: Tenant, found: Letter) -> _Draft | CopyFault | None:
        """What a letter is to say, as things stand now; ``None`` when nobody is to be told any more."""
        if found.kind == "invitation":
            return await self._invitation(tx, found)
        if found.kind in ("password_link", "address_link"):
            return await self._link(tx, found)
        if found.kind in ("delivery_here", "delivery_waits"):
            return await self._delivery(tx, found)
        if found.kind in ("reception_call", "reception_call_again"):
            return await self._call(tx, found)
        if found.kind in ("visitor_code", "document_copy"):
            return await (self._visitor_code if found.kind == "visitor_code" else self._document_copy)(tx, found)
        return await self._notice(tx, found)

    async def _document_copy(self, tx: Tenant, found: Letter) -> _Draft | CopyFault:
        ports = self._ports
        said = await find_copy_letter(tx, ports.ring, ports.kept, found, ports.clock.now())
        if isinstance(said, CopyFault):
            return said
        return _Draft(said.to, found.kind, said.language, words=said.words, bounded=said.bounded, copy=said.pdf)

    async def _visitor_code(self, tx: Tenant, found: Letter) -> _Draft | None:
        cipher = await data_keys.open_organisation_key(tx, self._ports.ring)
        code = await find_code(tx, cipher, found.subject_id, self._ports.clock.now())
        return None if code is None else _Draft(code.to, found.kind, code.language, words=code.words)

    async def _notice(self, tx: Tenant, found: Letter) -> _Draft | None:
        cipher = await data_keys.open_organisation_key(tx, self._ports.ring)
        user = await users.find(tx, cipher, found.subject_id)
        if user is None:
            return None
        _, language = await users.mail_facts(tx, user.id)
        return _Draft(found.recipient or user.email, found.kind, language)

    async def _delivery(self, tx: Tenant, found: Letter) -> _Draft | None:
        told = await find_words(tx, self._ports.ring, self._links, found.subject_id)
        if told is None:
            return None
        bounded = ((_DELIVERY_MAILS, f"host|{told.host_id}"),)
        return _Draft(told.to, found.kind, told.language, words=told.words, choices=told.choices, bounded=bounded)

    async def _call(self, tx: Tenant, found: Letter) -> _Draft | None:
        said = await find_call_words(tx, self._ports.ring, found, self._ports.clock.now())
        if said is None or found.recipient is None:
            return None
        bounded = ((_CALL_LETTERS, f"kiosk|{said.kiosk_id}"),)
        return _Draft(found.recipient, said.kind, said.language, words=said.words, page=said.page, bounded=bounded)

    async def _link(self, tx: Tenant, found: Letter) -> _Draft | None:
        cipher = await data_keys.open_organisation_key(tx, self._ports.ring)
        link = await staff_links.find(tx, cipher, found.subject_id)
        if link is None or link.ends_at <= self._ports.clock.now():
            return None
        user = await users.find(tx, cipher, link.user_id)
        if user is None:
            return None
        _, language = await users.mail_facts(tx, link.user_id)
        if link.purpose == "password":
            return _Draft(link.email, "password_link", language, "/reset/")
        taken = "" if normal_email(link.email) == normal_email(user.email) else "address_taken"
        return _Draft(link.email, "address_link", language, "/confirm/", taken)

    async def _invitation(self, tx: Tenant, found: Letter) -> _Draft | None:
        cipher = await data_keys.open_organisation_key(tx, self._ports.ring)
        invitation = await invitations.find(tx, cipher, found.subject_id)
        if invitation is None or invitation.ends_at <= self._ports.clock.now():
            return None
        return _Draft(invitation.email, "invitation", invitation.language, "/join/", "has_account")

    async def _has_account(self, email: str) -> bool:
        token = await self._ports.names.token(email)
        async with self._db.lookup() as lookups:
            return await lookups.find_sign_in(token) is not None


def _why_not(draft: _Draft | CopyFault | None, organisation: str | None) -> str:
    if isinstance(draft, CopyFault):
        return draft.value
    return "no mail server is configured" if draft and organisation else _NOT_NEEDED


async def _keep(tx: Tenant, found: Letter, token: FreshToken) -> bool:
    if found.kind == "invitation":
        return await invitations.put_token(tx, found.subject_id, token.kept, by_mail=True)
    return await staff_links.put_token(tx, found.subject_id, token.kept)
