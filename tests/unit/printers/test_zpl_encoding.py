"""ZPL II against what Zebra's programming guide prints, and what may never be in a format."""

from __future__ import annotations

import re

import pytest
from PIL import Image

from printers.badge import render_badge
from printers.bitmap import BadgeBitmap
from printers.catalogue.zebra import MODELS, ZebraModel
from printers.encodings.zpl import acs_row, encode
from printers.encodings.zpl_status import HostStatus, ZebraFault, read_count, read_faults, read_host_status
from printers.errors import EncodingError
from printers.job import Cut, JobOptions
from printers.media import medium
from printers.simulator.zpl_stream import Format, ZplStream, read_graphic
from tests.vectors.printers.samples import dot_pattern, sample_badge

ZT411: ZebraModel = next(model for model in MODELS if model.name == "ZT411-600")
ZD421: ZebraModel = next(model for model in MODELS if model.name == "ZD421-203")
LABEL = medium("76x51-203dpi")


def test_triangle_of_the_guide_is_packed_and_read_as_printed_there() -> None:
    """The guide's ``~DG`` example: figure 4.1 is the plain graphic, figure 4.2 the condensed one."""
    plain = ["F00000000000", "FF0000000000", "FFF000000000", "FFFFF0000000", "FFFFFF000000"]
    condensed = b"F0,FF,FFF0,FFFFF0,FFFFFF,"
    read = read_graphic(b"A,30,30,6," + condensed)
    assert read is not None
    assert read.data == bytes.fromhex("".join(plain))
    assert [acs_row(row, None) for row in plain] == ["F0,", "HF,", "IF0,", "KF0,", "LF,"]


@pytest.mark.parametrize("text", [b"vMB", b"MvB"])
def test_repeat_values_of_the_guide_add_up(text: bytes) -> None:
    """The guide: both send 327 hexadecimal Bs to the printer; ``M6`` is 6666666."""
    read = read_graphic(b"A,164,164,164," + text + b"0")
    assert read is not None
    assert read.data.hex() == "b" * 327 + "0"
    assert acs_row("B" * 327 + "0", None) == "vMB0"
    assert acs_row("6" * 7 + "1", None) == "M61"


def test_line_above_is_repeated_by_a_colon_and_ends_fill_up() -> None:
    assert acs_row("00AA", "00AA") == ":"
    assert acs_row("00AB", "00AA") == "H0AB"
    assert acs_row("AAFFFF", None) == "HAJF"
    assert acs_row("A" * 840, None) == "zAzAhA"
    read = read_graphic(b"A,6,6,2,1!::")
    assert read is not None
    assert read.data.hex() == "1fff" * 3


def test_z64_check_is_the_published_crc() -> None:
    """CRC-16/XMODEM of "123456789" is 31C3 in every catalogue; encoder and decoder each have their own."""
    assert read_graphic(b"A,3,3,3,:B64:////:" + b"0000") is None
    data = encode(BadgeBitmap(8, 1, b"\xa5"), LABEL, ZD421, JobOptions())
    found = re.search(rb"\^GFA,1,1,1,(:Z64:[^:]+:[0-9A-F]{4})\^FS", data)
    assert found is not None
    read = read_graphic(b"A,1,1,1," + found[1])
    assert read is not None
    assert read.data == b"\xa5"


def test_large_graphics_are_split_into_fields_of_at_most_99_999_bytes() -> None:
    paper = medium("102x152-600dpi")
    data = encode(dot_pattern(2400, 1000, seed=3), paper, ZT411, JobOptions(compression="hex"))
    heads = [(int(y), int(count)) for y, count in re.findall(rb"\^FO0,(\d+)\^GFA,(\d+),", data)]
    assert heads == [(0, 99_900), (333, 99_900), (666, 99_900), (999, 300)]


def test_wishes_are_commands_only_when_made() -> None:
    plain = encode(dot_pattern(8, 8, seed=1), LABEL, ZD421, JobOptions())
    assert plain.startswith(b"^XA^LH0,0^LT0^LS0^PON^PMN^LRN^JZN^PW608^LL408^FO0,0^GFA,8,8,1,:Z64:")
    assert plain.endswith(b"^FS^PQ1^XZ")
    wished = encode(dot_pattern(8, 8, seed=1), LABEL, ZD421, JobOptions(Cut.FULL, darkness=7, speed=4))
    assert wished.startswith(b"~SD07^XA")
    assert b"^LL408^PR4^MMC^FO" in wished
    for wish in ({"compression": "rar"}, {"darkness": 31}, {"speed": 0}):
        with pytest.raises(EncodingError):
            encode(dot_pattern(8, 8, seed=1), LABEL, ZD421, JobOptions(**wish))


@pytest.mark.parametrize("compression", ["z64", "acs", "hex"])
def test_c34_a_name_is_never_a_command_to_a_zebra(compression: str) -> None:
    """C34: whatever the name, the commands are the same ones, and data hold no prefix."""

    def commands(name: str) -> list[str]:
        data = encode(render_badge(sample_badge(name=name), LABEL), LABEL, ZD421, JobOptions(compression=compression))
        return [item.code for item in ZplStream().feed(data) if isinstance(item, Format)]

    harmless = commands("Odalys Fernhollow")
    assert set(harmless) == {"XA", "LH", "LT", "LS", "PO", "PM", "LR", "JZ", "PW", "LL", "FO", "GF", "FS", "PQ", "XZ"}
    assert commands("^XA~JA^XZ ^FDhello^FS") == harmless


def test_host_status_is_read_as_the_guide_lays_it_out() -> None:
    """String 1: b paper out, c pause, dddd length, eee formats, l too hot; string 2: o head up, p ribbon out."""
    answer = (
        b"\x02030,1,1,1245,002,0,0,0,000,0,0,1\x03\r\n\x02000,0,1,1,0,2,4,0,00000003,1,000\x03\r\n\x021234,0\x03\r\n"
    )
    status, used = read_host_status(b"noise" + answer + b"rest")
    assert used == len(answer) + 3
    every = ZebraFault.MEDIA_OUT | ZebraFault.HEAD_TOO_HOT | ZebraFault.HEAD_OPEN | ZebraFault.RIBBON_OUT
    assert status == HostStatus(every, True, 2, False, 3, 1245, False)
    assert read_host_status(answer[:60]) == (None, 0)
    assert read_host_status(answer.replace(b"1245", b"12x5"))[0] is None


def test_error_line_and_counter_are_read() -> None:
    line = b"\x02\r\n  PRINTER STATUS\r\n  ERRORS:         1 00000000 00000005\r\n  WARNINGS:"
    assert read_faults(line)[0] == ZebraFault.MEDIA_OUT | ZebraFault.HEAD_OPEN
    assert read_faults(line.replace(b" 1 0", b" 0 0"))[0] is ZebraFault.NONE
    assert read_count(b'junk"4711"') == (4711, 10)
    assert read_count(b'"?"') == (None, 0)


def test_small_picture_stands_at_the_top_left() -> None:
    picture = Image.new("1", (3, 1))
    picture.putpixel((2, 0), 1)
    data = encode(BadgeBitmap.of_ink(picture), LABEL, ZD421, JobOptions(compression="hex"))
    assert b"^FO0,0^GFA,1,1,1,20^FS" in data
