"""Hostile zstd frames under a true signature: one whole frame of the signed size, or a refusal (C15, C25)."""

import tracemalloc

import pytest
import zstandard

from sync.protocol.batch import MAX_INFLATED_BYTES, open_batch
from sync.protocol.errors import ProtocolError
from tests.vectors.sample import EXPECTED, sample_lines, sign_lines, sign_wire


def frame_claiming(size: int) -> bytes:
    """A zstd frame header (RFC 8878 section 3.1.1.1) that claims a content size of 8 bytes, then one block."""
    block = (1 << 3 | 1).to_bytes(3, "little") + b"x"
    return b"\x28\xb5\x2f\xfd" + b"\xe0" + size.to_bytes(8, "little") + block


@pytest.mark.parametrize("claimed", [2**62, 2**40, MAX_INFLATED_BYTES + 1, 1])
def test_a_frame_that_claims_terabytes_is_refused_without_memory(claimed: int) -> None:
    """C25: the frame's own claim is compared with the signed size before anything is allocated."""
    packed = frame_claiming(claimed)
    tracemalloc.start()
    with pytest.raises(ProtocolError):
        open_batch(sign_wire(packed, size=MAX_INFLATED_BYTES), EXPECTED)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * MAX_INFLATED_BYTES


def compress(data: bytes, *, checksum: bool = False, content_size: bool = True) -> bytes:
    compressor = zstandard.ZstdCompressor(level=19, write_checksum=checksum, write_content_size=content_size)
    return compressor.compress(data)


def test_a_compression_bomb_is_refused_for_its_size() -> None:
    """C25: 100 MiB of line feeds in a few kilobytes."""
    bomb = compress(b"\n" * (100 * 1024 * 1024))
    for size in (MAX_INFLATED_BYTES, 100 * 1024 * 1024):
        with pytest.raises(ProtocolError):
            open_batch(sign_wire(bomb, size=size), EXPECTED)


LINES = b"".join(line + b"\n" for line in sample_lines())
SKIPPABLE = b"\x50\x2a\x4d\x18" + (4).to_bytes(4, "little") + b"spam"


@pytest.mark.parametrize(
    "packed",
    [
        compress(LINES) + b"x",
        compress(LINES) + compress(b"x"),
        compress(LINES) + SKIPPABLE,
        SKIPPABLE + compress(LINES),
        SKIPPABLE,
        compress(LINES, content_size=False),
        compress(LINES, checksum=True)[:-1],
        compress(LINES[:-1]),
        LINES,
        b"",
    ],
    ids=[
        "trailing byte",
        "second frame",
        "skippable after",
        "skippable before",
        "skippable alone",
        "no content size",
        "cut",
        "no last line feed",
        "not compressed",
        "empty",
    ],
)
def test_anything_but_one_whole_frame_of_the_signed_size_is_refused(packed: bytes) -> None:
    """C15, C25: two readers could disagree on what such bytes hold."""
    with pytest.raises(ProtocolError):
        open_batch(sign_wire(packed, size=len(LINES)), EXPECTED)


def test_a_frame_without_checksum_at_another_level_is_taken() -> None:
    """How somebody else's library compresses is theirs to choose; the manifest signs the result."""
    assert len(open_batch(sign_wire(compress(LINES), size=len(LINES)), EXPECTED).events) == 3


@pytest.mark.parametrize(
    "lines", [b"\n" * 1000, b"\n" * 9, LINES + b"\n", b"\n" + LINES, LINES.replace(b"\n", b"\r\n")]
)
def test_blank_or_foreign_line_ends_are_refused(lines: bytes) -> None:
    with pytest.raises(ProtocolError):
        open_batch(sign_lines(lines), EXPECTED)
