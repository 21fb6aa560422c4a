"""A Brother QL's status in the words of the port."""

from __future__ import annotations

from printers.driver import PrinterState
from printers.encodings.brother_status import BrotherFault, BrotherStatus, Notice
from printers.paper import Medium

_STATE_OF_FAULT: tuple[tuple[BrotherFault, PrinterState], ...] = (
    (BrotherFault.COVER_OPEN, PrinterState.COVER_OPEN),
    (BrotherFault.NO_MEDIA | BrotherFault.END_OF_MEDIA, PrinterState.NO_MEDIA),
    (BrotherFault.CUTTER_JAM, PrinterState.CUTTER_JAM),
    (BrotherFault.WRONG_MEDIA, PrinterState.WRONG_MEDIA),
    (BrotherFault.IN_USE, PrinterState.BUSY),
    (BrotherFault.TURNED_OFF, PrinterState.GONE),
)


def read_state(status: BrotherStatus, medium: Medium | None = None) -> PrinterState:
    """Return the one state that staff should hear about first."""
    if status.faults:
        states = (state for fault, state in _STATE_OF_FAULT if status.faults & fault)
        return next(states, PrinterState.ERROR)
    if status.notice is Notice.COOLING_STARTED:
        return PrinterState.COOLING
    if status.printing:
        return PrinterState.PRINTING
    if status.form is None or status.width_mm == 0:
        return PrinterState.NO_MEDIA
    fits = medium is None or status.holds(medium)
    return PrinterState.READY if fits else PrinterState.WRONG_MEDIA
