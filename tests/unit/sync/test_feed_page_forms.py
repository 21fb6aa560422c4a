"""Heads of feed pages and the contents beside them: whose they are, and in which form."""

from uuid import UUID

import msgspec
import pytest

from sync.protocol.errors import EncodingError, LimitError, ProtocolError, SignatureError
from sync.protocol.feed import (
    Hosts,
    PageHead,
    PageKind,
    Roster,
    document_hash,
    open_head,
    read_content,
    require_content,
    sign_head,
)
from sync.protocol.identifiers import ZERO_SHA256, sha256_hex
from tests.vectors.sample import NOW_MS, OTHER_TENANT, SITE, TENANT, key_of

FEED_KEY = key_of("feed")
CONTENT = b'{"later":"a member that came later","hosts":[]}'
PAGE = PageHead(
    v=1,
    tenant=TENANT,
    site=SITE,
    page=PageKind.HOSTS,
    version=1,
    previous=ZERO_SHA256,
    issued_ms=NOW_MS,
    expires_ms=NOW_MS + 1,
    sha256=sha256_hex(CONTENT),
    size=len(CONTENT),
)


def open_hosts(signed: str, tenant: UUID = TENANT, site: UUID = SITE) -> PageHead:
    return open_head(signed, key=FEED_KEY.public_key(), tenant=tenant, site=site)


def test_a_feed_page_is_opened_and_members_that_came_later_are_ignored() -> None:
    head = open_hosts(sign_head(PAGE, FEED_KEY))
    require_content(head, CONTENT)
    assert read_content(PageKind.HOSTS, CONTENT, Hosts) == Hosts(hosts=())
    with pytest.raises(EncodingError):
        read_content(PageKind.HOSTS, CONTENT, Roster)


def test_the_head_of_a_page_that_came_later_is_opened_so_that_it_can_be_passed_over() -> None:
    raw = b'{"surprises":[3,1]}'
    later = msgspec.structs.replace(PAGE, page="surprises", sha256=sha256_hex(raw), size=len(raw))
    head = open_hosts(sign_head(later, FEED_KEY))
    require_content(head, raw)
    assert head.page not in set(PageKind)


def test_a_feed_page_of_another_organisation_or_site_is_refused() -> None:
    """C14."""
    signed = sign_head(PAGE, FEED_KEY)
    for tenant, site in ((OTHER_TENANT, SITE), (TENANT, TENANT)):
        with pytest.raises(SignatureError):
            open_hosts(signed, tenant, site)


@pytest.mark.parametrize(
    "changes",
    [
        {"previous": "ab" * 32},
        {"version": 0},
        {"page": "Hosts"},
        {"page": "hosts\n"},
        {"size": 4 * 1024 * 1024 + 1},
        {"size": 0},
        {"sha256": "AB" * 32},
    ],
)
def test_the_head_of_a_feed_page_in_another_form_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ProtocolError):
        open_hosts(sign_head(msgspec.structs.replace(PAGE, **changes), FEED_KEY))


@pytest.mark.parametrize(
    "raw",
    [
        b"[]",
        b"null",
        b'{"hosts": []}',
        b'{"hosts":[],"hosts":[]}',
        b'{"hosts":[],"a":1}',
        b'{"hosts":{}}',
        b'{"hosts":[5]}',
        b'{"hosts":[{"id":5}]}',
        b'{"hosts":[{"id":"b"},{"id":"a"}]}',
        b'{"hosts":[{"id":"a"},{"id":"a"}]}',
        b'{"other":[]}',
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b'{"a":1.0,"hosts":[]}',
    ],
)
def test_content_without_one_exact_form_is_refused_even_when_its_hash_was_signed(raw: bytes) -> None:
    """C15: what two readers could order or read differently has no delta and no hash to agree on."""
    head = msgspec.structs.replace(PAGE, sha256=sha256_hex(raw), size=len(raw))
    with pytest.raises(ProtocolError):
        require_content(head, raw)


@pytest.mark.parametrize("changes", [{"sha256": "ab" * 32}, {"size": len(CONTENT) + 1}])
def test_content_that_is_not_the_one_signed_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(SignatureError):
        require_content(msgspec.structs.replace(PAGE, **changes), CONTENT)


def test_content_that_is_too_large_is_refused_unread() -> None:
    """C25."""
    with pytest.raises(LimitError):
        require_content(PAGE, b"{" * (4 * 1024 * 1024 + 1))


def test_a_document_is_named_by_its_whole_text() -> None:
    """R30: moving a sentence between title and paragraphs makes another document."""
    texts = [("A", ("B", "C")), ("A", ("BC",)), ("AB", ("C",)), ("A", ("C", "B")), ("A", ('B","C',))]
    assert len({document_hash(title, paragraphs) for title, paragraphs in texts}) == len(texts)
