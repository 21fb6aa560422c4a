"""What a LabelWriter says, after DYMO's technical references: one byte (450 generation) or 32 bytes (550)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntFlag

STATUS_BYTES = 32
_END_MARK = 0xFF
_UNUSED_BITS = 0x1C


class WriterBit(IntFlag):
    """The 450 generation's byte; ready and idle is 03."""

    READY = 0x01
    TOP_OF_FORM = 0x02
    NO_PAPER = 0x20
    JAM = 0x40
    ERROR = 0x80


class Engine(Enum):
    """Byte 0: what the print engine does; NOT_LOCKED where the one who asks does not hold the lock."""

    IDLE = 0
    PRINTING = 1
    ERROR = 2
    CANCELLED = 3
    WOKE = 4
    NOT_LOCKED = 5


class Bay(Enum):
    """Byte 10: what the roll's own chip says."""

    UNKNOWN = 0
    OPEN = 1
    NONE = 2
    NOT_INSERTED = 3
    PRESENT = 4
    EMPTY = 5
    CRITICALLY_LOW = 6
    LOW = 7
    OK = 8
    JAMMED = 9
    COUNTERFEIT = 10


@dataclass(frozen=True)
class EngineStatus:
    """One answer of the 550 generation.

    Attributes:
        engine, bay: see there.
        job, label: numbers of the job and the label at work, 0 when idle.
        too_hot: the head is overheated.
        sku: the maker's number of the roll, empty when unknown.
        error: the maker's error number, 0 for none.
        labels_left: labels on the roll.
        low_voltage: the power supply is too weak to print.
    """

    engine: Engine
    bay: Bay
    job: int
    label: int
    too_hot: bool
    sku: str
    error: int
    labels_left: int
    low_voltage: bool


def read_bits(received: bytes) -> tuple[WriterBit | None, int]:
    """Read the newest byte of a 450; bytes with bits that are never set are dropped."""
    meant = [byte for byte in received if not byte & _UNUSED_BITS]
    return (WriterBit(meant[-1]), len(received)) if meant else (None, len(received))


def read_engine(received: bytes) -> tuple[EngineStatus | None, int]:
    """Read the next 32 bytes of a 550; what does not end as the reference says is dropped."""
    if len(received) < STATUS_BYTES:
        return None, 0
    data = received[:STATUS_BYTES]
    known = data[0] in {engine.value for engine in Engine} and data[10] in {bay.value for bay in Bay}
    if not known or data[31] != _END_MARK:
        return None, 1
    status = EngineStatus(
        engine=Engine(data[0]),
        job=int.from_bytes(data[1:5], "little"),
        label=int.from_bytes(data[5:7], "little"),
        too_hot=data[8] == 1,
        bay=Bay(data[10]),
        sku=data[11:23].split(b"\0")[0].decode("ascii", "replace").strip(),
        error=int.from_bytes(data[23:27], "little"),
        labels_left=int.from_bytes(data[27:29], "little"),
        low_voltage=data[30] == 4,  # noqa: PLR2004 - "too low for printing"
    )
    return status, STATUS_BYTES
