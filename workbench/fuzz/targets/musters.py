"""Muster batches, whose frame nobody signs, and the answers that bring them."""

from collections.abc import Sequence

import zstandard

from sync.protocol import exact_json
from sync.protocol.commitments import Part, matches
from sync.protocol.fold import fact, fold
from sync.protocol.muster import MusterSource, OpenedMusterBatch, open_muster_batch, read_claim
from sync.protocol.muster_exchange import MusterAnswer, MusterQuestion
from workbench.fuzz.samples import EPOCH, EPOCH_KEY, KIOSK, SITE, TENANT, event_lines, key_of
from workbench.fuzz.samples import vector as golden
from workbench.fuzz.target import Target, promise

_SOURCE = MusterSource(TENANT, SITE, KIOSK, key_of(EPOCH_KEY).public_key())
_HEADERS = [event[0] for event in event_lines()]


def _wire() -> bytes:
    return bytes.fromhex(str(golden("muster-batch")["wire_hex"]))


def _judge(opened: OpenedMusterBatch) -> None:
    """Whatever the carrier did: the very headers that were signed, and no body but the committed ones."""
    promise([event.raw_header for event in opened.events] == _HEADERS, "headers that nobody signed")
    for event in opened.events:
        promise(event.full is None, "a full body")
        sealed = event.muster
        promise(sealed is None or matches(Part.MUSTER, sealed, event.header.muster), "a body that was not committed to")
    arrivals = {event.header.stay for event in opened.events if event.header.kind == "visitor.arrived"}
    promise(arrivals - {None} <= fold(fact(event) for event in opened.events).keys(), "an arrival that nobody lists")


def _read_wire(data: bytes) -> None:
    read_claim(data)
    _judge(open_muster_batch(data, _SOURCE))


def _read_frame(data: bytes) -> None:
    _judge(open_muster_batch(_wire().partition(b"\n")[0] + b"\n" + data, _SOURCE))


def _read_lines(data: bytes) -> None:
    _read_frame(zstandard.ZstdCompressor(level=1).compress(data))


def _read_message(data: bytes) -> None:
    if data[:1] == b"\x00":
        exact_json.read(data[1:], MusterQuestion, what="a question")
        return
    answer = exact_json.read(data[1:], MusterAnswer, what="an answer")
    for told in (*answer.batches, *answer.beside, *answer.wanted):
        if read_claim(told.wire) == EPOCH:
            _judge(open_muster_batch(told.wire, _SOURCE))


def _rows() -> Sequence[bytes]:
    lines = [str(line).encode() for line in golden("muster-batch")["lines"]]
    bare = [line if line in _HEADERS else b"-" for line in lines]
    return [b"".join(line + b"\n" for line in chosen) for chosen in (lines, bare)]


def _frames() -> Sequence[bytes]:
    return [_wire().partition(b"\n")[2], zstandard.ZstdCompressor(level=19).compress(_rows()[0])]


def _messages() -> Sequence[bytes]:
    vector = golden("muster-batch")
    return [b"\x01" + str(vector["answer"]).encode(), b"\x00" + str(vector["question"]).encode()]


TARGETS = (
    Target("muster", "a muster batch as told", _read_wire, lambda: [_wire()]),
    Target("muster-frame", "packed lines under a sound manifest", _read_frame, _frames),
    Target("muster-lines", "lines under a sound manifest", _read_lines, _rows),
    Target("muster-exchange", "questions about other kiosks, and answers", _read_message, _messages),
)
