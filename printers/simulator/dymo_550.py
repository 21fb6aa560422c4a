"""A LabelWriter 550 without the hardware: one job at a time, genuine rolls alone, labels counted.

Written against DYMO's *LabelWriter 550 Series Technical Reference* alone and not against our encoder. After a label's
short form feed nothing more is obeyed until a status was asked for and its answer was read, as the reference says.
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

_ESCAPE = 0x1B
_HEADER_BYTES = 12
_PARAMETERS = {b"A": 1, b"s": 4, b"n": 2, b"C": 1, b"T": 1, b"t": 1, b"L": 2, b"o": 1, b"M": 8, b"q": 1}
_IDLE, _PRINTING, _ERROR, _NOT_LOCKED = 0, 1, 2, 5
_BAYS = {
    FaultKind.COVER_OPEN: 1,
    FaultKind.NO_MEDIA: 2,
    FaultKind.JAM: 9,
    FaultKind.COUNTERFEIT: 10,
}
_BAY_OK = 8
_FULL_ROLL = 220
_BUFFER_BYTES = 262_144


class VirtualDymo550(VirtualPrinter):
    """One virtual LabelWriter of the 550 generation.

    Attributes:
        ignored: bytes that were no command.
    """

    own_faults = frozenset({*_BAYS, FaultKind.COOLING, FaultKind.LOCKED, FaultKind.WRONG_MEDIA, FaultKind.SWALLOW})

    def __init__(self, model: DymoModel, loaded: Medium, tray: Tray, clock: Clock) -> None:
        super().__init__(model, loaded, tray, clock)
        self._left = _FULL_ROLL
        self.ignored: list[bytes] = []
        self._switch_on()

    def _switch_on(self) -> None:
        self._held = bytearray()
        self._job = self._index = 0
        self._locked = False
        self._label: BadgeBitmap | None = None
        self._owes_an_answer = False
        self._done_at: float | None = None

    def _forget(self) -> None:
        self._switch_on()

    @property
    def takes_nothing(self) -> bool:
        """See ``VirtualPrinter.takes_nothing``; beyond its buffer it waits for its answer to be read."""
        return super().takes_nothing or len(self._held) >= _BUFFER_BYTES

    def answer(self) -> bytes:
        """See ``VirtualPrinter.answer``; reading one lets the printer go on."""
        said = super().answer()
        with self._lock:
            if said and self._owes_an_answer:
                self._owes_an_answer = False
                self._work()
        return said

    def _take(self, data: bytes) -> None:
        self._held += data
        self._work()

    def _work(self) -> None:
        while used := self._next():
            del self._held[:used]

    def _next(self) -> int:
        """Obey the command at the start of what is held; the bytes that are done with, 0 when it must wait."""
        if len(self._held) < 2:  # noqa: PLR2004 - ESC and its letter
            return 1 if self._held and self._held[0] != _ESCAPE else 0
        if self._held[0] != _ESCAPE:
            self.ignored += [bytes(self._held[:1])] if self._held[0] else []
            return 1
        letter = bytes(self._held[1:2])
        if self._owes_an_answer and letter != b"A":
            return 0
        if letter == b"D":
            return self._take_label()
        length = 2 + _PARAMETERS.get(letter, 0)
        if len(self._held) < length:
            return 0
        self._obey(letter, bytes(self._held[2:length]))
        return length

    def _obey(self, letter: bytes, parameters: bytes) -> None:
        match letter:
            case b"A":
                self._locked = self._locked or (parameters == b"\x01" and not self._has(FaultKind.LOCKED))
                self._say(self._status())
            case b"s":
                self._job = int.from_bytes(parameters, "little")
            case b"n":
                self._index = int.from_bytes(parameters, "little")
            case b"G":
                self._print_label()
                self._owes_an_answer = True
            case b"Q":
                self._locked = False
                self._job = self._index = 0
            case b"@":
                self._switch_on()

    def _take_label(self) -> int:
        """``ESC D bpp align lines dots``, then the dots; a line is as many bytes as its dots need."""
        if len(self._held) < _HEADER_BYTES:
            return 0
        lines, dots = (int.from_bytes(self._held[at : at + 4], "little") for at in (4, 8))
        stride = (dots * self._held[2] + 7) // 8
        if self._held[2] != 1 or not 0 < dots <= self.model.head_dots or not 0 < lines <= _BUFFER_BYTES // stride:
            return _HEADER_BYTES
        end = _HEADER_BYTES + lines * stride
        if len(self._held) < end:
            return 0
        self._label = BadgeBitmap(dots, lines, bytes(self._held[_HEADER_BYTES:end]))
        return end

    def _print_label(self) -> None:
        label, self._label = self._label, None
        if label is None or self._has(*_BAYS, FaultKind.COOLING, FaultKind.SWALLOW):
            return
        height = self._loaded.height_dots or label.height
        paper = Image.new("1", (self._loaded.width_dots, height))
        paper.paste(label.black_ink(), (0, 0))
        if self._strikes_while_printing() and self._has(*_BAYS):
            self._print(BadgeBitmap.of_ink(paper.crop((0, 0, paper.width, height // 2))))
            return
        self._print(BadgeBitmap.of_ink(paper))
        self._done_at = self._clock.monotonic() + self.model.seconds_to_print(self._loaded, height)

    def _tick(self) -> None:
        if self._done_at is not None and self._clock.monotonic() >= self._done_at:
            self._done_at = None
            self._left -= 1

    def _status(self) -> bytes:
        self._tick()
        bay = _BAY_OK if self.fault is None else _BAYS.get(self.fault, _BAY_OK)
        engine = _IDLE if self._locked else _NOT_LOCKED
        if self._done_at is not None:
            engine = _PRINTING
        elif bay != _BAY_OK and self._locked:
            engine = _ERROR
        out = bytearray(32)
        out[0] = engine
        out[1:5] = self._job.to_bytes(4, "little")
        out[5:7] = self._index.to_bytes(2, "little")
        out[8], out[9], out[10] = int(self._has(FaultKind.COOLING)), 100, bay
        sku = self._loaded.skus[0].encode() if bay == _BAY_OK else b""
        out[11:23] = sku.ljust(12, b"\0")
        out[27:29] = self._left.to_bytes(2, "little")
        out[29], out[30], out[31] = 1, 1, 0xFF
        return bytes(out)
