"""What stands in a page that a cloud under test has sent."""

from typing import TypeVar

import msgspec

from sync.protocol.exchange import FeedAnswer
from sync.protocol.feed import PageHead, PageKind, SentPage, read_content, read_head
from sync.protocol.jws import read_unverified_payload

C = TypeVar("C", bound=msgspec.Struct)


def head_of(sent: SentPage) -> PageHead:
    """The head, unverified: the tests of signatures are elsewhere."""
    return read_head(read_unverified_payload(sent.head, what="a page"))


def versions_of(pages: tuple[SentPage, ...]) -> dict[str, int]:
    """The version of each page, as a kiosk names what it has."""
    return {head_of(sent).page: head_of(sent).version for sent in pages}


def content_of(answer: FeedAnswer, kind: PageKind, shape: type[C]) -> C:
    """The content of a page that was sent whole."""
    (raw,) = [sent.whole for sent in answer.pages if head_of(sent).page == kind]
    assert raw is not None
    return read_content(kind, raw, shape)
