"""Inputs made to exhaust memory or the stack of whoever reads them; all of them small or of a size that may arrive."""

import struct
import zipfile
from collections.abc import Iterator
from io import BytesIO

import msgspec
import zstandard

from sync.protocol.archive import BATCHES, ENTRIES, EPOCHS, KEYS, MANIFEST, ROOT, SIGNED_MEMBERS
from sync.protocol.audit import EntryType, entry_line
from sync.protocol.events import Header, encode_header, header_hash
from workbench.fuzz.samples import archive_members, batch_wire, event_lines
from workbench.fuzz.targets.audit import packed

_DEEP = 200_000
_MEBIBYTE = 1024 * 1024
_ZEROS = b"\0" * _MEBIBYTE
_PREFIXES = {
    "batch-frame": (b"\x03",),
    "archive": tuple(bytes([number]) for number in range(len(SIGNED_MEMBERS))),
    "enrolment": (b"\x00", b"\x01", b"\x02", b"\x03"),
    "muster-exchange": (b"\x00", b"\x01"),
    "exchange": (b"\x00", b"\x01", b"\x02", b"\x03", b"\x04"),
}
"""Targets whose first byte chooses what is read."""


def bombs(target: str) -> Iterator[bytes]:
    """For one target by its name: plain ones for all, and some for its own format."""
    yield from _plain(target)
    yield from _OWN.get(target, _none)()


def _plain(target: str) -> Iterator[bytes]:
    for prefix in _PREFIXES.get(target, (b"",)):
        yield prefix + b"[" * _DEEP
        yield prefix + b'{"a":' * _DEEP
        yield prefix + b"[" * _DEEP + b"]" * _DEEP
        yield prefix + b"9" * _DEEP
        yield prefix + b'{"v":' + b"1" * _DEEP + b"}"
        yield prefix + b'{"v":1e' + b"9" * _DEEP + b"}"
        yield prefix + b'"' + b"a" * 4 * _MEBIBYTE + b'"'
        yield prefix + b"{" + b",".join(b'"%d":0' % number for number in range(_DEEP)) + b"}"
    for sign in (b".", b"\n", b"A", b"=", b":", b"\xff", b"-", b"\n\n", b"0 ", b"a: b\n"):
        yield sign * (_MEBIBYTE // len(sign))


def _none() -> Iterator[bytes]:
    yield from ()


def _frames() -> Iterator[bytes]:
    tight = zstandard.ZstdCompressor(level=3)
    huge = tight.compress(_ZEROS * 64)
    yield b"\x03" + huge
    magic = huge[:4]
    # Frame header: single segment, content size in 8 bytes; then the blocks of the frame above.
    for claimed in (1, _MEBIBYTE, _MEBIBYTE + 1, 2**40, 2**63, 2**64 - 1):
        yield b"\x03" + magic + b"\xe0" + struct.pack("<Q", claimed) + huge[-40:]
    # Run-length blocks: each inflates 4 bytes to 128 KiB.
    block = ((128 * 1024) << 3 | 1 << 1).to_bytes(3, "little") + b"a"
    yield b"\x03" + magic + b"\xe0" + struct.pack("<Q", _MEBIBYTE) + block * 4096
    yield b"\x03" + struct.pack("<II", 0x184D2A50, 2**32 - 1) + b"skipped"
    # No content size, a window of 3.75 TiB.
    yield b"\x03" + magic + b"\x00\xff" + block * 64


def _unsigned_frames() -> Iterator[bytes]:
    for frame in _frames():
        yield frame[1:]


def _wires() -> Iterator[bytes]:
    manifest, _, frame = batch_wire().partition(b"\n")
    yield manifest * 4000
    yield manifest + b"\n" + frame * 4000
    yield b"\n" * _MEBIBYTE + batch_wire()


def _lines() -> Iterator[bytes]:
    header, muster, full = event_lines()[0]
    salt = muster[:65]
    yield b"\n" * _MEBIBYTE
    yield b"-\n" * (_MEBIBYTE // 2)
    yield header + b"\n" + salt + b"[" * (_MEBIBYTE // 2) + b"\n" + full + b"\n"
    yield (header + b"\n-\n-\n") * 700
    yield header[:-1] + b"0" * 900_000 + b"}\n-\n-\n"


def _files() -> Iterator[bytes]:
    sound = archive_members()
    for name in (MANIFEST, ENTRIES):
        yield packed({**sound, name: _ZEROS * 96})
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        yield packed({**sound, ENTRIES: _ZEROS * 8}, method)
    yield packed({f"{number}": b"" for number in range(20_000)})
    whole = packed(sound)
    end = whole.rindex(b"PK\x05\x06")
    # A directory that claims 65,535 entries, 4 GiB long.
    yield whole[:end] + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 65535, 65535, 2**32 - 1, 0, 0)
    yield _overlapping()


def _overlapping() -> bytes:
    """Many names for one compressed member: what unpacks together is far more than the file."""
    file = BytesIO(packed({ENTRIES: _ZEROS * 96}))
    data = file.getvalue()
    start, end = data.rindex(b"PK\x01\x02"), data.rindex(b"PK\x05\x06")
    entry = data[start:end]
    size = struct.pack("<HHHHIIH", 0, 0, 9, 9, 9 * len(entry), start, 0)
    return data[:start] + entry * 9 + b"PK\x05\x06" + size


def _members() -> Iterator[bytes]:
    sound = archive_members()
    shrunk = b'{"type":"device","hash":"%s","header":null,"body":null}\n'
    yield _numbered(ENTRIES) + b"".join(shrunk % (b"%064x" % number) for number in range(2000))
    yield _numbered(ENTRIES) + b"\n" * _MEBIBYTE
    yield _numbered(ENTRIES) + _far_away(shrunk)
    yield _numbered(BATCHES) + b"\n" * 2000
    for name in (ROOT, KEYS, EPOCHS):
        yield _numbered(name) + sound[ROOT][:-1] + b"," * _MEBIBYTE


def _far_away(shrunk: bytes) -> bytes:
    """A chain whose one header has the highest number there is; whatever stood before it has shrunk."""
    before = header_hash(b"")
    header = msgspec.json.decode(event_lines()[0][0], type=Header)
    raw = encode_header(msgspec.structs.replace(header, seq=2**53 - 1, prev=before))
    return shrunk % before.encode() + entry_line(EntryType.DEVICE, raw, header_hash(raw), None) + b"\n"


def _numbered(name: str) -> bytes:
    return bytes([SIGNED_MEMBERS.index(name)])


def _requests() -> Iterator[bytes]:
    for value in (b'("@method"' * 50_000, b"a=1;" * 100_000, b"(" * 100_000, b"lodge=()," * 50_000, b'"' * 100_000):
        yield b" \nSignature-Input: lodge=" + value
        yield b" \nContent-Digest: " + value
        yield b" \nSignature: " + value
    components = b" ".join(b'"x%d"' % number for number in range(20_000))
    yield b" \nSignature-Input: lodge=(" + components + b');created=1;keyid="a";tag="lodge-device-v1"'
    yield b" \nSignature-Input: lodge=();created=" + b"9" * 100_000
    yield b"P" * _MEBIBYTE + b" https://a.example.org/" + b"a/" * _MEBIBYTE
    yield b" https://a.example.org/?" + b"a=b&" * 200_000


_OWN = {
    "batch": _wires,
    "batch-frame": _frames,
    "batch-lines": _lines,
    "muster": _wires,
    "muster-frame": _unsigned_frames,
    "muster-lines": _lines,
    "archive-file": _files,
    "archive": _members,
    "request": _requests,
}
