"""What a witness of an audit log keeps and checks: signed checkpoints, one history, and generations that are named.

A server that was restored from a copy cannot continue the tree that its kiosks have seen. It opens a new *generation*
of the log under a name of its own, and says so; a server that shows two trees under one name is found out by whoever
holds a checkpoint of either (docs/protocol-log.md).
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from sync.protocol.checkpoint import MAX_NOTE, Checkpoint, open_checkpoint, read_checkpoint, signing_keys
from sync.protocol.errors import EncodingError, ProofError, SignatureError
from sync.protocol.events import Count
from sync.protocol.identifiers import Sha256Hex
from sync.protocol.keys import public_key
from sync.protocol.keyspage import KeysPage, KeyUse
from sync.protocol.merkle import verify_consistency

GENERATION_OPENED = "generation.opened"
"""The kind of the administrative entry with which a generation begins."""
MAX_PROOF_HASHES = 64
"""A tree of 10^15 entries, the most that a checkpoint can name, is 50 levels high."""
_MAX_GENERATION_DIGITS = 9

Note = Annotated[str, msgspec.Meta(max_length=MAX_NOTE)]
Proof = Annotated[tuple[Sha256Hex, ...], msgspec.Meta(max_length=MAX_PROOF_HASHES)]


class AlarmKind(StrEnum):
    """What a witness found, worst last. ``REOPENED``: a new generation lacks entries that it had witnessed, as after a
    restore. ``WITHHELD``: no proof was given. ``SHRUNK``: a smaller tree than before was shown. ``UNSIGNED``: a
    checkpoint that the log's key did not sign. ``REWRITTEN``: two trees of which neither continues the other.
    """

    REOPENED = "reopened"
    WITHHELD = "withheld"
    SHRUNK = "shrunk"
    UNSIGNED = "unsigned"
    REWRITTEN = "rewritten"


class WitnessEvidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An alarm with what it rests on: the checkpoint ``held`` and the one ``offered``, as they were signed.

    ``hashes``: the proof that was given and does not hold, or ``None`` where there was none. ``since_ms``: the
    witness's milliseconds since 1970; ``times``: how often it was found again.
    """

    v: Literal[1]
    tenant: UUID
    kind: AlarmKind
    held: Note | None
    offered: Note
    hashes: Proof | None
    since_ms: Count
    times: Count


@dataclass(frozen=True, slots=True)
class LogCheckpoint:
    """A checkpoint and the generation of the log (1, 2, ...) that it is of."""

    generation: int
    checkpoint: Checkpoint

    @property
    def size(self) -> int:
        """How many entries it covers."""
        return self.checkpoint.size

    @property
    def place(self) -> str:
        """``GENERATION:SIZE``, as requests name it."""
        return f"{self.generation}:{self.size}"

    def precedes(self, other: "LogCheckpoint") -> bool:
        """Whether it is older: of an earlier generation, or a smaller tree of the same."""
        return (self.generation, self.size) < (other.generation, other.size)


def log_name(first: str, generation: int) -> str:
    """The name of a generation, from the name of the first one, which the keys page gives.

    Raises:
        EncodingError: the name does not end with ``/1``, so only the first generation has a name.
    """
    stem, _, last = first.rpartition("/")
    if generation == 1:
        return first
    if not stem or last != "1" or generation < 1:
        raise EncodingError("this log's name leaves no room for generations")
    return f"{stem}/{generation}"


def generation_of(first: str, name: str) -> int:
    """Which generation of the log a name is of.

    Raises:
        SignatureError: it is the name of another log.
    """
    if name == first:
        return 1
    last = name.rpartition("/")[2]
    if last.isascii() and last.isdigit() and len(last) <= _MAX_GENERATION_DIGITS and first.endswith("/1"):
        number = int(last)
        if number > 1 and log_name(first, number) == name:
            return number
    raise SignatureError("the checkpoint is of another log")


def read_place(note: str, *, log: str) -> LogCheckpoint:
    """Read a checkpoint without believing it: only to compare, or to find out what it claims.

    Raises:
        EncodingError, SignatureError: not a checkpoint in its only form, or of another log.
    """
    checkpoint = read_checkpoint(note)
    return LogCheckpoint(generation_of(log, checkpoint.origin), checkpoint)


def open_log_checkpoint(note: str, page: KeysPage) -> LogCheckpoint:
    """Verify a checkpoint of any generation by the log keys of a keys page, whatever their state.

    Raises:
        EncodingError: not a checkpoint in its only form.
        UnknownKeyError: signed by no key that the page lists; a newer page may list it.
        SignatureError: of another log, or the signature does not verify.
    """
    seen = read_place(note, log=page.log)
    origin = seen.checkpoint.origin
    keys = [public_key(entry.public) for entry in page.keys if entry.use == KeyUse.LOG]
    signers = signing_keys(note, keys)
    if not signers:
        raise UnknownKeyError("the checkpoint is signed by no log key of the keys page")
    for key in signers[:-1]:  # 4 bytes name a key, so two may have one name
        with contextlib.suppress(SignatureError):
            open_checkpoint(note, origin=origin, key=key)
            return seen
    open_checkpoint(note, origin=origin, key=signers[-1])
    return seen


class UnknownKeyError(SignatureError):
    """Nothing is said about the signature: the key that made it is not listed."""


def check_continues(first: LogCheckpoint, second: LogCheckpoint, hashes: Sequence[str]) -> None:
    """Check that the second tree continues the first, of the same or a later generation.

    A later generation begins with the entries that the server still had of the one before, so one proof spans both.

    Raises:
        ProofError: it is not shown to.
    """
    if second.generation < first.generation:
        raise ProofError("a generation is continued by a later one only")
    if first.size == 0:
        return
    verify_consistency(
        first=first.size,
        second=second.size,
        first_root=first.checkpoint.root,
        second_root=second.checkpoint.root,
        proof=[bytes.fromhex(value) for value in hashes],
    )


def contradict(first: LogCheckpoint, second: LogCheckpoint) -> bool:
    """Whether two checkpoints alone prove two histories: one name, one size, two trees."""
    same = (first.generation, first.size) == (second.generation, second.size)
    return same and first.checkpoint.root != second.checkpoint.root
