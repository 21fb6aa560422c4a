"""A page as it travels: a signed head, and beside it the content that the head names by its hash.

The head is small and signed; the content comes whole or as changes to what the reader holds, and is believed when it
has the hash that was signed. Each kind of page has its own chain of versions per site.

What is not handled here: which version a reader holds already, and what it does with one that is older.
"""

from typing import Annotated, Literal, TypeVar
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.protocol import exact_json, jws
from sync.protocol.errors import EncodingError, LimitError, SignatureError
from sync.protocol.events import Count, Seq
from sync.protocol.feed.changes import Changes, require_listing
from sync.protocol.feed.kinds import SHAPES, PageKind
from sync.protocol.identifiers import ZERO_SHA256, Sha256Hex, sha256_hex

TYP = "lodge-feed+jws"
MAX_CONTENT_BYTES = 4 * 1024 * 1024
MAX_HEAD_SIGNS = 4096
_ABSENT = b"null"

C = TypeVar("C", bound=msgspec.Struct)
PageName = Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{1,40}\Z")]


class PageHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is signed of a page. ``page`` may be of a kind that came later. ``previous`` is the hash of the signed head
    before it (zeros for version 1); ``sha256`` and ``size`` (bytes) are of the content.
    """

    v: Literal[1]
    tenant: UUID
    site: UUID
    page: PageName
    version: Seq
    previous: Sha256Hex
    issued_ms: Count
    expires_ms: Count
    sha256: Sha256Hex
    size: Annotated[int, msgspec.Meta(ge=2, le=MAX_CONTENT_BYTES)]


class SentPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page as it is sent: the signed head, and either the ``content`` or the ``changes`` that lead to it."""

    head: str
    content: msgspec.Raw
    changes: Changes | None

    @property
    def whole(self) -> bytes | None:
        """The content where it was sent whole."""
        return None if bytes(self.content) == _ABSENT else bytes(self.content)


def send_whole(signed: str, content: bytes) -> SentPage:
    """A page with its content."""
    return SentPage(head=signed, content=msgspec.Raw(content), changes=None)


def send_changes(signed: str, changes: Changes) -> SentPage:
    """A page with what changed."""
    return SentPage(head=signed, content=msgspec.Raw(_ABSENT), changes=changes)


def page_hash(signed: str) -> str:
    """SHA-256 of a signed head, by which the next one names it."""
    return sha256_hex(signed.encode("ascii"))


def sign_head(head: PageHead, key: Ed25519PrivateKey) -> str:
    """The head as a compact JWS by the organisation's feed key."""
    return jws.sign(exact_json.encode(head), typ=TYP, key=key)


def open_head(signed: str, *, key: Ed25519PublicKey, tenant: UUID, site: UUID) -> PageHead:
    """Verify a head for this organisation and site.

    Raises:
        LimitError: larger than 4,096 characters.
        EncodingError: not a head in its exact form.
        SignatureError: another signer, organisation or site.
    """
    if len(signed) > MAX_HEAD_SIGNS:
        raise LimitError("the head of a feed page has more than 4,096 characters")
    head = read_head(jws.verify(signed, typ=TYP, key=key, what="a feed page"))
    if (head.tenant, head.site) != (tenant, site):
        raise SignatureError("the feed page is of another organisation or site")
    if head.version == 1 and head.previous != ZERO_SHA256:
        raise EncodingError("the first feed page names a page before it")
    return head


def read_head(payload: bytes) -> PageHead:
    """A head whose signature is known to be right.

    Raises:
        EncodingError: not a head in its exact form.
    """
    return exact_json.decode(payload, PageHead, what="the head of a feed page")


def require_content(head: PageHead, raw: bytes) -> None:
    """Refuse content that is not what the head names, or has no exact form.

    Raises:
        LimitError: larger than 4 MiB, or nested too deep.
        EncodingError: not exact JSON, or its entries are not in order.
        SignatureError: another content than was signed.
    """
    if len(raw) > MAX_CONTENT_BYTES:
        raise LimitError("the content of a feed page has more than 4 MiB")
    if len(raw) != head.size or sha256_hex(raw) != head.sha256:
        raise SignatureError("the content is not the one that the feed page's head names")
    exact_json.require_exact_object(raw, what="a feed page's content")
    if head.page in SHAPES:
        require_listing(PageKind(head.page), raw)


def read_content(kind: PageKind, raw: bytes, shape: type[C]) -> C:
    """The content of a page; members that came later are ignored, and ones that came since are given their defaults.

    Raises:
        EncodingError: not of this shape.
    """
    if SHAPES[kind] is not shape:
        raise EncodingError("the page is of another kind")
    return exact_json.read(raw, shape, what=f"the {kind} page")
