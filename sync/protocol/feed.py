"""The feed: signed, versioned, expiring pages from the cloud down to the kiosks.

Each kind of page has its own chain of versions per site. A kiosk refuses a version that is not above the one
it has, and says when a page has expired; it goes on working with what it knows.
"""

from enum import StrEnum
from typing import Annotated, Literal, TypeVar
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.protocol import exact_json, jws
from sync.protocol.errors import EncodingError, LimitError, SignatureError
from sync.protocol.events import Count, Seq
from sync.protocol.identifiers import ZERO_SHA256, Sha256Hex, Thumbprint, sha256_hex

TYP = "lodge-feed+jws"
MAX_PAGE_BYTES = 4 * 1024 * 1024

C = TypeVar("C", bound=msgspec.Struct)
Text = Annotated[str, msgspec.Meta(max_length=400)]
Paragraph = Annotated[str, msgspec.Meta(max_length=8000)]


class PageKind(StrEnum):
    """The pages of version 1."""

    CONFIGURATION = "configuration"
    HOSTS = "hosts"
    DOCUMENTS = "documents"
    ROSTER = "roster"


class FeedPage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One page. ``previous`` is the SHA-256 of the signed page before it (zeros for version 1)."""

    v: Literal[1]
    tenant: UUID
    site: UUID
    page: PageKind
    version: Seq
    previous: Sha256Hex
    issued_ms: Count
    expires_ms: Count
    content: msgspec.Raw


class VisitorType(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of visitor. ``words`` maps a language to the name shown and printed; ``badge`` is its style."""

    id: Text
    words: dict[str, Text]
    badge: Literal["visitor", "contractor", "escort"]


class Configuration(msgspec.Struct, frozen=True, kw_only=True):
    """How the kiosks of a site present themselves.

    ``staff_pins`` are Argon2id hashes (PHC strings); ``badge_hours`` how long a badge is valid.
    """

    organisation: Text
    site: Text
    zone: Text
    muster_point: Text
    languages: tuple[Text, ...]
    types: tuple[VisitorType, ...]
    staff_pins: tuple[Text, ...]
    badge_hours: Annotated[int, msgspec.Meta(ge=1, le=168)]
    time_zone: Text


class Host(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who can be visited. Addresses stay in the cloud."""

    id: UUID
    name: Text
    department: Text


class Hosts(msgspec.Struct, frozen=True, kw_only=True):
    """All hosts of a site."""

    hosts: tuple[Host, ...]


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A text to agree to, in one language. ``sha256`` is over title and paragraphs (``document_hash``)."""

    id: Text
    version: Text
    language: Text
    title: Text
    paragraphs: tuple[Paragraph, ...]
    sha256: Sha256Hex


class Documents(msgspec.Struct, frozen=True, kw_only=True):
    """All documents of a site, in all languages."""

    documents: tuple[Document, ...]


class KeyStanding(StrEnum):
    """How far an epoch's key is believed; what came later counts as ``unconfirmed``."""

    CURRENT = "current"
    FROZEN = "frozen"  # a newer key has taken over, or it signed two histories: nothing new is taken under it
    UNCONFIRMED = "unconfirmed"  # begun by the kiosk itself; an administrator has not confirmed the branch
    REVOKED = "revoked"


class ClearBranch(msgspec.Struct, frozen=True, kw_only=True):
    """Of a key that signed two histories: the one that an administrator confirmed ends in this header.

    ``seq`` is 0, and ``head`` the genesis hash, where the confirmed epoch began before this one had any event.
    """

    seq: Count
    head: Sha256Hex


class RosterKey(msgspec.Struct, frozen=True, kw_only=True):
    """An epoch key of a kiosk. ``forked``: the first seq that stands twice under this key, 0 when there is none;
    ``clear``: which branch of it counts from there on, ``None`` while nobody has confirmed one.
    """

    kid: Thumbprint
    public: Annotated[str, msgspec.Meta(min_length=43, max_length=43)]
    standing: Text
    forked: Count
    clear: ClearBranch | None


class RosterKiosk(msgspec.Struct, frozen=True, kw_only=True):
    """A kiosk of the site and its keys."""

    kiosk: UUID
    name: Text
    keys: tuple[RosterKey, ...]


class Roster(msgspec.Struct, frozen=True, kw_only=True):
    """All kiosks of a site."""

    kiosks: tuple[RosterKiosk, ...]


def document_hash(title: str, paragraphs: tuple[str, ...]) -> str:
    """What a consent names: SHA-256 over the exact JSON of title and paragraphs."""
    return sha256_hex(b"lodge-document-v1\x00", exact_json.encode([title, *paragraphs]))


def page_hash(signed: str) -> str:
    """SHA-256 of a signed page, by which the next one names it."""
    return sha256_hex(signed.encode("ascii"))


def sign_page(page: FeedPage, key: Ed25519PrivateKey) -> str:
    """The page as a compact JWS by the organisation's feed key."""
    return jws.sign(exact_json.encode(page), typ=TYP, key=key)


def open_page(signed: str, *, key: Ed25519PublicKey, tenant: UUID, site: UUID) -> FeedPage:
    """Verify a page for this organisation and site.

    Raises:
        LimitError: larger than 4 MiB.
        EncodingError: not a page in its exact form.
        SignatureError: another signer, organisation or site.
    """
    if len(signed) > MAX_PAGE_BYTES:
        raise LimitError("a feed page has more than 4 MiB")
    payload = jws.verify(signed, typ=TYP, key=key, what="a feed page")
    page = exact_json.decode(payload, FeedPage, what="a feed page")
    if (page.tenant, page.site) != (tenant, site):
        raise SignatureError("the feed page is of another organisation or site")
    if page.version == 1 and page.previous != ZERO_SHA256:
        raise EncodingError("the first feed page names a page before it")
    exact_json.require_exact_object(bytes(page.content), what="a feed page's content")
    return page


def read_content(page: FeedPage, kind: type[C]) -> C:
    """The content of a page; members that came later are ignored.

    Raises:
        EncodingError: not of this shape.
    """
    if kind.__name__.lower() != page.page.value:
        raise EncodingError("the page is of another kind")
    return exact_json.read(page.content, kind, what=f"the {page.page} page")
