"""Batches, their manifests, headers and bodies."""

import json
from collections.abc import Sequence
from hashlib import sha256

import msgspec
import zstandard

from sync.protocol import exact_json
from sync.protocol.batch import MAX_INFLATED_BYTES, TYP, OpenedBatch, open_batch, read_manifest
from sync.protocol.commitments import Part, SealedBody, body_fault, commitment
from sync.protocol.events import LINES_PER_EVENT, decode_header, header_hash, read_lines
from sync.protocol.fold import fact, fold
from sync.protocol.kinds import BODIES, body_shape_fault
from workbench.fuzz.samples import AUDIENCE, EPOCH, EPOCH_KEY, EXPECTED, KIOSK, SITE, batch_wire, event_lines, signed
from workbench.fuzz.samples import vector as golden
from workbench.fuzz.target import Target, promise

_HEAD = str(golden("chain")["events"][-1]["header_hash"])
_HLC = str(json.loads(golden("event")["header"])["hlc"])
_SALT = bytes(range(32)).hex()


def sign_manifest(packed: bytes, **changes: object) -> bytes:
    """A batch of these packed bytes, truly signed, with any numbers in its manifest."""
    manifest: dict[str, object] = {
        "v": 1,
        "aud": AUDIENCE,
        "site": SITE,
        "kiosk": KIOSK,
        "epoch": EPOCH,
        "first": 1,
        "last": 3,
        "count": 3,
        "head": _HEAD,
        "hlc": _HLC,
        "lines": sha256(packed).hexdigest(),
        "size": 1,
        **changes,
    }
    return signed(msgspec.json.encode(manifest), typ=TYP, key=EPOCH_KEY).encode() + b"\n" + packed


def _judge(opened: OpenedBatch) -> None:
    """What holds for every batch that was taken, whatever its bodies are."""
    promise(len(opened.heads) == len(opened.events) == opened.manifest.count, "a batch of another number of events")
    for event in opened.events:
        promise(exact_json.encode(event.header) == event.raw_header, "a header in two forms")
        fault = event.fault()
        promise(fault is None or fault.isprintable(), "a fault that is no line of text")
    state = fold(fact(event) for event in opened.events)
    arrivals = {event.header.stay for event in opened.events if event.header.kind == "visitor.arrived"}
    promise(arrivals - {None} <= state.keys(), "an arrival that nobody lists")


def _read_wire(data: bytes) -> None:
    _judge(open_batch(data, EXPECTED))


def _read_manifest(data: bytes) -> None:
    text = signed(data, typ=TYP, key=EPOCH_KEY)
    frame = batch_wire().partition(b"\n")[2]
    manifest = read_manifest(text, EXPECTED)
    promise(exact_json.encode(manifest) == data, "a manifest in two forms")
    _judge(open_batch(text.encode() + b"\n" + frame, EXPECTED))


def _read_frame(data: bytes) -> None:
    try:
        size = zstandard.frame_content_size(data[1:])
    except zstandard.ZstdError:
        size = len(data)
    count = data[0] if data else 1
    wire = sign_manifest(data[1:], size=min(max(size, 1), MAX_INFLATED_BYTES), count=count, last=count)
    _judge(open_batch(wire, EXPECTED))


def _read_lines(data: bytes) -> None:
    rows = data[:-1].split(b"\n")
    packed = zstandard.ZstdCompressor(level=1).compress(data)
    count = len(rows) // LINES_PER_EVENT
    last = max(count - 1, 0) * LINES_PER_EVENT
    wire = sign_manifest(packed, size=len(data), count=count, last=count, head=header_hash(rows[last]))
    opened = open_batch(wire, EXPECTED)
    _judge(opened)
    promise(b"".join(event.line() + b"\n" for event in opened.events) == data, "lines that read as others")


def _read_header(data: bytes) -> None:
    promise(exact_json.encode(decode_header(data)) == data, "a header in two forms")


def _read_body(data: bytes) -> None:
    line = _SALT.encode() + b" " + data
    header = event_lines()[0][0]
    event = read_lines(header, line, line)
    promise(b"\n" in data or event.line() == b"\n".join((header, line, line)), "a body that reads as another")
    sealed = SealedBody(_SALT, msgspec.Raw(data))
    fault = body_fault(Part.FULL, sealed, commitment(Part.FULL, sealed))
    promise(fault is None or fault.isprintable(), "a fault that is no line of text")
    for kind in BODIES:
        shape = body_shape_fault(kind, data, data)
        promise(shape is None or shape.isprintable(), "a fault that is no line of text")
    if fault is None:
        exact_json.require_exact_object(data, what="a body")


def _rows() -> Sequence[bytes]:
    events = event_lines()
    return [b"".join(row + b"\n" for event in events[:count] for row in event) for count in range(1, len(events) + 1)]


def _frames() -> Sequence[bytes]:
    frame = batch_wire().partition(b"\n")[2]
    checked = zstandard.ZstdCompressor(level=19, write_checksum=True).compress(_rows()[-1])
    return [b"\x03" + frame, b"\x03" + checked]


def _bodies() -> Sequence[bytes]:
    return [row.partition(b" ")[2] for event in event_lines() for row in event[1:]]


def _erased() -> Sequence[bytes]:
    return [b"".join(event[0] + b"\n-\n-\n" for event in event_lines())]


TARGETS = (
    Target("batch", "a batch as sent", _read_wire, lambda: [batch_wire()]),
    Target("batch-frame", "compressed lines, signed", _read_frame, _frames),
    Target("batch-lines", "lines of events, signed", _read_lines, lambda: [*_rows(), *_erased()]),
    Target("manifest", "a manifest, signed", _read_manifest, lambda: [golden("batch")["manifest"]["payload"].encode()]),
    Target("header", "an event's header", _read_header, lambda: [event[0] for event in event_lines()]),
    Target("body", "an event's body", _read_body, _bodies),
)
