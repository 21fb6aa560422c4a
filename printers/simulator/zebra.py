"""A Zebra without the hardware: keeps formats until they can be printed, and falls silent as the real one does.

Two things that real ones do and that make badges double are played faithfully: a format that came while labels were
out **is printed when they are loaded**, and a label that broke off half way is printed again, unless ``^JZN`` or
``~JA`` was sent. Not simulated: darkness and speed, calibration, stored formats and graphics, text.
"""

from __future__ import annotations

import binascii
import contextlib
import zlib
from dataclasses import dataclass, field

from PIL import Image

from printers.bitmap import BadgeBitmap
from printers.catalogue.zebra import ZebraModel
from printers.clock import Clock
from printers.paper import Medium
from printers.simulator.faults import FaultKind
from printers.simulator.paper import Tray
from printers.simulator.printer import VirtualPrinter
from printers.simulator.zpl_stream import Command, Format, Graphic, Immediate, Question, ZplStream, read_graphic

_SILENCING = (FaultKind.NO_MEDIA, FaultKind.RIBBON_OUT, FaultKind.COVER_OPEN, FaultKind.COOLING)
_STOPPING = (*_SILENCING, FaultKind.CUTTER_JAM, FaultKind.PAUSED)
_ERROR_BITS = {
    FaultKind.NO_MEDIA: 0x01,
    FaultKind.RIBBON_OUT: 0x02,
    FaultKind.COVER_OPEN: 0x04,
    FaultKind.CUTTER_JAM: 0x08,
    FaultKind.COOLING: 0x10,
}
_LONGEST_PARAMETERS = 200
_FIRST_COUNT = 4_711


