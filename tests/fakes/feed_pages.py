"""What stands in a page that a cloud under test has sent."""

from sync.protocol.feed import PageHead, SentPage, read_head
from sync.protocol.jws import read_unverified_payload


def head_of(sent: SentPage) -> PageHead:
    """The head, unverified: the tests of signatures are elsewhere."""
    return read_head(read_unverified_payload(sent.head, what="a page"))


def versions_of(pages: tuple[SentPage, ...]) -> dict[str, int]:
    """The version of each page, as a kiosk names what it has."""
    return {head_of(sent).page: head_of(sent).version for sent in pages}
