"""A Brother QL without the hardware: takes the same bytes, refuses the same things, says the same words.

It ships, so that Lodge can be tried without a printer, and it is what the driver is tested against. Not simulated:
heat, quality priority, cutting every n labels.
"""

from __future__ import annotations

from dataclasses import replace

from printers.catalogue.brother import BrotherModel
from printers.clock import Clock
from printers.encodings.brother_status import BrotherFault, BrotherStatus, Notice, StatusKind, format_status
from printers.paper import Medium
from printers.simulator.brother_page import Page
from printers.simulator.brother_stream import Command, Order, PageInformation, RasterStream, Row, Setting
from printers.simulator.faults import FaultKind
from printers.simulator.paper import Tray
from printers.simulator.printer import VirtualPrinter

_REPORTED = {
    FaultKind.NO_MEDIA: BrotherFault.NO_MEDIA,
    FaultKind.COVER_OPEN: BrotherFault.COVER_OPEN,
    FaultKind.CUTTER_JAM: BrotherFault.CUTTER_JAM,
}
_RASTER_MODE = 1


class VirtualBrother(VirtualPrinter):
    """One virtual Brother QL."""

    own_faults = frozenset({*_REPORTED, FaultKind.WRONG_MEDIA, FaultKind.COOLING})

    def __init__(self, model: BrotherModel, loaded: Medium, tray: Tray, clock: Clock) -> None:
        super().__init__(model, loaded, tray, clock)
        self._model = model
        self._stream = RasterStream()
        self._page = Page(model, raster_mode=not model.switches_mode)
        self._busy_until = 0.0
        self._error = BrotherFault.NONE

    def _take(self, data: bytes) -> None:
        for command in self._stream.feed(data):
            self._obey(command)

    def _forget(self) -> None:
        self._stream.forget()
        self._new_page()
        self._error = BrotherFault.NONE
        self._busy_until = 0.0

    def _mended(self) -> None:
        self._error = BrotherFault.NONE

    def _struck(self, kind: FaultKind) -> None:
        if kind in _REPORTED and self._page.planes:
            self._report(_REPORTED[kind])

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
            self._tell(self._status(StatusKind.REPLY))
        elif order is Order.INITIALISE:
            self._new_page()
            self._error = BrotherFault.NONE
        elif order is Order.EMPTY_ROW:
            self._page.add_empty_row()
        elif order is Order.PRINT:
            self._print_page()
        elif order is Order.UNKNOWN:
            self._page.damaged = True

    def _new_page(self) -> None:
        self._page = Page(self._model, raster_mode=not self._model.switches_mode)

    def _print_page(self) -> None:
        if self._error:
            return
        page, rows = self._page, 0 if self._page.information is None else self._page.information.rows
        self._page = Page(self._model, raster_mode=page.raster_mode)
        refusal = page.refusal(self._loaded) | self._standing_fault(FaultKind.NO_MEDIA, FaultKind.COVER_OPEN)
        if refusal:
            self._report(refusal)
            return
        self._tell(self._status(StatusKind.PHASE_CHANGE, printing=True))
        if self._strikes_while_printing():
            self._break_off(page, rows)
            return
        self._print(page.picture(self._loaded))
        self._finish(self.model.seconds_to_print(self._loaded, rows))

    def _finish(self, seconds: float) -> None:
        if self._standing_fault(FaultKind.CUTTER_JAM):
            self._report(BrotherFault.CUTTER_JAM, after_seconds=seconds)
            return
        if self.fault is FaultKind.COOLING:
            cooling = replace(self._status(StatusKind.NOTIFICATION, printing=True), notice=Notice.COOLING_STARTED)
            self._tell(cooling)
            return
        self._busy_until = self._clock.monotonic() + seconds
        self._tell(self._status(StatusKind.COMPLETED), after_seconds=seconds)
        self._tell(self._status(StatusKind.PHASE_CHANGE), after_seconds=seconds)

    def _break_off(self, page: Page, rows: int) -> None:
        """A fault with the paper half out: a torn badge lies in the tray."""
        kind = self.fault
        if kind in {FaultKind.NO_MEDIA, FaultKind.COVER_OPEN}:
            self._print(page.picture(self._loaded, rows=max(1, rows // 2)))
            ended = BrotherFault.END_OF_MEDIA if kind is FaultKind.NO_MEDIA else BrotherFault.COVER_OPEN
            self._report(ended, after_seconds=self.model.seconds_to_print(self._loaded, rows) / 2)
            return
        self._print(page.picture(self._loaded))
        self._finish(self.model.seconds_to_print(self._loaded, rows))

    def _standing_fault(self, *kinds: FaultKind) -> BrotherFault:
        kind = self.fault
        return _REPORTED[kind] if kind in kinds and kind is not None else BrotherFault.NONE

    def _report(self, fault: BrotherFault, *, after_seconds: float = 0) -> None:
        self._error = fault
        self._tell(replace(self._status(StatusKind.ERROR), faults=fault), after_seconds=after_seconds)

    def _tell(self, status: BrotherStatus, *, after_seconds: float = 0) -> None:
        self._say(format_status(status), after_seconds=after_seconds)

    def _status(self, kind: StatusKind, *, printing: bool = False) -> BrotherStatus:
        """How it is now; a status that was asked for also tells of faults that no job has met yet."""
        standing = self._standing_fault(*_REPORTED)
        empty = self.fault is FaultKind.NO_MEDIA
        asked = kind is StatusKind.REPLY
        return BrotherStatus(
            model_code=self._model.model_code,
            faults=(standing if asked else BrotherFault.NONE) | self._error,
            width_mm=0 if empty else self._loaded.width_mm,
            length_mm=0 if empty else self._loaded.length_mm,
            form=None if empty else self._loaded.form,
            kind=kind,
            printing=printing or (asked and self._clock.monotonic() < self._busy_until),
            red_roll=self._loaded.two_colour and not empty,
        )
