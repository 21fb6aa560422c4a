"""Moving an organisation's root key: root N+1 is signed by N and by N+1 (C46).

A kiosk that pins root N follows a chain of moves to the root that signs today's keys page, however many it has missed.
Where root N is lost there is no move: the kiosk is enrolled again on site (docs/protocol-keys.md).
"""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.protocol import exact_json, jws
from sync.protocol.errors import EncodingError, LimitError, SignatureError
from sync.protocol.events import Count, Seq
from sync.protocol.identifiers import Thumbprint
from sync.protocol.keys import public_key, public_text, thumbprint

HANDED_OVER = "lodge-root+jws"
TAKEN_OVER = "lodge-root-accepted+jws"
MAX_MOVE_BYTES = 8 * 1024
MAX_MOVES = 32
"""So many moves are followed in one go: more would be no rotation but a flood."""


class RootHandover(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What both roots sign. ``previous``: the thumbprint of the root that hands over; ``root`` the new public key;
    ``page``: the version of the first keys page that the new root signs.
    """

    v: Literal[1]
    tenant: UUID
    previous: Thumbprint
    root: Annotated[str, msgspec.Meta(min_length=43, max_length=43)]
    page: Seq
    issued_ms: Count


class RootMove(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The message: ``handed_over`` by the old root and ``taken_over`` by the new one, over one payload."""

    v: Literal[1]
    handed_over: Annotated[str, msgspec.Meta(max_length=4096)]
    taken_over: Annotated[str, msgspec.Meta(max_length=4096)]


def move_root(*, tenant: UUID, old: Ed25519PrivateKey, new: Ed25519PrivateKey, page: int, issued_ms: int) -> RootMove:
    """Hand over from one root to the next.

    Raises:
        SignatureError: the two are one key.
    """
    public = new.public_key()
    previous = thumbprint(old.public_key())
    if thumbprint(public) == previous:
        raise SignatureError("a root key cannot move to itself")
    handover = RootHandover(
        v=1, tenant=tenant, previous=previous, root=public_text(public), page=page, issued_ms=issued_ms
    )
    payload = exact_json.encode(handover)
    return RootMove(
        v=1,
        handed_over=jws.sign(payload, typ=HANDED_OVER, key=old),
        taken_over=jws.sign(payload, typ=TAKEN_OVER, key=new),
    )


def encode_move(move: RootMove) -> str:
    """The exact text of a move."""
    return exact_json.encode(move).decode("ascii")


def open_move(text: str, *, root: Ed25519PublicKey, tenant: UUID) -> RootHandover:
    """Verify one move away from a root that is trusted.

    Raises:
        LimitError: larger than 8 KiB.
        EncodingError: not the message in its exact form, or a new root that proves nothing.
        SignatureError: either signature, or another organisation or root than the one that is trusted.
    """
    if len(text) > MAX_MOVE_BYTES:
        raise LimitError("the move of a root key has more than 8 KiB")
    move = exact_json.decode(_bytes(text), RootMove, what="the move of a root key")
    payload = jws.verify(move.handed_over, typ=HANDED_OVER, key=root, what="the handover of a root key")
    handover = exact_json.decode(payload, RootHandover, what="the handover of a root key")
    if handover.tenant != tenant:
        raise SignatureError("the move of a root key is of another organisation")
    new = public_key(handover.root)
    if handover.previous != thumbprint(root) or thumbprint(new) == handover.previous:
        raise SignatureError("the move of a root key does not lead from the root that signed it to another")
    if jws.verify(move.taken_over, typ=TAKEN_OVER, key=new, what="the acceptance of a root key") != payload:
        raise SignatureError("the two roots of a move signed different words")
    return handover


def follow_moves(
    moves: Sequence[str], *, root: Ed25519PublicKey, tenant: UUID, wanted: str
) -> tuple[Ed25519PublicKey, tuple[str, ...]]:
    """From a trusted root along the moves to the one with the thumbprint ``wanted``; that key, and the moves followed.

    Moves that lead away from other roots, such as ones followed earlier, are passed over.

    Raises:
        LimitError: more than 32 moves.
        EncodingError, SignatureError: a move away from a trusted root is not good, or none leads on.
    """
    if len(moves) > MAX_MOVES:
        raise LimitError("more than 32 moves of a root key")
    followed: list[str] = []
    for text in moves:
        if thumbprint(root) == wanted:
            break
        if moved_from(text) != thumbprint(root):
            continue
        root = public_key(open_move(text, root=root, tenant=tenant).root)
        followed.append(text)
    if thumbprint(root) != wanted:
        raise SignatureError("no move leads from the root that is pinned to the one that signed")
    return root, tuple(followed)


def moved_from(text: str) -> str:
    """The thumbprint of the root that a move claims to lead away from; nothing is verified.

    Raises:
        LimitError, EncodingError: not a move.
    """
    if len(text) > MAX_MOVE_BYTES:
        raise LimitError("the move of a root key has more than 8 KiB")
    move = exact_json.decode(_bytes(text), RootMove, what="the move of a root key")
    return jws.read_header(move.handed_over, what="the handover of a root key").kid


def _bytes(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise EncodingError("the move of a root key is not text") from error
