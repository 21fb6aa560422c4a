"""Signed notes and checkpoints of other logs, through the reader of our own."""

from base64 import b64decode, b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.protocol import merkle
from sync.protocol.checkpoint import Checkpoint, key_hash, open_checkpoint, sign_checkpoint
from sync.protocol.errors import ProtocolError
from sync.protocol.keys import base64url, private_key, public_key
from tests.vectors.published import load, unhex

NOTES = load("signed-note/notes.json")
LOG = load("signed-note/testdata-log.json")
SIZES = range(len(LOG["checkpoints"]))


def parts_of(verifier_key: str) -> tuple[str, bytes, Ed25519PublicKey]:
    """Name, key hash and key of a verifier key: name+hash+base64(0x01 | key)."""
    name, hashed, encoded = verifier_key.split("+", 2)
    raw = b64decode(encoded)
    assert raw[:1] == b"\x01"
    return name, unhex(hashed), public_key(base64url(raw[1:]))


NAME, HASHED, KEY = parts_of(LOG["verifierKey"])


@pytest.mark.parametrize("note", NOTES, ids=lambda note: note["verifierKey"].partition("+")[0])
def test_published_notes_have_the_key_hash_and_signature_that_we_compute(note: dict[str, Any]) -> None:
    """C2SP signed-note: key hash over name, line feed, 0x01 and key; signature over the text."""
    name, hashed, key = parts_of(note["verifierKey"])
    assert key_hash(name, key) == hashed
    text, _, signature = note["note"].rpartition("\n\n")
    dash, signer, encoded = signature.rstrip("\n").split(" ")
    blob = b64decode(encoded)
    assert (dash, signer, blob[:4]) == ("—", name, hashed)
    key.verify(blob[4:], f"{text}\n".encode())
    if note["signer"] is not None:
        private = private_key(b64decode(note["signer"].split("+", 2)[2])[1:])
        assert private.sign(f"{text}\n".encode()) == blob[4:]


@pytest.mark.parametrize("note", NOTES, ids=lambda note: note["verifierKey"].partition("+")[0])
def test_a_note_that_is_no_checkpoint_is_refused_although_truly_signed(note: dict[str, Any]) -> None:
    name, _, key = parts_of(note["verifierKey"])
    with pytest.raises(ProtocolError):
        open_checkpoint(note["note"], origin=name, key=key)


@pytest.mark.parametrize("size", SIZES)
def test_the_checkpoints_of_another_log_are_opened(size: int) -> None:
    """C2SP tlog-checkpoint, as another implementation signs it; the hash leads on to its entries."""
    checkpoint = open_checkpoint(LOG["checkpoints"][size], origin=NAME, key=KEY)
    assert (key_hash(NAME, KEY), checkpoint.origin, checkpoint.size) == (HASHED, NAME, size)
    assert checkpoint.root == merkle.root(size, node_at)


def node_at(level: int, index: int) -> bytes:
    """From the entries of that log."""
    if level == 0:
        return merkle.leaf_hash(LOG["entries"][index].encode())
    return merkle.node_hash(node_at(level - 1, 2 * index), node_at(level - 1, 2 * index + 1))


def test_each_checkpoint_of_another_log_continues_all_before_it() -> None:
    roots = [open_checkpoint(text, origin=NAME, key=KEY).root for text in LOG["checkpoints"]]
    for second in SIZES:
        for first in range(1, second + 1):
            proof = merkle.consistency_proof(first, second, node_at)
            merkle.verify_consistency(
                first=first, second=second, first_root=roots[first], second_root=roots[second], proof=proof
            )
        for index in range(second):
            merkle.verify_inclusion(
                leaf=node_at(0, index),
                index=index,
                size=second,
                proof=merkle.inclusion_proof(index, second, node_at),
                root=roots[second],
            )


def test_witnesses_may_sign_the_checkpoint_too() -> None:
    """C2SP: signatures by unknown keys are passed over, wherever they stand, even under the log's own name."""
    text, _, signature = LOG["checkpoints"][7].partition("\n\n")
    other = "— witness.example.org " + b64encode(bytes(76)).decode() + "\n"
    namesake = f"— {NAME} " + b64encode(bytes(68)).decode() + "\n"
    for lines in (signature + other, other + signature, other * 15 + signature, namesake + signature):
        assert open_checkpoint(f"{text}\n\n{lines}", origin=NAME, key=KEY).size == 7


def test_every_changed_bit_of_a_published_checkpoint_is_refused() -> None:
    raw = LOG["checkpoints"][15].encode()
    taken = []
    for bit in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            open_checkpoint(changed.decode("utf-8"), origin=NAME, key=KEY)
        except (ProtocolError, UnicodeDecodeError):
            continue
        taken.append(bit)
    assert taken == []


def test_a_checkpoint_is_written_as_others_write_it() -> None:
    """The name, size and root of a published one, signed by a key of our own, differ in the signature alone."""
    published = LOG["checkpoints"][12]
    opened = open_checkpoint(published, origin=NAME, key=KEY)
    ours = sign_checkpoint(Checkpoint(NAME, opened.size, opened.root), private_key(bytes(32)))
    assert ours.rpartition(" ")[0] == published.rpartition(" ")[0]
