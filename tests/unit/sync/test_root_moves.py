"""Moves of the root key: signed by both, followed in order, and nothing else (C46)."""

import json
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from sync.protocol import exact_json, root_moves, trust_files
from sync.protocol.errors import LimitError, ProtocolError, SignatureError
from sync.protocol.jws import sign
from sync.protocol.keys import public_text, thumbprint
from sync.protocol.keyspage import KeyUse
from sync.protocol.root_moves import (
    HANDED_OVER,
    MAX_MOVES,
    TAKEN_OVER,
    RootHandover,
    RootMove,
    encode_move,
    follow_moves,
    move_root,
    open_move,
)
from tests.vectors import rotated, sample
from tests.vectors.stored import FOLDER

DOCUMENT = (Path(__file__).parents[3] / "docs" / "protocol-keys.md").read_text(encoding="utf-8")
OLD, NEW = sample.ROOT_KEY, rotated.NEXT_ROOT
MOVE = encode_move(rotated.sample_move())


def chain(length: int) -> tuple[list[str], list[str]]:
    """Moves, and the thumbprints of the roots that they lead through."""
    keys = [OLD, *(sample.key_of(f"root {number}") for number in range(2, length + 2))]
    moves = [
        encode_move(move_root(tenant=sample.TENANT, old=old, new=new, page=number, issued_ms=number))
        for number, (old, new) in enumerate(pairwise(keys), start=2)
    ]
    return moves, [thumbprint(key.public_key()) for key in keys]


def forge(**changes: object) -> str:
    """A move whose two signatures hold, over changed words."""
    words = {
        "v": 1,
        "tenant": sample.TENANT,
        "previous": thumbprint(OLD.public_key()),
        "root": public_text(NEW.public_key()),
        "page": 3,
        "issued_ms": 1,
    }
    raw = exact_json.encode(RootHandover(**{**words, **changes}))  # type: ignore[arg-type]  # members by name
    return encode_move(
        RootMove(v=1, handed_over=sign(raw, typ=HANDED_OVER, key=OLD), taken_over=sign(raw, typ=TAKEN_OVER, key=NEW))
    )


def test_c46_the_frozen_move_leads_from_the_old_root_to_the_new_one() -> None:
    stored = json.loads((FOLDER / "root-move.json").read_bytes())["message"]
    assert stored == MOVE
    handover = open_move(stored, root=OLD.public_key(), tenant=sample.TENANT)
    assert (handover.root, handover.page) == (public_text(NEW.public_key()), 3)


@pytest.mark.parametrize("length", [0, 1, 5, MAX_MOVES])
def test_c46_a_chain_is_followed_from_wherever_one_stands(length: int) -> None:
    moves, roots = chain(length)
    root, followed = follow_moves(moves, root=OLD.public_key(), tenant=sample.TENANT, wanted=roots[-1])
    assert (thumbprint(root), list(followed)) == (roots[-1], moves)
    root, followed = follow_moves(moves, root=root, tenant=sample.TENANT, wanted=roots[-1])
    assert (thumbprint(root), followed) == (roots[-1], ())


def test_c46_no_more_moves_than_a_rotation_makes_are_followed() -> None:
    moves, roots = chain(MAX_MOVES + 1)
    with pytest.raises(LimitError):
        follow_moves(moves, root=OLD.public_key(), tenant=sample.TENANT, wanted=roots[-1])


@pytest.mark.parametrize(
    "text",
    [
        forge(tenant=sample.OTHER_TENANT),
        forge(previous=thumbprint(NEW.public_key())),
        forge(root=public_text(OLD.public_key())),
        forge(root=public_text(sample.key_of("thief").public_key())),
        MOVE.replace('"v":1', '"v":2'),
        MOVE[:-1],
        MOVE + " ",
        "",
        "\ud800",
        "x" * 9000,
    ],
)
def test_c46_a_move_that_is_not_one_is_refused(text: str) -> None:
    with pytest.raises(ProtocolError):
        open_move(text, root=OLD.public_key(), tenant=sample.TENANT)
    with pytest.raises(ProtocolError):
        follow_moves([text], root=OLD.public_key(), tenant=sample.TENANT, wanted=thumbprint(NEW.public_key()))


@pytest.mark.parametrize("part", ["handed_over", "taken_over"])
def test_c46_one_root_alone_moves_nothing(part: str) -> None:
    """C46: a thief of the old root's page key, or of the network, has one of the two at most."""
    thief = sample.key_of("thief")
    words = rotated.sample_move()
    typ = HANDED_OVER if part == "handed_over" else TAKEN_OVER
    payload = exact_json.encode(open_move(MOVE, root=OLD.public_key(), tenant=sample.TENANT))
    forged = msgspec.structs.replace(words, **{part: sign(payload, typ=typ, key=thief)})
    with pytest.raises(SignatureError):
        open_move(encode_move(forged), root=OLD.public_key(), tenant=sample.TENANT)


def test_a_root_does_not_move_to_itself() -> None:
    with pytest.raises(SignatureError):
        move_root(tenant=sample.TENANT, old=OLD, new=OLD, page=2, issued_ms=1)


@pytest.mark.parametrize(
    "struct",
    [
        RootHandover,
        RootMove,
        trust_files.Trust,
        trust_files.KeyPages,
        trust_files.CheckpointFile,
        trust_files.InclusionFile,
        trust_files.ConsistencyFile,
    ],
)
def test_every_member_is_described(struct: type[msgspec.Struct]) -> None:
    assert [name for name in struct.__struct_fields__ if f"`{name}`" not in DOCUMENT] == []


@pytest.mark.parametrize(
    "text", [HANDED_OVER, TAKEN_OVER, "**`moves`**", *(use.value for use in KeyUse), str(root_moves.MAX_MOVES)]
)
def test_types_uses_and_limits_are_described(text: str) -> None:
    assert text in DOCUMENT
