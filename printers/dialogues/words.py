"""Printer states in sentences for staff, the same for every family."""

from __future__ import annotations

from printers.driver import Failed, PrinterState
from printers.errors import (
    PrinterBusyError,
    PrinterGoneError,
    PrinterNotFoundError,
    PrinterStalledError,
    TransportError,
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


def sentence(state: PrinterState, *, loaded: str | None = None, needed: str | None = None) -> str:
    """Say a state, what it means and what to do."""
    if state is PrinterState.WRONG_MEDIA and loaded is not None and needed is not None:
        if loaded == needed:
            return f"The printer refuses the paper in it. Take the roll out and load {needed} again."
        return f"The printer holds {loaded}, but badges need {needed}. Change the roll."
    if state is PrinterState.WRONG_MEDIA and needed is not None:
        return f"The printer holds another paper than badges need: {needed}. Change the roll."
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


def failed(state: PrinterState, needed: str, *, may_have_printed: bool, because: str = "") -> Failed:
    """Return a failure in the words for its state, or in ``because`` where the family knows better."""
    words = job_sentence(state, may_have_printed=may_have_printed, needed=needed, because=because)
    return Failed(state, words, may_have_printed, needed=needed)


def broken(error: TransportError, needed: str, *, may_have_printed: bool) -> Failed:
    """Return the failure of a job whose way to the printer broke."""
    state = state_of_error(error)
    return failed(state, needed, may_have_printed=may_have_printed, because=cause_of_error(error, state))


def state_of_error(error: TransportError) -> PrinterState:
    """Return the state that a failing transport amounts to."""
    if isinstance(error, PrinterGoneError | PrinterNotFoundError):
        return PrinterState.GONE
    if isinstance(error, PrinterStalledError):
        return PrinterState.NOT_ANSWERING
    return PrinterState.BUSY if isinstance(error, PrinterBusyError) else PrinterState.ERROR


def cause_of_error(error: TransportError, state: PrinterState) -> str:
    """Say it in the plain words for a state, or in the transport's own where there is no state for it.

    What was looked for and not found is named first: it may be the address that is wrong, not the cable.
    """
    if isinstance(error, PrinterNotFoundError):
        return f"{error} {error.todo or sentence(state)}"
    return str(error) if state in {PrinterState.ERROR, PrinterState.BUSY} else sentence(state)


def cause_of_failure(failure: Failed) -> str:
    """What went wrong and what to do, without what it means for a badge."""
    return failure.sentence.removesuffix(_NOT_PRINTED).removesuffix(_PERHAPS_PRINTED).strip()