@dataclass
class _Label:
    """A format in the making, or waiting to be printed."""

    home: tuple[int, int] = (0, 0)
    origin: tuple[int, int] = (0, 0)
    graphics: list[tuple[int, int, Graphic]] = field(default_factory=list)
    width: int | None = None
    reprinted: bool = True

    def picture(self, medium: Medium, *, rows: int | None = None) -> BadgeBitmap:
        """What a person sees on the label; ink adds up where fields overlap."""
        height = medium.height_dots or 1
        page = Image.new("1", (medium.width_dots, height))
        for x, y, graphic in self.graphics:
            size = (graphic.row_bytes * 8, len(graphic.data) // graphic.row_bytes)
            ink = Image.frombytes("1", size, graphic.data[: size[1] * graphic.row_bytes])
            page.paste(255, (x, y), ink)
        if self.width is not None and self.width < medium.width_dots:
            page.paste(0, (self.width, 0, medium.width_dots, height))
        return BadgeBitmap.of_ink(page.crop((0, 0, medium.width_dots, rows or height)))


class VirtualZebra(VirtualPrinter):
    """One virtual Zebra.

    Attributes:
        ignored: text and commands that were received and not understood.
    """

    own_faults = frozenset({*_STOPPING, FaultKind.WRONG_MEDIA, FaultKind.SWALLOW})

    def __init__(self, model: ZebraModel, loaded: Medium, tray: Tray, clock: Clock) -> None:
        super().__init__(model, loaded, tray, clock)
        self._counts = model.counts_labels
        self._stream = ZplStream()
        self._format: _Label | None = None
        self._waiting: list[_Label] = []
        self._at_work: _Label | None = None
        self._done_at = 0.0
        self._reprints = True
        self._count = _FIRST_COUNT
        self.ignored: list[bytes] = []

    def _take(self, data: bytes) -> None:
        for command in self._stream.feed(data):
            self._obey(command)
        self._tick()

    def _forget(self) -> None:
        self._stream.forget()
        self._cancel_all()
        self._reprints = True

    def _obey(self, command: Command) -> None:
        match command:
            case Immediate():
                self._obey_now(command.code)
            case Question():
                self._answer_question(command.name)
            case Format():
                self._compose(command)

    def _obey_now(self, code: str) -> None:
        self._tick()
        if code == "HS":
            self._answer_status()
        elif code == "HQES" and self._counts:
            bits = _ERROR_BITS.get(self.fault, 0) if self.fault is not None else 0
            text = f"  PRINTER STATUS\r\n  ERRORS:         {int(bits > 0)} 00000000 {bits:08X}\r\n"
            self._say(f"\x02\r\n{text}  WARNINGS:       0 00000000 00000000\r\n\x03".encode())
        elif code == "JA":
            self._cancel_all()

    def _answer_status(self) -> None:
        if self._has(*_SILENCING):
            return
        paused = int(self._has(FaultKind.CUTTER_JAM, FaultKind.PAUSED))
        at_work, partial = int(self._at_work is not None), int(self._format is not None)
        length = self._loaded.height_dots or 0
        lines = (
            f"030,0,{paused},{length:04d},{len(self._waiting):03d},0,0,{partial},000,0,0,0",
            f"001,0,0,0,1,2,6,0,{at_work:08d},1,000",
            "1234,0",
        )
        self._say("".join(f"\x02{line}\x03\r\n" for line in lines).encode())

    def _answer_question(self, name: str) -> None:
        self._tick()
        known = self._counts and name == "odometer.total_label_count"
        self._say(f'"{self._count if known else "?"}"'.encode())

    def _cancel_all(self) -> None:
        self._format = None
        self._waiting.clear()
        self._at_work = None

    # --- formats -----------------------------------------------------------------------------------------------------

    def _compose(self, command: Format) -> None:
        if command.code == "XA":
            self._format = _Label()
        elif self._format is None:
            self.ignored.append(command.code.encode() + command.parameters)
        elif command.code == "XZ":
            self._waiting.append(self._format)
            self._format = None
            self._tick()
        else:
            self._set(self._format, command)

    def _set(self, label: _Label, command: Format) -> None:
        parts = command.parameters[:_LONGEST_PARAMETERS].split(b",")
        numbers = [int(part) for part in parts if part.strip().isdigit()]
        match command.code:
            case "GF":
                self._add_graphic(label, command.parameters)
            case "FO" if len(numbers) > 1:
                label.origin = (numbers[0], numbers[1])
            case "LH" if len(numbers) > 1:
                label.home = (numbers[0], numbers[1])
            case "PW" if numbers:
                label.width = numbers[0]
            case "JZ":
                self._reprints = command.parameters.strip() != b"N"
            case "FS" | "LL" | "LT" | "LS" | "PO" | "PM" | "LR" | "PR" | "MM" | "PQ":
                pass
            case _:
                self.ignored.append(command.code.encode() + command.parameters)

    def _add_graphic(self, label: _Label, parameters: bytes) -> None:
        graphic = None
        with contextlib.suppress(ValueError, binascii.Error, zlib.error):
            graphic = read_graphic(parameters)
        if graphic is None:
            self.ignored.append(b"GF" + parameters[:40])
            return
        label.graphics.append((label.home[0] + label.origin[0], label.home[1] + label.origin[1], graphic))

    # --- paper -------------------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        if self._at_work is not None and self._clock.monotonic() >= self._done_at:
            self._count += 1
            self._at_work = None
        while self._at_work is None and self._waiting and not self._has(*_STOPPING):
            self._start(self._waiting.pop(0))

    def _start(self, label: _Label) -> None:
        seconds = self.model.seconds_to_print(self._loaded, self._loaded.height_dots or 0)
        if self._strikes_while_printing() and self._has(*_STOPPING):
            self._break_off(label)
            return
        if self._has(FaultKind.SWALLOW):
            return
        self._print(label.picture(self._loaded))
        self._at_work, self._done_at = label, self._clock.monotonic() + seconds

    def _break_off(self, label: _Label) -> None:
        """A fault with the label half out; unless told otherwise the printer means to print it again."""
        half = max(1, (self._loaded.height_dots or 2) // 2)
        self._print(label.picture(self._loaded, rows=half))
        if self._reprints:
            self._waiting.insert(0, label)

    def _struck(self, kind: FaultKind) -> None:
        if kind in _STOPPING and self._at_work is not None and self._clock.monotonic() < self._done_at:
            self._at_work = None

    def _mended(self) -> None:
        self._tick()
