"""Files that show an outsider one thing about an organisation's keys or log, each with what it takes to verify it.

All are exact JSON whose first member ``what`` says which it is. Like an export, each proves itself only relative to its
root key: compare the fingerprint with one obtained elsewhere. ``sync.protocol.trust_verify`` reads them.
"""

from typing import Annotated, Literal
from uuid import UUID

import msgspec

from sync.protocol.audit import EntryLine
from sync.protocol.events import Count
from sync.protocol.keyspage import MAX_PAGE_BYTES
from sync.protocol.log_witness import Note, Proof
from sync.protocol.root_moves import MAX_MOVE_BYTES

PublicText = Annotated[str, msgspec.Meta(min_length=43, max_length=43)]
PageText = Annotated[str, msgspec.Meta(max_length=MAX_PAGE_BYTES)]
MoveText = Annotated[str, msgspec.Meta(max_length=MAX_MOVE_BYTES)]


class Trust(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """By which keys a file is verified: ``root`` as it is now, and the newest page that it signed."""

    tenant: UUID
    root: PublicText
    keys: PageText


class KeyPages(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="what", tag="keys"):
    """Every keys page since the first, whose root is ``root``, and every move of the root key. A root that was replaced
    because it was lost ends the chain: what follows is not shown by it.
    """

    v: Literal[1]
    tenant: UUID
    root: PublicText
    moves: tuple[MoveText, ...]
    pages: Annotated[tuple[PageText, ...], msgspec.Meta(min_length=1)]


class CheckpointFile(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="what", tag="checkpoint"
):
    """A checkpoint of the audit log."""

    v: Literal[1]
    trust: Trust
    checkpoint: Note


class InclusionFile(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="what", tag="inclusion"
):
    """An entry, counted from 0, and its audit path in the checkpoint's tree."""

    v: Literal[1]
    trust: Trust
    checkpoint: Note
    index: Count
    entry: EntryLine
    hashes: Proof


class ConsistencyFile(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="what", tag="consistency"
):
    """That the tree of ``second`` continues the one of ``first``, of the same or an earlier generation."""

    v: Literal[1]
    trust: Trust
    first: Note
    second: Note
    hashes: Proof


TrustFile = KeyPages | CheckpointFile | InclusionFile | ConsistencyFile
