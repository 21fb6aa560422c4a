"""What a Zebra says about itself: ``~HS`` (host status), ``~HQES`` (errors), and its label counter.

After the *ZPL II Programming Guide*. ``~HS`` is three lines, each STX ... ETX CR LF. The guide says that a printer
without labels or ribbon, with its head open or too hot, **sends no answer at all**; newer ones answer with flags.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntFlag

_FRAME = re.compile(rb"\x02([^\x02\x03]*)\x03")
_LINES = 3
_FIRST_FIELDS, _SECOND_FIELDS = 12, 11
_ERRORS = re.compile(rb"ERRORS:\s+([01])\s+[0-9A-Fa-f]{8}\s+([0-9A-Fa-f]{8})")
_COUNT = re.compile(rb'"(\d{1,12})"')


class ZebraFault(IntFlag):
    """The errors of ``~HQES``, group 1."""

    NONE = 0x00
    MEDIA_OUT = 0x01
    RIBBON_OUT = 0x02
    HEAD_OPEN = 0x04
    CUTTER = 0x08
    HEAD_TOO_HOT = 0x10
    MOTOR_TOO_HOT = 0x20
    BAD_HEAD_ELEMENT = 0x40
    HEAD_DETECTION = 0x80


@dataclass(frozen=True)
class HostStatus:
    """One ``~HS``.

    Attributes:
        faults: what is wrong, as far as these lines can say.
        paused: the pause button was pressed, or an error put it there.
        formats_waiting: formats in the receive buffer.
        partial_format: a format has begun and not ended.
        labels_remaining: labels still to come of the format at work.
        label_length_dots: how long a label is, as set or measured.
        busy: its receive buffer is full.
    """

    faults: ZebraFault
    paused: bool
    formats_waiting: int
    partial_format: bool
    labels_remaining: int
    label_length_dots: int
    busy: bool

    @property
    def abandoned(self) -> bool:
        """A format has begun, and nothing else is at work: whoever is asking is not sending it."""
        return self.partial_format and not (self.formats_waiting or self.labels_remaining)

    @property
    def idle(self) -> bool:
        """Nothing is being done or waited for."""
        return not (self.formats_waiting or self.labels_remaining or self.partial_format or self.busy)


def read_host_status(received: bytes) -> tuple[HostStatus | None, int]:
    """Read the next ``~HS`` answer and how many bytes end with it."""
    frames = list(_FRAME.finditer(received))
    for index in range(len(frames) - _LINES + 1):
        lines = [frame[1].decode("ascii", "replace").split(",") for frame in frames[index : index + _LINES]]
        if len(lines[0]) == _FIRST_FIELDS and len(lines[1]) == _SECOND_FIELDS:
            status = _host_status(lines[0], lines[1])
            end = frames[index + _LINES - 1].end()
            return status, end
    return None, 0


def _host_status(first: list[str], second: list[str]) -> HostStatus | None:
    try:
        numbers = [int(value) for value in first], [int(value) for value in second]
    except ValueError:
        return None
    one, two = numbers
    flags = {
        ZebraFault.MEDIA_OUT: one[1],
        ZebraFault.HEAD_TOO_HOT: one[11],
        ZebraFault.HEAD_OPEN: two[2],
        ZebraFault.RIBBON_OUT: two[3],
    }
    faults = ZebraFault.NONE
    for fault, is_set in flags.items():
        faults |= fault if is_set else ZebraFault.NONE
    return HostStatus(
        faults=faults,
        paused=bool(one[2]),
        label_length_dots=one[3],
        formats_waiting=one[4],
        busy=bool(one[5]),
        partial_format=bool(one[7]),
        labels_remaining=two[8],
    )


def read_faults(received: bytes) -> tuple[ZebraFault | None, int]:
    """Read the next ``~HQES`` answer."""
    found = _ERRORS.search(received)
    if found is None:
        return None, 0
    return ZebraFault(int(found[2], 16) & 0xFF) if found[1] == b"1" else ZebraFault.NONE, found.end()


def read_count(received: bytes) -> tuple[int | None, int]:
    """Read the next label count; a printer that does not know it answers ``"?"``."""
    found = _COUNT.search(received)
    return (None, 0) if found is None else (int(found[1]), found.end())
