"""Question and answer about the other kiosks of a site: how far one has heard, and what comes after that.

The messages are plain JSON; what must be believed is a muster batch inside (``sync.protocol.muster``).
"""

from typing import Annotated, Literal
from uuid import UUID

import msgspec

from sync.protocol.events import Count, Seq
from sync.protocol.identifiers import Sha256Hex, Thumbprint

MAX_QUESTION_BYTES = 512 * 1024
MAX_LOGS = 1024
MAX_BESIDE = 1024
MAX_STAYS = 64
MAX_BATCHES = 64
"""How many batches one answer has, at most; the server stops earlier when they are large."""


class HeardLog(msgspec.Struct, frozen=True, kw_only=True):
    """How far one epoch's log has been heard: the last seq (0: nothing) and the hash of its header. ``beside`` names
    the batches that were heard beside it, by the hash of their manifests.
    """

    epoch: Thumbprint
    seq: Count
    head: Sha256Hex
    beside: Annotated[tuple[Sha256Hex, ...], msgspec.Meta(max_length=MAX_BESIDE)] = ()


class MusterQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """What a kiosk has heard. ``stays``: of which the batches are wanted wherever they stand; ``present``: digests of
    lists of stays on site that need no comparison (``sync.protocol.muster.present_digest``); none: do not compare.
    """

    v: Literal[1]
    logs: Annotated[tuple[HeardLog, ...], msgspec.Meta(max_length=MAX_LOGS)]
    stays: Annotated[tuple[UUID, ...], msgspec.Meta(max_length=MAX_STAYS)] = ()
    present: Annotated[tuple[Sha256Hex, ...], msgspec.Meta(max_length=2)] = ()


class ToldBatch(msgspec.Struct, frozen=True, kw_only=True):
    """A muster batch, and what its server alone can judge: the seqs of events whose bodies it did not take, and of
    those whose clock was more than ten minutes ahead when it received them.
    """

    wire: bytes
    quarantined: Annotated[tuple[Seq, ...], msgspec.Meta(max_length=256)] = ()
    flagged: Annotated[tuple[Seq, ...], msgspec.Meta(max_length=256)] = ()


class HeardKiosk(msgspec.Struct, frozen=True, kw_only=True):
    """When the server last had word of a kiosk (its own time), or ``None`` for never."""

    kiosk: UUID
    at_ms: Count | None


class MusterAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``batches`` follow on what was heard, oldest first for each log; ``beside`` are of branches; ``wanted`` are of
    the stays that were asked for, and say nothing of how far a log was heard. ``more``: ask again at once. ``present``:
    the stays that the server lists for the site, where all was told and its list is none of those named; else ``None``.
    """

    v: Literal[1]
    at_ms: Count
    batches: Annotated[tuple[ToldBatch, ...], msgspec.Meta(max_length=MAX_BATCHES)]
    beside: Annotated[tuple[ToldBatch, ...], msgspec.Meta(max_length=MAX_BATCHES)]
    wanted: Annotated[tuple[ToldBatch, ...], msgspec.Meta(max_length=MAX_BATCHES)]
    heard: tuple[HeardKiosk, ...]
    more: bool
    present: tuple[UUID, ...] | None = None
