"""A receipt printer without the hardware: prints each band as it comes, holds what it cannot print, reports changes.

Faithful in what hurts: a badge that breaks off lies half in the tray, and the rest **comes out when paper is loaded**
unless the buffers were emptied. A cut, or a feed past the tear bar, is what makes a badge of what was printed.
"""

from __future__ import annotations

from PIL import Image

from printers.bitmap import BadgeBitmap
from printers.catalogue.escpos import EscposModel
from printers.clock import Clock
from printers.paper import Medium
from printers.simulator.escpos_stream import (
    Band,
    Clear,
    Plain,
    Question,
    RealTime,
    RealTimeScanner,
    Recover,
    next_command,
)
from printers.simulator.faults import FaultKind
from printers.simulator.paper import Tray
from printers.simulator.printer import VirtualPrinter

_STOPPING = (FaultKind.NO_MEDIA, FaultKind.COVER_OPEN, FaultKind.CUTTER_JAM, FaultKind.COOLING)
_BUFFER_BYTES = 65_536
_CUT_SECONDS = 0.3
_FIXED_ANSWER, _FIXED_REPORT = 0x12, 0x10


class VirtualEscpos(VirtualPrinter):
    """One virtual receipt printer.

    Attributes:
        ignored: text and commands that were received and not understood.
    """

    own_faults = frozenset(_STOPPING)

    def __init__(self, model: EscposModel, loaded: Medium, tray: Tray, clock: Clock) -> None:
        super().__init__(model, loaded, tray, clock)
        self._model = model
        self._scanner = RealTimeScanner()
        self._held = bytearray()
        self._rows: list[bytes] = []
        self._reports = False
        self._jammed = False
        self._free_at = 0.0
        self.ignored: list[bytes] = []

    @property
    def takes_nothing(self) -> bool:
        """See ``VirtualPrinter.takes_nothing``; a stopped printer takes until its buffer is full."""
        return super().takes_nothing or len(self._held) >= _BUFFER_BYTES

    def _take(self, data: bytes) -> None:
        self._held += data
        for command in self._scanner.feed(data):
            self._obey_now(command)
        self._work()

    def _forget(self) -> None:
        self._held.clear()
        self._scanner.forget()
        self._reports = self._jammed = False

    @property
    def _stopped(self) -> bool:
        hindered = self._has(FaultKind.NO_MEDIA, FaultKind.COVER_OPEN, FaultKind.COOLING)
        return hindered or (self._jammed and self._has(FaultKind.CUTTER_JAM))

    # --- real-time ---------------------------------------------------------------------------------------------------

    def _obey_now(self, command: RealTime) -> None:
        match command:
            case Question():
                self._say(bytes([_FIXED_ANSWER | self._answer_bits(command.number)]))
            case Recover():
                if self._jammed:
                    self._jammed = False
                    self._held = bytearray() if command.clears else self._held
            case Clear():
                if self._model.clears:
                    self._held.clear()
                    self._say(b"\x37\x25\x00")

    def _answer_bits(self, number: int) -> int:
        out, hot = self._has(FaultKind.NO_MEDIA), self._has(FaultKind.COOLING)
        return {
            1: 0x08 * self._stopped,
            2: 0x04 * self._has(FaultKind.COVER_OPEN) | 0x20 * out | 0x40 * (hot or self._jammed),
            3: 0x08 * self._jammed | 0x40 * hot,
            4: 0x6C * out,
        }[number]

    def _report(self) -> None:
        if not self._reports:
            return
        first = _FIXED_REPORT | 0x08 * self._stopped | 0x20 * self._has(FaultKind.COVER_OPEN)
        second = 0x08 * self._jammed | 0x40 * self._has(FaultKind.COOLING)
        self._say(bytes([first, second, 0x0F * self._has(FaultKind.NO_MEDIA), 0]))

    # --- in order ----------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        """Do what lies in the buffer, as far as nothing hinders."""
        while not self._stopped:
            command, used = next_command(self._held)
            if used == 0:
                return
            if isinstance(command, Band) and self._breaks_off():
                return
            del self._held[:used]
            match command:
                case Band():
                    self._print_band(command)
                case Plain():
                    self._obey(command)

    def _breaks_off(self) -> bool:
        """Whether a fault strikes now, with the badge half out, and keeps this band in the buffer."""
        return bool(self._rows) and self._strikes_while_printing() and self._stopped

    def _obey(self, command: Plain) -> None:
        match command.code:
            case b"\x1b@":
                pass
            case b"\x1dr" if command.parameters in {b"\x01", b"1"}:
                self._say(bytes([0x0C * self._has(FaultKind.NO_MEDIA)]))
            case b"\x1dV" if self._model.cuts:
                self._cut()
            case b"\x1bd":
                self._tear_off()
            case b"\x1da":
                self._reports = command.parameters != b"\0"
                self._report()
            case b"\x1d(H" if self._model.process_ids and command.parameters[:2] == b"00":
                late = max(0.0, self._free_at - self._clock.monotonic())
                self._say(b"\x37\x22" + command.parameters[2:6] + b"\0", after_seconds=late)
            case b"\x1d(D":
                pass
            case _:
                self.ignored.append(command.code + command.parameters)

    def _print_band(self, band: Band) -> None:
        width, height = band.row_bytes * 8, len(band.data) // band.row_bytes
        ink = Image.frombytes("1", (width, height), band.data).resize((width * band.scale[0], height * band.scale[1]))
        paper = Image.new("1", (self._loaded.width_dots, ink.height))
        paper.paste(ink, (0, 0))
        stride = (paper.width + 7) // 8
        data = paper.tobytes()
        self.rows_printed += ink.height
        self._rows += [data[start : start + stride] for start in range(0, len(data), stride)]
        seconds = ink.height * 25.4 / self.model.dpi / self.model.mm_per_second
        self._free_at = max(self._free_at, self._clock.monotonic()) + seconds

    def _cut(self) -> None:
        if self._rows:
            self._strikes_while_printing()
        self._tear_off()
        self._free_at = max(self._free_at, self._clock.monotonic()) + _CUT_SECONDS
        if self._has(FaultKind.CUTTER_JAM):
            self._jammed = True
            self._report()

    def _tear_off(self) -> None:
        """What hangs out of the printer becomes a badge, whole or not."""
        if self._rows:
            self._tray.take(BadgeBitmap(self._loaded.width_dots, len(self._rows), b"".join(self._rows)))
            self._rows = []

    def _struck(self, _: FaultKind) -> None:
        self._report()

    def _mended(self) -> None:
        self._jammed = False
        self._report()
        self._work()
