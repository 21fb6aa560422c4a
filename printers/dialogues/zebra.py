"""Talking to a Zebra: it never speaks unasked, and may not answer at all while something is wrong (ADR 0082).

*Printed* is the printer's own label counter going up while nothing waits inside any more. A model without that counter
can only say that nothing is wrong: sent, unconfirmed.
"""

from __future__ import annotations

import contextlib

from printers.catalogue.zebra import ZebraModel
from printers.dialogues.port import PORTION_BYTES, EncodedJob, Link, Memory
from printers.dialogues.words import broken, failed, sentence
from printers.driver import Failed, Printed, PrinterState, PrinterStatus, PrintOutcome, SentUnconfirmed
from printers.encodings.zpl import CANCEL_ALL, COUNT_REQUEST, END_OF_COMMAND, FAULT_REQUEST, STATUS_REQUEST
from printers.encodings.zpl_status import HostStatus, ZebraFault, read_count, read_faults, read_host_status
from printers.errors import PrinterStalledError, TransportError
from printers.paper import Medium

_STATES: tuple[tuple[ZebraFault, PrinterState], ...] = (
    (ZebraFault.HEAD_OPEN, PrinterState.COVER_OPEN),
    (ZebraFault.MEDIA_OUT | ZebraFault.RIBBON_OUT, PrinterState.NO_MEDIA),
    (ZebraFault.CUTTER, PrinterState.CUTTER_JAM),
    (ZebraFault.HEAD_TOO_HOT | ZebraFault.MOTOR_TOO_HOT, PrinterState.COOLING),
)
_SILENCE = (
    "The printer does not answer. A Zebra says nothing while its labels or its ribbon are out or its head is open: "
    "look at it first, then switch it off and on again."
)
_RIBBON = "The printer is out of ribbon. Load a new one."
_PAUSED = "The printer is paused. Press its pause button."
_POLL_SECONDS = 0.15
_ANSWER_SECONDS = 0.4
_CANCEL_SECONDS = 0.2


