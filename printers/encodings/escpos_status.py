"""What a receipt printer says: answers to ``DLE EOT``, its own reports (ASB), and process ids.

After Epson's *ESC/POS Command Reference*. The three are told apart by fixed bits: an answer to ``DLE EOT`` is one byte
0xx1xx10, to ``GS r`` one byte 0xx0xxxx, a report four bytes of which the first is 0xx1xx00, a process id starts with
37 22.
"""

from __future__ import annotations

from enum import IntFlag

_KIND_BITS, _ANSWER, _REPORT = 0x93, 0x12, 0x10
_REPORT_BYTES = 4
_PROCESS_HEAD = b"7\x22"
_PROCESS_BYTES = 7
_CLEARED = b"7%\x00"
_IN_TURN_BITS = 0x90


class ReceiptFault(IntFlag):
    """What may be wrong, whichever way it was told; NEARLY_EMPTY is no fault."""

    NONE = 0
    OFFLINE = 0x01
    COVER_OPEN = 0x02
    PAPER_OUT = 0x04
    CUTTER = 0x08
    UNRECOVERABLE = 0x10
    TOO_HOT = 0x20
    NEARLY_EMPTY = 0x40


_ANSWERS: dict[int, tuple[tuple[int, ReceiptFault], ...]] = {
    1: ((0x08, ReceiptFault.OFFLINE),),
    2: ((0x04, ReceiptFault.COVER_OPEN), (0x20, ReceiptFault.PAPER_OUT)),
    3: ((0x08, ReceiptFault.CUTTER), (0x20, ReceiptFault.UNRECOVERABLE), (0x40, ReceiptFault.TOO_HOT)),
    4: ((0x0C, ReceiptFault.NEARLY_EMPTY), (0x60, ReceiptFault.PAPER_OUT)),
}
_REPORTS: tuple[tuple[int, int, ReceiptFault], ...] = (
    (0, 0x08, ReceiptFault.OFFLINE),
    (0, 0x20, ReceiptFault.COVER_OPEN),
    (1, 0x08, ReceiptFault.CUTTER),
    (1, 0x20, ReceiptFault.UNRECOVERABLE),
    (1, 0x40, ReceiptFault.TOO_HOT),
    (2, 0x03, ReceiptFault.NEARLY_EMPTY),
    (2, 0x0C, ReceiptFault.PAPER_OUT),
)


def read_answer(received: bytes, number: int) -> tuple[ReceiptFault | None, int]:
    """Read the next answer to ``DLE EOT number``, dropping what is none."""
    for index, byte in enumerate(received):
        if byte & _KIND_BITS == _ANSWER:
            faults = ReceiptFault.NONE
            for bits, fault in _ANSWERS[number]:
                faults |= fault if byte & bits else ReceiptFault.NONE
            return faults, index + 1
    return None, 0


def read_answer_in_turn(received: bytes) -> tuple[bool | None, int]:
    """Read the next answer to ``GS r``, one byte 0xx0xxxx, dropping what is none; its meaning is that it came."""
    index = next((index for index, byte in enumerate(received) if not byte & _IN_TURN_BITS), None)
    return (None, len(received)) if index is None else (True, index + 1)


def read_cleared(received: bytes) -> tuple[bool | None, int]:
    """Read the answer to ``DLE DC4`` 8, 37 25 00: the buffers are empty, and what is sent from now on stays."""
    start = received.find(_CLEARED)
    return (None, 0) if start < 0 else (True, start + len(_CLEARED))


def read_report(received: bytes) -> tuple[ReceiptFault | int | None, int]:
    """Read the next report (a ``ReceiptFault``) or process id (a plain number); other bytes are dropped."""
    for index, byte in enumerate(received):
        if received.startswith(_PROCESS_HEAD[: len(received) - index], index):
            packet = received[index : index + _PROCESS_BYTES]
            if len(packet) < _PROCESS_BYTES:
                return None, index
            return (int(packet[2:6]), index + _PROCESS_BYTES) if packet[2:6].isdigit() else (None, index + 1)
        if byte & _KIND_BITS == _REPORT:
            packet = received[index : index + _REPORT_BYTES]
            if len(packet) < _REPORT_BYTES:
                return None, index
            faults = ReceiptFault.NONE
            for place, bits, fault in _REPORTS:
                faults |= fault if packet[place] & bits else ReceiptFault.NONE
            return faults, index + _REPORT_BYTES
    return None, len(received)
