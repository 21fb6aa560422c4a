"""From what stands in an organisation's file to entries of the feed, which say no more than a kiosk needs."""

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID, uuid5

import msgspec

from cloud_api.keys.fields import FieldCipher
from cloud_api.services.file_badges import BadgeTemplateEntry
from cloud_api.services.file_people import AttestationEntry, InvitationEntry, WatchEntry, WindowEntry
from cloud_api.services.file_texts import moment_ms
from cloud_api.services.file_visits import DocumentRuleEntry, VisitorTypeEntry
from sync.protocol.feed import (
    Agreed,
    Attestation,
    BadgeElement,
    BadgeTemplate,
    Clue,
    Document,
    DocumentText,
    Field,
    Invitation,
    VisitorType,
    Window,
)
from sync.protocol.feed import (
    WatchEntry as ListedEntry,
)
from sync.protocol.matching import match_tokens

_BY_ID = re.compile(r"id\.([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")


@dataclass(frozen=True, slots=True)
class Naming:
    """How an organisation's keys become ids that say nothing: keyed, for a key is often a name or an address."""

    tenant: UUID
    host_key: bytes
    entry_key: bytes

    @classmethod
    def of(cls, tenant: UUID, cipher: FieldCipher) -> "Naming":
        """The names under an organisation's key."""
        return cls(tenant, cipher.derive("host-ids"), cipher.derive("entry-ids"))

    def site(self, key: str) -> UUID:
        """The id of a site."""
        return uuid5(self.tenant, f"site|{key}")

    def zone(self, site: UUID, key: str) -> UUID:
        """The id of a zone."""
        return uuid5(site, f"zone|{key}")

    def host(self, key: str) -> UUID:
        """The id of a host."""
        return _keyed(self.host_key, key)

    def named_host(self, name: str) -> UUID:
        """The id of a host that an invitation names: by its key, or by ``by_id``."""
        named = _BY_ID.fullmatch(name)
        return self.host(name) if named is None else UUID(named[1])

    def entry(self, page: str, key: str) -> UUID:
        """The id of an entry of a page."""
        return _keyed(self.entry_key, f"{page}|{key}")


def by_id(host_id: UUID) -> str:
    """How an invitation names a host whose key nobody keeps. It has the form of a key, so that servers of the version
    before can read it: to them it is a host that they do not know.
    """
    return f"id.{host_id}"


def is_by_id(name: str) -> bool:
    """Whether a host is named so."""
    return _BY_ID.fullmatch(name) is not None


def match_key(cipher: FieldCipher, page: str) -> bytes:
    """The key of a page's tokens: one for each page, so that lists cannot be compared with one another."""
    return cipher.derive(f"match-{page}")


def visitor_type(entry: VisitorTypeEntry, position: int) -> VisitorType:
    """A type of visitor, at its place among the others."""
    return VisitorType(
        id=entry.id,
        words=entry.words,
        badge=entry.badge,
        position=position,
        hints=entry.hints,
        icon=entry.icon,
        steps=entry.steps,
        fields=tuple(
            Field(
                id=field.id,
                words=field.words,
                kind=field.kind,
                purpose=field.purpose,
                basis=field.basis,
                required=field.required,
                restricted=field.restricted,
                keep_days=field.keep_days,
                choices=field.choices,
                when=field.when,
                notices=field.notices,
            )
            for field in entry.fields
        ),
        documents=entry.documents,
        template=entry.template or "",
        badge_hours=entry.badge_hours or 0,
        rules=entry.rules,
    )


def document(key: str, texts: Iterable[DocumentText], rule: DocumentRuleEntry | None) -> Document:
    """A document in all its languages, with what is asked of whoever reads it."""
    asked = rule or DocumentRuleEntry(document=key)
    return Document(
        id=key,
        kind=asked.kind,
        signature=asked.signature,
        again_after_days=asked.again_after_days,
        copy=asked.copy,
        pass_right=asked.pass_right,
        since=asked.since,
        quiz=asked.quiz,
        texts=tuple(texts),
    )


def badge_template(entry: BadgeTemplateEntry) -> BadgeTemplate:
    """A template."""
    return BadgeTemplate(
        id=entry.id,
        name=entry.name,
        portrait=entry.portrait or entry.orientation == "portrait",
        parts=tuple(element.kind for element in entry.listed),
        orientation=entry.orientation,
        media=entry.media,
        types=entry.types,
        elements=tuple(
            BadgeElement(
                kind=element.kind, size=element.size, words=element.words, icon=element.icon, band=element.band
            )
            for element in entry.elements
        ),
        accent=entry.accent,
        footer=entry.footer,
    )


def invitation(entry: InvitationEntry, naming: Naming, key: bytes, agreed: tuple[Agreed, ...] = ()) -> Invitation:
    """An invitation: the e-mail address and its code as tokens, and only together. No language is the site's own."""
    claim = (*_clues(key, email=entry.email), *_clues(key, code=entry.code)) if entry.code else ()
    return Invitation(
        id=naming.entry("invitations", entry.key),
        type=entry.type,
        host=None if entry.host is None else naming.named_host(entry.host),
        name=entry.name,
        company=entry.company,
        language=entry.language or "",
        windows=tuple(_window(window) for window in entry.windows),
        uses=entry.uses,
        group=None if entry.group is None else naming.entry("groups", entry.group),
        claim=claim,
        approved=entry.approved,
        agreed=agreed or msgspec.UNSET,
    )


def attestation(entry: AttestationEntry, naming: Naming, key: bytes) -> Attestation:
    """An attestation."""
    return Attestation(
        id=naming.entry("attestations", entry.key),
        kind=entry.kind,
        clues=_clues(key, name=entry.name, email=entry.email, company=entry.company),
        window=_window(WindowEntry(begins=entry.begins, ends=entry.ends)),
    )


def watch_entry(entry: WatchEntry, naming: Naming, key: bytes) -> ListedEntry:
    """An entry of the watchlist; why it is there stays here."""
    return ListedEntry(
        id=naming.entry("watchlist", entry.key),
        clues=_clues(
            key,
            name=entry.name,
            email=entry.email,
            phone=entry.phone,
            company=entry.company,
            document=entry.document,
        ),
        action=entry.action,
        until_ms=0 if entry.until is None else moment_ms(entry.until),
    )


def _clues(key: bytes, **fields: str | None) -> tuple[Clue, ...]:
    named = ((field, match_tokens(key, field, text or "")) for field, text in fields.items())
    return tuple(Clue(field=field, tokens=tokens) for field, tokens in named if tokens)


def _window(entry: WindowEntry) -> Window:
    return Window(from_ms=moment_ms(entry.begins), until_ms=moment_ms(entry.ends))


def _keyed(id_key: bytes, key: str) -> UUID:
    return UUID(bytes=hmac.new(id_key, key.encode("utf-8"), sha256).digest()[:16], version=4)
