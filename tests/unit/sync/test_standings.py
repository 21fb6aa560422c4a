"""From a key's entry on the roster to the standing of what it signed (docs/protocol.md section 15)."""

import pytest

from sync.protocol.chain import Head
from sync.protocol.exchange import Verdict, settle_heads
from sync.protocol.feed import ClearBranch, RosterKey
from sync.protocol.fold import Standing
from sync.protocol.keys import public_text
from sync.protocol.standings import standing_of
from tests.vectors import sample

PUBLIC = public_text(sample.EPOCH_KEY.public_key())
CLEAR = ClearBranch(seq=9, head="ab" * 32)


def key(standing: str, *, forked: int = 0, clear: ClearBranch | None = None) -> RosterKey:
    return RosterKey(kid=sample.EPOCH, public=PUBLIC, standing=standing, forked=forked, clear=clear)


@pytest.mark.parametrize(
    ("entry", "seq", "on_clear_branch", "expected"),
    [
        (None, 1, True, Standing.UNCONFIRMED),
        (key("current"), 1, False, Standing.CLEAR),
        (key("frozen"), 1, False, Standing.CLEAR),
        (key("unconfirmed"), 1, True, Standing.UNCONFIRMED),
        (key("of a later version"), 1, True, Standing.UNCONFIRMED),
        (key("revoked", forked=3), 1, True, Standing.REVOKED),
        (key("frozen", forked=5), 4, False, Standing.CLEAR),
        (key("frozen", forked=5), 5, False, Standing.FORKED),
        (key("frozen", forked=5, clear=CLEAR), 7, True, Standing.CLEAR),
        (key("frozen", forked=5, clear=CLEAR), 7, False, Standing.FORKED),
    ],
)
def test_the_standing_follows_from_key_seq_and_branch(
    entry: RosterKey | None, seq: int, *, on_clear_branch: bool, expected: Standing
) -> None:
    assert standing_of(entry, seq, on_clear_branch=on_clear_branch) is expected


GENESIS = Head.genesis(sample.EPOCH)


def head(seq: int, letter: str) -> Head:
    return Head(sample.EPOCH, seq, letter * 64)


@pytest.mark.parametrize(
    ("kiosk", "cloud", "known", "expected"),
    [
        (GENESIS, GENESIS, None, Verdict.IN_STEP),
        (head(4, "a"), head(4, "a"), None, Verdict.IN_STEP),
        (head(4, "a"), head(4, "b"), None, Verdict.FORKED),
        (head(5, "a"), head(4, "b"), None, Verdict.SERVER_BEHIND),
        (head(5, "a"), GENESIS, None, Verdict.SERVER_BEHIND),
        (head(3, "a"), head(4, "b"), "a" * 64, Verdict.SERVER_AHEAD),
        (head(3, "a"), head(4, "b"), "c" * 64, Verdict.FORKED),
        (GENESIS, head(4, "b"), None, Verdict.SERVER_AHEAD),
        (Head(sample.EPOCH, 0, "f" * 64), head(4, "b"), None, Verdict.FORKED),
    ],
)
def test_hello_is_settled_by_comparing_two_ends(kiosk: Head, cloud: Head, known: str | None, expected: Verdict) -> None:
    """C07, C08, C09: clone, restored card, restored server."""
    assert settle_heads(kiosk=kiosk, cloud=cloud, cloud_hash_at_kiosk_seq=known) is expected
