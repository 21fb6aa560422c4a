"""A LabelWriter 450 without the hardware.

Written against DYMO's *LabelWriter 450 Series Technical Reference* alone and not against our encoder. What comes while
labels are out waits inside and **is printed when they are loaded**, unless ``ESC @`` came first.
"""

from __future__ import annotations

from PIL import Image

from printers.bitmap import BadgeBitmap
from printers.catalogue.dymo import DymoModel
from printers.clock import Clock
from printers.paper import Medium
from printers.simulator.faults import FaultKind
from printers.simulator.paper import Tray
from printers.simulator.printer import VirtualPrinter

_READY, _TOP, _NO_PAPER, _JAM, _ERROR = 0x01, 0x02, 0x20, 0x40, 0x80
_ESCAPE, _LINE, _PACKED_LINE = 0x1B, 0x16, 0x17
_PARAMETERS = {b"B": 1, b"D": 1, b"L": 2, b"f": 2, b"F": 2, b"q": 1, b"s": 4}
_STOPPING = (FaultKind.NO_MEDIA, FaultKind.JAM)
_RUN_BITS = 0x7F


class VirtualDymo450(VirtualPrinter):
    """One virtual LabelWriter of the 450 generation.

    Attributes:
        ignored: bytes that were no command.
    """

    own_faults = frozenset({*_STOPPING, FaultKind.WRONG_MEDIA})

    def __init__(self, model: DymoModel, loaded: Medium, tray: Tray, clock: Clock) -> None:
        super().__init__(model, loaded, tray, clock)
        self._held = bytearray()
        self._lines: list[bytes] = []
        self._busy_until = 0.0
        self.ignored: list[bytes] = []
        self._reset()

    def _reset(self) -> None:
        self._line_bytes = self.model.row_bytes
        self._tab = 0

    def _take(self, data: bytes) -> None:
        if self._has(*_STOPPING) and data.endswith(b"\x1bA"):
            self._say(bytes([self._status()]))
            data = data[: -len(b"\x1bA")]
        self._held += data
        self._work()

    def _forget(self) -> None:
        self._held.clear()
        self._reset()

    def _mended(self) -> None:
        self._work()

    def _work(self) -> None:
        while used := self._next():
            del self._held[:used]

    def _next(self) -> int:
        """Obey the command at the start of what is held; the bytes that are done with, 0 when it must wait."""
        if not self._held:
            return 0
        first = self._held[0]
        if first == _ESCAPE:
            return self._escaped()
        if self._has(*_STOPPING):
            return self._wait_for_reset()
        if first == _LINE:
            end = 1 + self._line_bytes
            return self._print_line(bytes(self._held[1:end]), end) if len(self._held) >= end else 0
        if first == _PACKED_LINE:
            return self._packed_line()
        self.ignored.append(bytes(self._held[:1]))
        return 1

    def _wait_for_reset(self) -> int:
        """Nothing is printed now, but ``ESC @`` acts at once wherever it comes."""
        found = self._held.find(b"\x1b" * (self._line_bytes + 1) + b"\x1b@")
        return max(0, found)

    def _escaped(self) -> int:
        if len(self._held) < 2:  # noqa: PLR2004 - ESC and its letter
            return 0
        letter = bytes(self._held[1:2])
        if letter == b"\x1b":
            return 1
        length = 2 + _PARAMETERS.get(letter, 0)
        if len(self._held) < length:
            return 0
        return self._obey(letter, bytes(self._held[2:length]), length)

    def _obey(self, letter: bytes, parameters: bytes, length: int) -> int:
        match letter:
            case b"A":
                self._say(bytes([self._status()]))
            case b"@":
                self._reset()
                self._lines.clear()
            case b"B":
                self._tab = parameters[0]
            case b"D":
                self._line_bytes = parameters[0]
            case b"E" | b"G":
                return self._feed(length)
            case b"f":
                self._lines += [b""] * parameters[1]
        return length

    def _status(self) -> int:
        if self._has(FaultKind.NO_MEDIA):
            return _NO_PAPER
        if self._has(FaultKind.JAM):
            return _JAM | _ERROR
        busy = self._clock.monotonic() < self._busy_until
        return (0 if busy else _READY) | (_TOP if not self._lines and not busy else 0)

    def _print_line(self, data: bytes, used: int) -> int:
        if len(self._lines) * 2 > (self._loaded.height_dots or 0) and self._strikes_while_printing():
            if self._has(*_STOPPING):
                self._print(self._label())
                self._lines.clear()
                return 0
            if self.fault is FaultKind.UNPLUG:
                return used
        self._lines.append(bytes(self._tab) + data)
        return used

    def _packed_line(self) -> int:
        """``ETB``: bit 7 is the colour, bits 0 to 6 one less than how often."""
        bits, at = "", 1
        while len(bits) < self._line_bytes * 8:
            if at >= len(self._held):
                return 0
            byte = self._held[at]
            bits += ("1" if byte > _RUN_BITS else "0") * ((byte & _RUN_BITS) + 1)
            at += 1
        bits = bits[: self._line_bytes * 8]
        return self._print_line(int(bits, 2).to_bytes(self._line_bytes, "big"), at)

    def _feed(self, used: int) -> int:
        if self._has(*_STOPPING):
            return 0
        if self._lines:
            self._busy_until = self._clock.monotonic() + self.model.seconds_to_print(self._loaded, len(self._lines))
            self._print(self._label())
            self._lines.clear()
        return used

    def _label(self) -> BadgeBitmap:
        """What is on the label: the head's first dots, as long as the label is."""
        width, height = self._loaded.width_dots, self._loaded.height_dots or len(self._lines)
        head = Image.new("1", (self.model.head_dots, height))
        for y, line in enumerate(self._lines[:height]):
            if any(line):
                head.paste(Image.frombytes("1", (len(line) * 8, 1), line), (0, y))
        return BadgeBitmap.of_ink(head.crop((0, 0, width, height)))
