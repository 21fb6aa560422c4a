"""C07: two histories under one key are proved to anybody, without anybody's data."""

import json

import pytest

from sync.protocol.errors import LimitError, ProtocolError
from sync.protocol.fork_proof import MAX_PROOF_BYTES, ForkProof, encode_proof, verify_fork
from sync.protocol.keys import public_text
from tests.vectors import forked, sample
from tests.vectors.stored import FOLDER

FROZEN = json.loads((FOLDER / "fork-proof.json").read_bytes())["proof"].encode()


def proof(**changes: object) -> bytes:
    fields = {
        name: getattr(forked.sample_fork_proof(sample.sample_wire()), name) for name in ForkProof.__struct_fields__
    }
    return encode_proof(ForkProof(**{**fields, **changes}))


def test_c07_the_frozen_proof_shows_a_fork_of_the_samples_kiosk() -> None:
    """C07."""
    found, header = verify_fork(FROZEN)
    assert (found.seq, header.kiosk, header.epoch) == (2, sample.KIOSK, sample.EPOCH)
    assert b"Niamh" not in FROZEN


def test_one_history_told_twice_proves_nothing() -> None:
    one = forked.sample_fork_proof(sample.sample_wire()).branches[0]
    with pytest.raises(ProtocolError, match="do not differ"):
        verify_fork(proof(branches=(one, one)))


def test_the_histories_must_part_where_it_is_said() -> None:
    """From seq 1 on both are the same, from 3 on they name different predecessors."""
    ours, others = sample.three_events(), forked.other_history()
    signed = (forked.manifest_over(ours), forked.manifest_over(others))
    for seq, words in ((1, "do not differ"), (3, "part before")):
        branches = tuple(
            forked.branch(manifest, events[seq - 1 :]) for manifest, events in zip(signed, (ours, others), strict=True)
        )
        with pytest.raises(ProtocolError, match=words):
            verify_fork(proof(seq=seq, branches=branches))


def test_c16_a_proof_under_another_key_is_refused() -> None:
    """C16: nobody can be accused with manifests that he did not sign."""
    with pytest.raises(ProtocolError):
        verify_fork(proof(public=public_text(sample.ROOT_KEY.public_key())))
    with pytest.raises(ProtocolError):
        verify_fork(proof(aud=sample.AUDIENCE.replace("lodge", "other")))


def test_c15_flipped_bits_all_over_a_proof_are_refused() -> None:
    """C15."""
    for at in range(0, len(FROZEN) * 8, 13):
        damaged = bytearray(FROZEN)
        damaged[at // 8] ^= 1 << at % 8
        with pytest.raises(ProtocolError):
            verify_fork(bytes(damaged))


def test_c25_a_long_proof_is_refused_before_it_is_read() -> None:
    """C25."""
    with pytest.raises(LimitError):
        verify_fork(b" " * (MAX_PROOF_BYTES + 1))