class ZebraDialogue:
    """A ``Dialogue``."""

    def __init__(self, link: Link, model: ZebraModel, memory: Memory) -> None:
        self._link = link
        self._model = model
        self._memory = memory
        self._limits = link.limits

    def status(self, medium: Medium | None) -> PrinterStatus:
        """See ``Dialogue.status``; which labels are loaded a Zebra does not know."""
        state, words = self._state()
        needed = None if medium is None else medium.title
        return PrinterStatus(state, words, model=self._model.name, needed=needed)

    def run(self, job: EncodedJob) -> PrintOutcome:
        """See ``Dialogue.run``."""
        started = self._link.clock.monotonic()
        state, words = self._state()
        if state is PrinterState.PRINTING:
            state, words = PrinterState.BUSY, sentence(PrinterState.BUSY)
        if state is not PrinterState.READY:
            return failed(state, job.medium.title, may_have_printed=False, because=words)
        before = self._count()
        failure = self._send(job, started + self._limits.start_seconds)
        return failure if failure is not None else self._await_label(job, before)

    def _state(self) -> tuple[PrinterState, str]:
        """Ask both questions that a Zebra may answer; silence to both is a state of its own."""
        self._link.forget_old_news()
        host = self._ask_cleared()
        if host is not None and not (host.faults or host.paused):
            state = PrinterState.READY if host.idle else PrinterState.PRINTING
            return state, sentence(state)
        faults = host.faults if host is not None and host.faults else self._ask_faults()
        if faults:
            return _named(faults)
        return (PrinterState.BUSY, _PAUSED) if host is not None else (PrinterState.NOT_ANSWERING, _SILENCE)

    def _ask_cleared(self) -> HostStatus | None:
        """Ask, with nothing unfinished inside; what waits whole in a printer that others use is theirs, and stays."""
        ours = not self._memory.shared
        if self._memory.half_job_inside or (self._memory.unknown and ours):
            self._cancel()
        host = self._ask()
        if host is not None and host.abandoned:
            self._cancel()
            host = self._ask()
        if host is not None:
            self._memory.unknown = False
        return host

    def _ask(self) -> HostStatus | None:
        self._link.say(END_OF_COMMAND + STATUS_REQUEST)
        return self._link.hear(read_host_status, _ANSWER_SECONDS)

    def _ask_faults(self) -> ZebraFault | None:
        self._link.say(FAULT_REQUEST)
        return self._link.hear(read_faults, _ANSWER_SECONDS)

    def _count(self) -> int | None:
        if not self._model.counts_labels:
            return None
        self._link.say(COUNT_REQUEST)
        return self._link.hear(read_count, _ANSWER_SECONDS)

    def _send(self, job: EncodedJob, deadline: float) -> Failed | None:
        """Hand the format over; its end, the print command, is in the very last portion."""
        self._memory.half_job_inside = True
        needed = job.medium.title
        for start in range(0, len(job.data), PORTION_BYTES):
            is_last = start + PORTION_BYTES >= len(job.data)
            try:
                self._link.send(job.data[start : start + PORTION_BYTES], deadline)
            except PrinterStalledError:
                self._cancel()
                return failed(PrinterState.NOT_ANSWERING, needed, may_have_printed=False, because=_SILENCE)
            except TransportError as error:
                return broken(error, needed, may_have_printed=is_last)
        self._memory.half_job_inside = False
        return None

    def _await_label(self, job: EncodedJob, before: int | None) -> PrintOutcome:
        """Ask until the counter has moved, a fault is told, or the paper's time is over."""
        clock, needed = self._link.clock, job.medium.title
        sent = heard = clock.monotonic()
        deadline = sent + self._model.seconds_to_print(job.medium, job.rows) + self._limits.completion_slack_seconds
        try:
            while clock.monotonic() < deadline:
                clock.sleep(_POLL_SECONDS)
                host = self._ask()
                now = clock.monotonic()
                if host is None:
                    if now - heard >= self._limits.silence_seconds:
                        return self._fell_silent(needed)
                    continue
                heard = now
                if host.faults or host.paused:
                    return self._stopped(host, needed)
                if host.idle and before is not None and (self._count() or 0) > before:
                    return Printed()
        except PrinterStalledError:
            return self._fell_silent(needed)
        except TransportError as error:
            return broken(error, needed, may_have_printed=True)
        return SentUnconfirmed(_unconfirmed(model_counts=self._model.counts_labels, told=before is not None))

    def _stopped(self, host: HostStatus, needed: str) -> Failed:
        faults = host.faults or self._ask_faults() or ZebraFault.NONE
        state, words = _named(faults) if faults else (PrinterState.BUSY, _PAUSED)
        self._cancel()
        return failed(state, needed, may_have_printed=True, because=words)

    def _fell_silent(self, needed: str) -> Failed:
        """After the print command: something stopped it, and the badge may be half out."""
        faults: ZebraFault | None = None
        with contextlib.suppress(TransportError):
            faults = self._ask_faults()
        state, words = _named(faults) if faults else (PrinterState.NOT_ANSWERING, _SILENCE)
        self._cancel()
        return failed(state, needed, may_have_printed=True, because=words)

    def _cancel(self) -> None:
        """Make the printer forget what it holds, lest it prints after the fault was mended (no double badge)."""
        try:
            self._link.say(END_OF_COMMAND + CANCEL_ALL, _CANCEL_SECONDS)
            self._memory.half_job_inside = False
        except TransportError:
            self._memory.half_job_inside = True


def _named(faults: ZebraFault) -> tuple[PrinterState, str]:
    states = (state for fault, state in _STATES if faults & fault)
    state = next(states, PrinterState.ERROR)
    only_ribbon = state is PrinterState.NO_MEDIA and not faults & ZebraFault.MEDIA_OUT
    return state, _RIBBON if only_ribbon else sentence(state)


def _unconfirmed(*, model_counts: bool, told: bool) -> str:
    if told:
        return "The badge was sent, but the printer's counter did not move. Look before you print it again."
    if model_counts:
        return "The badge was sent, but the printer did not tell its label counter. Look before you print it again."
    return "The printer took the badge and reports no fault; this model cannot say that it printed it."
