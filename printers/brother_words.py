"""A Brother QL's status in the words of the port, and in sentences for staff."""

from __future__ import annotations

from printers.driver import PrinterState
from printers.encodings.brother_status import BrotherFault, BrotherStatus, Notice
from printers.errors import PrinterGoneError, PrinterNotFoundError, PrinterStalledError, TransportError
from printers.media import Medium

_STATE_OF_FAULT: tuple[tuple[BrotherFault, PrinterState], ...] = (
    (BrotherFault.COVER_OPEN, PrinterState.COVER_OPEN),
    (BrotherFault.NO_MEDIA | BrotherFault.END_OF_MEDIA, PrinterState.NO_MEDIA),
    (BrotherFault.CUTTER_JAM, PrinterState.CUTTER_JAM),
    (BrotherFault.WRONG_MEDIA, PrinterState.WRONG_MEDIA),
    (BrotherFault.IN_USE, PrinterState.BUSY),
    (BrotherFault.TURNED_OFF, PrinterState.GONE),
)

_SENTENCES = {
    PrinterState.READY: "The printer is ready.",
    PrinterState.PRINTING: "The printer is printing.",
    PrinterState.NO_MEDIA: "The printer is out of paper. Load a new roll.",
    PrinterState.WRONG_MEDIA: "The printer holds another paper than badges need. Change the roll.",
    PrinterState.COVER_OPEN: "The printer's cover is open. Close it until it clicks.",
    PrinterState.CUTTER_JAM: "The printer's cutter is jammed. Switch it off, clear the cutter, switch it on.",
    PrinterState.COOLING: "The printer is cooling down and goes on by itself in a few minutes.",
    PrinterState.BUSY: "The printer is busy with another job. Wait until it has finished.",
    PrinterState.NOT_ANSWERING: "The printer does not answer. Switch it off and on again.",
    PrinterState.GONE: "The printer is unplugged or switched off. Check its cable and switch it on.",
    PrinterState.ERROR: "The printer reports a fault. Switch it off and on again.",
}
_NOT_PRINTED = "The badge was not printed."
_PERHAPS_PRINTED = "The badge may have been printed: look before you print it again."


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


def sentence(state: PrinterState, *, loaded: str | None = None, needed: str | None = None) -> str:
    """Say a state, what it means and what to do."""
    if state is PrinterState.WRONG_MEDIA and loaded is not None and needed is not None:
        if loaded == needed:
            return f"The printer refuses the paper in it. Take the roll out and load {needed} again."
        return f"The printer holds {loaded}, but badges need {needed}. Change the roll."
    return _SENTENCES[state]


def job_sentence(
    state: PrinterState,
    *,
    may_have_printed: bool,
    loaded: str | None = None,
    needed: str | None = None,
    because: str = "",
) -> str:
    """Say what a state means for the badge that was being printed."""
    consequence = _PERHAPS_PRINTED if may_have_printed else _NOT_PRINTED
    cause = because or sentence(state, loaded=loaded, needed=needed)
    return f"{cause} {consequence}"


def state_of_error(error: TransportError) -> PrinterState:
    """Return the state that a failing transport amounts to."""
    if isinstance(error, PrinterGoneError | PrinterNotFoundError):
        return PrinterState.GONE
    if isinstance(error, PrinterStalledError):
        return PrinterState.NOT_ANSWERING
    return PrinterState.ERROR


def cause_of_error(error: TransportError, state: PrinterState) -> str:
    """Say it in the plain words for a state, or in the transport's own where there is no state for it."""
    return str(error) if state is PrinterState.ERROR else sentence(state)
