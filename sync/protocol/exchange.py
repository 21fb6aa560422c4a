"""The shapes of the plain HTTP messages between a kiosk and the cloud, and where they go.

None of them is signed by itself: requests are signed as a whole (``sync.signed_requests``), and what must be
believed later (receipts, pages) is a JWS inside.
"""

from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from sync.protocol import exact_json
from sync.protocol.chain import Head
from sync.protocol.events import Count
from sync.protocol.feed import SentPage
from sync.protocol.identifiers import Sha256Hex, Thumbprint
from sync.protocol.log_witness import Proof, WitnessEvidence

ENROL_START_PATH = "/enrol/v1/start"
ENROL_FINISH_PATH = "/enrol/v1/finish"
HELLO_PATH = "/device/v1/hello"
EVENTS_PATH = "/device/v1/events"
BRANCHES_PATH = "/device/v1/branches"
EPOCHS_PATH = "/device/v1/epochs"
FEED_PATH = "/device/v1/feed"
OBJECTS_PATH = "/device/v1/objects"
CONSISTENCY_PATH = "/device/v1/log/consistency"
MUSTER_PATH = "/device/v1/muster"
MAILED_CODES_PATH = "/device/v1/mailed-codes"
MAILED_CODE_TRIES_PATH = "/device/v1/mailed-codes/tries"

KEYS_PAGE = "keys"
"""How a request for the feed names the keys page among the pages that it has."""
NO_PROOF = "no-proof"
"""The name of the refusal of a server that does not have the trees that a proof is asked for."""

RECEIPT_MEDIA_TYPE = "application/jose"
PROBLEM_MEDIA_TYPE = "application/problem+json"


HOLD_SECONDS = 25
"""How long a kiosk asks the cloud to hold a request for the feed while there is nothing new."""

FEED_PAUSE_SECONDS = 20
"""When to ask for the feed again, where nobody says otherwise."""


class FeedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Answer to ``GET /device/v1/feed?wait=25&have=keys:5,configuration:3,hosts:1``: the newest signed keys page, every
    page of a version above the one named (all pages, for kinds not named), and the moves of the root key since the keys
    page named, oldest first (``sync.protocol.root_moves``).

    ``more``: there are more than this answer had room for; ask again at once. ``again_seconds``: when else to ask.
    """

    keys: str
    pages: tuple[SentPage, ...]
    moves: tuple[str, ...] = ()
    more: bool = False
    again_seconds: Count = FEED_PAUSE_SECONDS


class FeedReading(msgspec.Struct, frozen=True, kw_only=True):
    """The same as a kiosk reads it: page by page, so that one which it cannot read leaves the others alone."""

    keys: str
    pages: tuple[msgspec.Raw, ...]
    moves: tuple[str, ...] = ()
    more: bool = False
    again_seconds: Count = FEED_PAUSE_SECONDS


class GapProblem(msgspec.Struct, frozen=True, kw_only=True):
    """The member that a kiosk reads in the problem document of a 409: the seq that the cloud needs next."""

    expected_seq: Count


class Hello(msgspec.Struct, frozen=True, kw_only=True):
    """Where a kiosk's log stands. ``speaks``: the versions of this protocol that it knows; ``software`` its own
    version; ``waiting`` how many events no receipt covers; ``checkpoint`` the newest one of the audit log that it
    holds (a C2SP note), or ``None``; ``alarm`` what it found of the audit log and nobody has closed, or ``None``;
    ``durable`` up to which seq it knows its events to be in a confirmed backup, ``None`` for a kiosk that asks for no
    receipt about that. Members that came later are ignored.
    """

    v: Literal[1]
    epoch: Thumbprint
    seq: Count
    head: Sha256Hex
    speaks: Annotated[tuple[int, ...], msgspec.Meta(max_length=16)]
    software: Annotated[str, msgspec.Meta(max_length=64)]
    waiting: Count
    checkpoint: Annotated[str, msgspec.Meta(max_length=4096)] | None
    alarm: msgspec.Raw = msgspec.field(default_factory=lambda: msgspec.Raw(b"null"))
    durable: Count | None = None

    def evidence(self) -> WitnessEvidence | None:
        """The alarm, read; ``None`` without one.

        Apart from the rest, so that an alarm of a kind that came later does not make the whole greeting unreadable.

        Raises:
            EncodingError: it is of a kind or form that this version does not know.
        """
        found: WitnessEvidence | None = exact_json.read(self.alarm, _Alarm, what="an alarm")
        return found


_Alarm: Any = WitnessEvidence | None


class Verdict(StrEnum):
    """What the cloud's copy of a log says about the kiosk's own."""

    IN_STEP = "in_step"
    SERVER_AHEAD = "server_ahead"
    SERVER_BEHIND = "server_behind"
    FORKED = "forked"


class HelloAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Where the cloud's copy of that log stands, and what follows. ``standing`` is the epoch's; see ``KeyStanding``.
    ``receipt``: signed, where more is durable than the kiosk said; about what was answered before. ``beside``: where
    the kiosk's head is not in the log, whether a branch beside it ends with that; ``None`` also from an older cloud.
    """

    v: Literal[1]
    accepted: Count
    durable: Count
    head: Sha256Hex
    verdict: str
    standing: str
    at_ms: Count
    speaks: tuple[int, ...]
    receipt: str | None = None
    beside: bool | None = None


class ConsistencyAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Answer to ``GET /device/v1/log/consistency?first=1:10&second=1:20`` (generation and size of two checkpoints):
    the RFC 6962 proof, in hex, that the second tree continues the first.
    """

    v: Literal[1]
    hashes: Proof


class EpochAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The cloud knows the new epoch; ``standing`` as in ``HelloAnswer``."""

    v: Literal[1]
    standing: str


Address = Annotated[str, msgspec.Meta(min_length=3, max_length=254)]


class CodeWanted(msgspec.Struct, frozen=True, kw_only=True):
    """A visitor at the kiosk wants a code mailed to their address, to begin the visit that they are invited to."""

    v: Literal[1]
    email: Address


class CodeWantedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The same whether or not anybody of that address is invited. ``seconds``: for how long a code would be valid."""

    v: Literal[1]
    seconds: Count


class CodeTry(msgspec.Struct, frozen=True, kw_only=True):
    """The code that the visitor typed."""

    v: Literal[1]
    email: Address
    code: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}\Z")]


class CodeTryAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The invitations that address and code belong to, 8 at most; none where the code is wrong, over, or was tried too
    often. The kiosk takes one that stands on its page.
    """

    v: Literal[1]
    invitations: tuple[UUID, ...]


def settle_heads(*, kiosk: Head, cloud: Head, cloud_hash_at_kiosk_seq: str | None) -> Verdict:
    """Compare the two ends of one epoch.

    ``cloud_hash_at_kiosk_seq``: the hash that the cloud has at the kiosk's seq, ``None`` when it has none there. A
    kiosk that is told ``server_behind`` compares the cloud's head with its own hash at that seq: unlike, it is a fork.
    """
    if kiosk.seq > cloud.seq:
        return Verdict.SERVER_BEHIND
    known = cloud.hash if kiosk.seq == cloud.seq else cloud_hash_at_kiosk_seq
    if kiosk.seq == 0:
        known = Head.genesis(kiosk.epoch).hash
    if known != kiosk.hash:
        return Verdict.FORKED
    return Verdict.IN_STEP if kiosk.seq == cloud.seq else Verdict.SERVER_AHEAD
