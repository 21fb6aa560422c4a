"""Nothing but exactly what the kiosk signed is ever taken from a batch (C14, C15, C16, C25)."""

from collections.abc import Callable
from functools import partial

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.protocol import jws
from sync.protocol.batch import OpenedBatch, open_batch, seal_batch
from sync.protocol.errors import ProtocolError
from tests.vectors.sample import (
    ARRIVAL,
    AUDIENCE,
    EPOCH_KEY,
    EXPECTED,
    make_chain,
    sample_lines,
    sign_lines,
    sign_wire,
)

WIRE = seal_batch(make_chain(ARRIVAL), key=EPOCH_KEY, audience=AUDIENCE, hlc="0" * 16)


def taken(opener: Callable[[], object]) -> bool:
    """Whether it is taken; refusing means a ``ProtocolError`` and no other exception."""
    try:
        opener()
    except ProtocolError:
        return False
    return True


def flipped_bits_taken(opener: Callable[[bytes], object], step: int = 1) -> list[int]:
    """The positions of the bits whose flipping goes unnoticed."""
    found = []
    for bit in range(0, len(WIRE) * 8, step):
        damaged = bytearray(WIRE)
        damaged[bit // 8] ^= 1 << bit % 8
        if taken(partial(opener, bytes(damaged))):
            found.append(bit)
    return found


def open_ours(wire: bytes) -> OpenedBatch:
    return open_batch(wire, EXPECTED)


def test_the_undamaged_batch_is_taken() -> None:
    assert taken(lambda: open_ours(WIRE))


def test_c15_every_single_bit_flip_of_a_batch_is_refused() -> None:
    """C15."""
    assert flipped_bits_taken(open_ours) == []


def test_c15_every_truncation_of_a_batch_is_refused() -> None:
    """C15."""
    assert [size for size in range(len(WIRE)) if taken(partial(open_ours, WIRE[:size]))] == []


def test_the_bit_flip_test_notices_a_verifier_that_skips_the_signature(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A check of the check: without signatures, flips inside the signature go unnoticed."""

    def trusting(message: str, *, typ: str, key: object, what: str) -> bytes:
        return jws.read_unverified_payload(message, what=what)

    monkeypatch.setattr(jws, "verify", trusting)
    assert flipped_bits_taken(open_ours, step=3) != []


@given(st.integers(0, len(WIRE)), st.binary(min_size=1, max_size=40))
def test_anything_inserted_into_a_batch_is_refused(at: int, extra: bytes) -> None:
    """C15: no byte of the wire form is without meaning."""
    assert not taken(lambda: open_ours(WIRE[:at] + extra + WIRE[at:]))


@given(st.integers(0, len(WIRE)), st.integers(0, len(WIRE)), st.binary(max_size=60))
def test_anything_replaced_in_a_batch_is_refused(start: int, end: int, other: bytes) -> None:
    """C15."""
    damaged = WIRE[: min(start, end)] + other + WIRE[max(start, end) :]
    assert damaged == WIRE or not taken(lambda: open_ours(damaged))


@given(st.binary(max_size=200))
def test_bytes_that_are_no_batch_raise_nothing_but_protocol_errors(data: bytes) -> None:
    assert not taken(lambda: open_ours(data))


@settings(max_examples=200)
@given(st.binary(max_size=300), st.integers(1, 2**20))
def test_a_hostile_kiosk_that_signs_any_compressed_bytes_gets_a_protocol_error(packed: bytes, size: int) -> None:
    """C15, C25: the digest holds here, so these bytes reach the decompressor."""
    assert not taken(lambda: open_ours(sign_wire(packed, size=size)))


@settings(max_examples=200)
@given(st.data())
def test_a_hostile_kiosk_that_damages_a_compressed_frame_and_signs_it_gets_a_protocol_error(
    data: st.DataObject,
) -> None:
    """C15, C25: a signed frame either inflates to exact lines of a chain or is refused."""
    lines = b"".join(line + b"\n" for line in sample_lines())
    packed = bytearray(zstandard.ZstdCompressor(level=3, write_checksum=True).compress(lines))
    for _ in range(data.draw(st.integers(1, 3))):
        packed[data.draw(st.integers(0, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        opened = open_ours(sign_wire(bytes(packed), size=len(lines)))
    except ProtocolError:
        return
    assert [event.line() for event in opened.events] == lines_of_events(lines)


@settings(max_examples=300)
@given(st.data())
def test_a_hostile_kiosk_that_signs_damaged_lines_gets_them_taken_whole_or_a_protocol_error(
    data: st.DataObject,
) -> None:
    """C13, C15: a change in a header or in the framing is refused; a change in a body is quarantined."""
    lines = bytearray(b"".join(line + b"\n" for line in sample_lines()))
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at] ^= data.draw(st.integers(1, 255))
    try:
        opened = open_ours(sign_lines(bytes(lines)))
    except ProtocolError:
        return
    assert any(event.fault() for event in opened.events)
    assert b"".join(event.line() + b"\n" for event in opened.events) == bytes(lines)


def lines_of_events(lines: bytes) -> list[bytes]:
    """Three lines an event, as ``Event.line`` gives them."""
    single = lines[:-1].split(b"\n")
    return [b"\n".join(single[start : start + 3]) for start in range(0, len(single), 3)]
