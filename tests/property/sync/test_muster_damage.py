"""Whoever carries a muster batch can withhold, and neither invent nor change (C14, C15, C16, C25)."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from uuid import UUID

import msgspec
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.protocol import muster
from sync.protocol.batch import seal_batch
from sync.protocol.commitments import SealedBody
from sync.protocol.errors import ChainError, EncodingError, LimitError, ProtocolError, SignatureError
from sync.protocol.events import Event
from sync.protocol.muster import MusterSource, OpenedMusterBatch, open_muster_batch, seal_muster_batch
from tests.vectors import forked, sample
from tests.vectors.mustered import SOURCE, muster_events, muster_wire

MANIFEST = sample.manifest_of(sample.sample_wire())
WIRE = muster_wire(sample.sample_wire())
LINES = b"".join(
    event.raw_header + b"\n" + _line for event in muster_events() for _line in [event.line().split(b"\n")[1] + b"\n"]
)


def packed(lines: bytes) -> bytes:
    return MANIFEST.encode() + b"\n" + zstandard.ZstdCompressor(level=3, write_checksum=True).compress(lines)


def open_ours(wire: bytes) -> OpenedMusterBatch:
    return open_muster_batch(wire, SOURCE)


def is_what_was_signed(opener: Callable[[], OpenedMusterBatch]) -> bool:
    """Refused by a ``ProtocolError``, or the very headers, each with its own body or none."""
    try:
        opened = opener()
    except ProtocolError:
        return True
    pairs = zip(opened.events, muster_events(), strict=True)
    return all(
        event.raw_header == sound.raw_header and event.full is None and event.muster in (sound.muster, None)
        for event, sound in pairs
    )


def test_the_undamaged_muster_batch_is_taken() -> None:
    opened = open_ours(WIRE)
    assert opened.events == muster_events()
    assert opened.heads[-1].hash == opened.manifest.head


def test_c15_every_single_bit_flip_is_refused_or_changes_nothing() -> None:
    """C15: the frame is not signed, so a flip may be without effect; it is never with another."""
    found = []
    for bit in range(len(WIRE) * 8):
        damaged = bytearray(WIRE)
        damaged[bit // 8] ^= 1 << bit % 8
        if not is_what_was_signed(partial(open_ours, bytes(damaged))):
            found.append(bit)
    assert found == []


def test_c15_every_truncation_is_refused() -> None:
    """C15."""
    for size in range(len(WIRE)):
        with pytest.raises(ProtocolError):
            open_ours(WIRE[:size])


@settings(max_examples=300)
@given(st.data())
def test_c15_a_carrier_that_changes_the_lines_is_refused_or_has_withheld(data: st.DataObject) -> None:
    """C15: nobody needs a key to pack other lines under a sound manifest."""
    lines = bytearray(LINES)
    for _ in range(data.draw(st.integers(1, 3))):
        lines[data.draw(st.integers(0, len(lines) - 1))] ^= data.draw(st.integers(1, 255))
    assert is_what_was_signed(lambda: open_ours(packed(bytes(lines))))


@given(st.binary(max_size=300))
def test_c15_bytes_that_are_none_raise_nothing_but_protocol_errors(data: bytes) -> None:
    """C15."""
    for wire in (data, MANIFEST.encode() + b"\n" + data):
        assert is_what_was_signed(lambda wire=wire: open_ours(wire))  # type: ignore[misc]


@given(st.sets(st.integers(0, len(muster_events()) - 1)))
def test_what_is_withheld_is_no_fault(gone: set[int]) -> None:
    events = [replace(event, muster=None) if at in gone else event for at, event in enumerate(muster_events())]
    assert open_ours(seal_muster_batch(MANIFEST, events)).events == tuple(events)


def test_a_body_of_somebody_else_is_refused() -> None:
    arrival = muster_events()[0]
    assert arrival.muster is not None
    other = SealedBody(salt=arrival.muster.salt, body=msgspec.Raw(arrival.muster.bytes().replace(b"Niamh", b"Maeve")))
    events = [replace(arrival, muster=other), *muster_events()[1:]]
    with pytest.raises(ChainError, match="commits"):
        open_ours(seal_muster_batch(MANIFEST, events))


def test_the_check_of_the_commitment_is_what_refuses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check of the check."""
    monkeypatch.setattr(muster, "_require_committed", lambda _event: None)
    test = test_a_body_of_somebody_else_is_refused
    with pytest.raises(pytest.fail.Exception):
        test()


def test_c14_another_organisation_site_kiosk_or_key_is_refused() -> None:
    """C14, C16: all of it by the receiver's own records."""
    other = UUID(int=7)
    for source in (
        MusterSource(sample.OTHER_TENANT, SOURCE.site, SOURCE.kiosk, SOURCE.key),
        MusterSource(SOURCE.tenant, other, SOURCE.kiosk, SOURCE.key),
        MusterSource(SOURCE.tenant, SOURCE.site, other, SOURCE.key),
        MusterSource(SOURCE.tenant, SOURCE.site, SOURCE.kiosk, forked.NEXT_KEY.public_key()),
    ):
        with pytest.raises(SignatureError):
            open_muster_batch(WIRE, source)


def test_headers_left_out_doubled_or_exchanged_are_refused() -> None:
    one, two, three = muster_events()
    for events in ((one, two), (one, two, two), (two, one, three), (one, two, three, three)):
        with pytest.raises(ChainError):
            open_ours(seal_muster_batch(MANIFEST, events))


def test_headers_of_another_history_under_the_same_manifest_are_refused() -> None:
    other = sample.make_chain(sample.ARRIVAL, sample.ARRIVAL, sample.ARRIVAL)
    with pytest.raises(ChainError, match="not the one that was signed"):
        open_ours(seal_muster_batch(MANIFEST, [Event(event.raw_header, event.header, None, None) for event in other]))


def test_c25_what_claims_more_than_was_signed_is_refused_before_it_is_made() -> None:
    """C25: nothing signed vouches for the frame."""
    zeros = zstandard.ZstdCompressor(level=3).compress(b"\0" * (64 * 1024 * 1024))
    with pytest.raises(EncodingError, match="size"):
        open_ours(MANIFEST.encode() + b"\n" + zeros)
    unsized = zstandard.ZstdCompressor(level=3, write_content_size=False).compress(LINES)
    with pytest.raises(EncodingError, match="size"):
        open_ours(MANIFEST.encode() + b"\n" + unsized)
    with pytest.raises(LimitError):
        open_ours(WIRE + b"\0" * (2 * 1024 * 1024))


def test_a_manifest_of_another_type_is_refused() -> None:
    receipt = sample.key_of("receipt")
    wire = seal_batch(sample.three_events(), key=receipt, audience=sample.AUDIENCE, hlc="0" * 16)
    with pytest.raises(SignatureError):
        open_ours(sample.manifest_of(wire).encode() + b"\n" + WIRE.partition(b"\n")[2])
