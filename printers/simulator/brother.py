"""A Brother QL without the hardware: takes the same bytes, refuses the same things, says the same words.

It is handed bytes and asked for bytes; ``usb.py`` beside it plays the cable. It ships, so that Lodge can be tried
without a printer, and it is what the driver is tested against. Not simulated: heat, quality priority, cutting every
n labels.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from printers.clock import Clock
from printers.encodings.brother_status import (
    BrotherFault,
    BrotherStatus,
    Notice,
    StatusKind,
    format_status,
)
from printers.errors import ControlError
from printers.media import MEDIA, Medium, medium
from printers.models import PrinterModel
from printers.simulator.faults import Fault, FaultKind, read_fault
from printers.simulator.page import Page
from printers.simulator.paper import Tray
from printers.simulator.raster_stream import (
    Command,
    Order,
    PageInformation,
    RasterStream,
    Row,
    Setting,
)

_REPORTED = {
    FaultKind.NO_MEDIA: BrotherFault.NO_MEDIA,
    FaultKind.COVER_OPEN: BrotherFault.COVER_OPEN,
    FaultKind.CUTTER_JAM: BrotherFault.CUTTER_JAM,
}
_RASTER_MODE = 1


@dataclass(frozen=True)
class _Pending:
    """A status that will be said at its time."""

    due: float
    status: BrotherStatus


class VirtualBrother:
    """One virtual printer. Its methods may be called from several threads."""

    def __init__(self, model: PrinterModel, loaded: Medium, tray: Tray, clock: Clock) -> None:
        if not model.takes(loaded):
            raise ControlError(f"{model.name} cannot hold {loaded.name}.")
        self.model = model
        self._loaded = loaded
        self._right_roll: Medium | None = None
        self._tray = tray
        self._clock = clock
        self._lock = threading.RLock()
        self._stream = RasterStream()
        self._page = Page(model, raster_mode=not model.switches_mode)
        self._fault: Fault | None = None
        self._armed: Fault | None = None
        self._bytes_until_armed = 0
        self._pending: list[_Pending] = []
        self._busy_until = 0.0
        self._error = BrotherFault.NONE

    # --- what the cable does -----------------------------------------------------------------------------------------

    @property
    def fault(self) -> FaultKind | None:
        """The fault in force."""
        with self._lock:
            return None if self._fault is None else self._fault.kind

    def receive(self, data: bytes) -> None:
        """Take bytes from the host."""
        with self._lock:
            for command in self._stream.feed(data):
                self._obey(command)
            if self._armed is not None and not self._armed.when_printing:
                self._bytes_until_armed -= len(data)
                if self._bytes_until_armed <= 0:
                    self._strike()

    def room(self) -> int:
        """Bytes until an armed fault strikes, so that the cable can stop exactly there."""
        with self._lock:
            waiting = self._armed is not None and not self._armed.when_printing
            return max(0, self._bytes_until_armed) if waiting else 1 << 30

    def answer(self) -> bytes:
        """Return one status that is due, or nothing."""
        with self._lock:
            if self.fault in {FaultKind.MUTE, FaultKind.STALL}:
                return b""
            now = self._clock.monotonic()
            for index, pending in enumerate(self._pending):
                if pending.due <= now:
                    del self._pending[index]
                    return format_status(pending.status)
            return b""

    def power_cycle(self) -> None:
        """Lose everything that was inside, as unplugging does."""
        with self._lock:
            self._stream.forget()
            self._new_page()
            self._pending.clear()
            self._error = BrotherFault.NONE
            self._busy_until = 0.0

    # --- what a person does to it ------------------------------------------------------------------------------------

    def control(self, order: dict[str, object]) -> dict[str, object]:
        """Obey one order from the control socket and return the facts.

        Raises:
            ControlError: for an order that makes no sense.
        """
        known = {"fault", "after_bytes", "when", "media", "status"}
        if not order or set(order) - known:
            raise ControlError(f"An order has only these members: {', '.join(sorted(known))}.")
        with self._lock:
            if "fault" in order:
                self._set_fault(read_fault(order))
            if "media" in order:
                self._load(medium(str(order["media"])))
            return {
                "model": self.model.name,
                "media": self._loaded.name,
                "fault": None if self._fault is None else self._fault.kind.value,
                "printed": self._tray.printed,
            }

    def _load(self, paper: Medium) -> None:
        if not self.model.takes(paper):
            raise ControlError(f"{self.model.name} cannot hold {paper.name}.")
        self._loaded, self._right_roll = paper, None

    def _set_fault(self, fault: Fault | None) -> None:
        was_unplugged = self.fault is FaultKind.UNPLUG
        self._fault, self._armed = None, fault
        self._error = BrotherFault.NONE
        if self._right_roll is not None:
            self._loaded, self._right_roll = self._right_roll, None
        if was_unplugged:
            self.power_cycle()
        if fault is None:
            return
        self._bytes_until_armed = fault.after_bytes
        if fault.after_bytes == 0 and not fault.when_printing:
            self._strike()

    def _strike(self) -> None:
        self._fault, self._armed = self._armed, None
        if self._fault is None:
            return
        if self._fault.kind is FaultKind.WRONG_MEDIA:
            self._right_roll = self._loaded
            others = [paper for paper in self.model.media if paper.width_mm != self._loaded.width_mm]
            self._loaded = (others or list(MEDIA))[0]
        if self._fault.kind in _REPORTED and self._page.planes:
            self._report(_REPORTED[self._fault.kind])

    # --- what it does with commands ----------------------------------------------------------------------------------

    def _obey(self, command: Command) -> None:
        match command:
            case Row():
                self._page.add(command)
            case PageInformation():
                self._page.information = command
            case Setting():
                self._set(command)
            case Order():
                self._follow(command)

    def _set(self, setting: Setting) -> None:
        if setting.letter == "a":
            self._page.raster_mode = setting.value == _RASTER_MODE
        elif setting.letter == "K":
            self._page.expanded = setting.value

    def _follow(self, order: Order) -> None:
        if order is Order.STATUS:
            self._say(self._status(StatusKind.REPLY))
        elif order is Order.INITIALISE:
            self._new_page()
            self._error = BrotherFault.NONE
        elif order is Order.EMPTY_ROW:
            self._page.add_empty_row()
        elif order is Order.PRINT:
            self._print()
        elif order is Order.UNKNOWN:
            self._page.damaged = True

    def _new_page(self) -> None:
        self._page = Page(self.model, raster_mode=not self.model.switches_mode)

    def _print(self) -> None:
        if self._error:
            return
        page, rows = self._page, 0 if self._page.information is None else self._page.information.rows
        self._page = Page(self.model, raster_mode=page.raster_mode)
        refusal = page.refusal(self._loaded) | self._standing_fault(FaultKind.NO_MEDIA, FaultKind.COVER_OPEN)
        if refusal:
            self._report(refusal)
            return
        self._say(self._status(StatusKind.PHASE_CHANGE, printing=True))
        if self._armed is not None and self._armed.when_printing:
            self._strike()
            self._break_off(page, rows)
            return
        self._tray.take(page.picture(self._loaded))
        self._finish(self.model.seconds_to_print(self._loaded, rows))

    def _finish(self, seconds: float) -> None:
        if self._standing_fault(FaultKind.CUTTER_JAM):
            self._report(BrotherFault.CUTTER_JAM, after_seconds=seconds)
            return
        if self.fault is FaultKind.COOLING:
            cooling = replace(self._status(StatusKind.NOTIFICATION, printing=True), notice=Notice.COOLING_STARTED)
            self._say(cooling)
            return
        self._busy_until = self._clock.monotonic() + seconds
        self._say(self._status(StatusKind.COMPLETED), after_seconds=seconds)
        self._say(self._status(StatusKind.PHASE_CHANGE), after_seconds=seconds)

    def _break_off(self, page: Page, rows: int) -> None:
        """A fault with the paper half out: a torn badge lies in the tray."""
        kind = self.fault
        if kind in {FaultKind.NO_MEDIA, FaultKind.COVER_OPEN}:
            self._tray.take(page.picture(self._loaded, rows=max(1, rows // 2)))
            ended = BrotherFault.END_OF_MEDIA if kind is FaultKind.NO_MEDIA else BrotherFault.COVER_OPEN
            self._report(ended, after_seconds=self.model.seconds_to_print(self._loaded, rows) / 2)
            return
        self._tray.take(page.picture(self._loaded))
        self._finish(self.model.seconds_to_print(self._loaded, rows))

    def _standing_fault(self, *kinds: FaultKind) -> BrotherFault:
        kind = self.fault
        return _REPORTED[kind] if kind in kinds and kind is not None else BrotherFault.NONE

    def _report(self, fault: BrotherFault, *, after_seconds: float = 0) -> None:
        self._error = fault
        self._say(replace(self._status(StatusKind.ERROR), faults=fault), after_seconds=after_seconds)

    def _say(self, status: BrotherStatus, *, after_seconds: float = 0) -> None:
        self._pending.append(_Pending(self._clock.monotonic() + after_seconds, status))

    def _status(self, kind: StatusKind, *, printing: bool = False) -> BrotherStatus:
        """How it is now; a status that was asked for also tells of faults that no job has met yet."""
        standing = self._standing_fault(*_REPORTED)
        empty = self.fault is FaultKind.NO_MEDIA
        asked = kind is StatusKind.REPLY
        return BrotherStatus(
            model_code=self.model.model_code,
            faults=(standing if asked else BrotherFault.NONE) | self._error,
            width_mm=0 if empty else self._loaded.width_mm,
            length_mm=0 if empty else self._loaded.length_mm,
            form=None if empty else self._loaded.form,
            kind=kind,
            printing=printing or (asked and self._clock.monotonic() < self._busy_until),
            red_roll=self._loaded.two_colour and not empty,
        )
