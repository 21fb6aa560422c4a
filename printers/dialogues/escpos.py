"""Talking to a receipt printer: it prints while it is still being told, and reports changes by itself (ADR 0083).

A badge that breaks off lies half in the tray: from the first band on, a failure says so. *Printed* is the printer's
answer to ``GS ( H``, which it gives when everything before it is on paper; other makers' printers rarely know it, and
then a badge without a fault is *sent, unconfirmed*.
"""

from __future__ import annotations

import contextlib
import functools

from printers.catalogue.escpos import EscposModel
from printers.dialogues.port import PORTION_BYTES, EncodedJob, Link, Memory
from printers.dialogues.words import broken, failed, sentence
from printers.driver import Failed, Printed, PrinterState, PrinterStatus, PrintOutcome, SentUnconfirmed
from printers.encodings.escpos import (
    CLEAR_BUFFERS,
    CUT_HERE,
    REPORT_CHANGES,
    REPORT_NOTHING,
    ask,
    ask_in_turn,
    ask_when_printed,
    no_size,
    unfinished,
)
from printers.encodings.escpos_status import ReceiptFault, read_answer, read_answer_in_turn, read_cleared, read_report
from printers.errors import PrinterStalledError, TransportError
from printers.paper import Medium

_STATES: tuple[tuple[ReceiptFault, PrinterState], ...] = (
    (ReceiptFault.COVER_OPEN, PrinterState.COVER_OPEN),
    (ReceiptFault.PAPER_OUT, PrinterState.NO_MEDIA),
    (ReceiptFault.CUTTER, PrinterState.CUTTER_JAM),
    (ReceiptFault.TOO_HOT, PrinterState.COOLING),
    (ReceiptFault.UNRECOVERABLE, PrinterState.ERROR),
    (ReceiptFault.OFFLINE, PrinterState.BUSY),
)
_OFFLINE = "The printer is offline: it is feeding paper or waits for a button. Press its feed button once."
_NEARLY_EMPTY = "The printer is ready; its roll is nearly used up. Put a new one beside it."
_QUESTIONS = (1, 2, 3, 4)
_ANSWER_SECONDS = 0.2
_LISTEN_SECONDS = 0.1
_CANCEL_SECONDS = 0.2
_CLEARED_SECONDS = 0.3
_NEVER_IN_TURN = "never answers in turn"
_NUMBERS = 10_000


class EscposDialogue:
    """A ``Dialogue``."""

    def __init__(self, link: Link, model: EscposModel, memory: Memory) -> None:
        self._link = link
        self._model = model
        self._memory = memory
        self._limits = link.limits

    def status(self, medium: Medium | None) -> PrinterStatus:
        """See ``Dialogue.status``; how wide the roll is, a receipt printer does not know."""
        state, words = self._state()
        needed = None if medium is None else medium.title
        return PrinterStatus(state, words, model=self._model.name, needed=needed)

    def run(self, job: EncodedJob) -> PrintOutcome:
        """See ``Dialogue.run``."""
        started = self._link.clock.monotonic()
        state, words = self._state()
        if state is not PrinterState.READY:
            return failed(state, job.medium.title, may_have_printed=False, because=words)
        self._clear_what_is_unfinished()
        self._memory.jobs = (self._memory.jobs + 1) % _NUMBERS
        question = ask_when_printed(self._memory.jobs) if self._model.process_ids else b""
        failure = self._send(REPORT_CHANGES + job.data + question, job, started + self._limits.start_seconds)
        outcome = failure if failure is not None else self._await_paper(job)
        with contextlib.suppress(TransportError):
            self._link.say(REPORT_NOTHING, _CANCEL_SECONDS)
        return outcome

    def _state(self) -> tuple[PrinterState, str]:
        self._link.forget_old_news()
        if self._memory.may_be_half_full:
            self._link.say(no_size())
        faults = ReceiptFault.NONE
        for number in _QUESTIONS:
            self._link.say(ask(number))
            answer = self._link.hear(functools.partial(read_answer, number=number), _ANSWER_SECONDS)
            if answer is None and number == 1:
                return PrinterState.NOT_ANSWERING, sentence(PrinterState.NOT_ANSWERING)
            faults |= answer or ReceiptFault.NONE
        return _named(faults)

    def _send(self, data: bytes, job: EncodedJob, deadline: float) -> Failed | None:
        """Hand everything over in portions, listening between them; paper moves from the first one on."""
        self._memory.half_job_inside = True
        needed = job.medium.title
        for start in range(0, len(data), PORTION_BYTES):
            try:
                news = self._link.glance(read_report) if start else None
                if isinstance(news, ReceiptFault) and news & ~ReceiptFault.NEARLY_EMPTY:
                    return self._stopped(news, needed)
                self._link.send(data[start : start + PORTION_BYTES], deadline)
            except PrinterStalledError as error:
                return self._given_up(needed, moved=start > 0 or error.may_have_begun)
            except TransportError as error:
                return broken(error, needed, may_have_printed=start > 0 or error.may_have_begun)
        self._memory.half_job_inside = False
        return None

    def _given_up(self, needed: str, *, moved: bool) -> Failed:
        """Nothing more is taken: a fault may be the reason, and the printer may have said so already."""
        with contextlib.suppress(TransportError):
            news = self._hear_fault(_LISTEN_SECONDS)
            if news is not None:
                return self._stopped(news, needed)
        self._cancel()
        return failed(PrinterState.NOT_ANSWERING, needed, may_have_printed=moved)

    def _hear_fault(self, seconds: float) -> ReceiptFault | None:
        deadline = self._link.clock.monotonic() + seconds
        while (left := deadline - self._link.clock.monotonic()) > 0:
            news = self._link.hear(read_report, left)
            if isinstance(news, ReceiptFault) and news & ~ReceiptFault.NEARLY_EMPTY:
                return news
        return None

    def _await_paper(self, job: EncodedJob) -> PrintOutcome:
        """Listen until the printer says that all is printed, a fault comes, or the paper's time is over."""
        clock, needed = self._link.clock, job.medium.title
        paper = self._model.seconds_to_print(job.medium, job.rows)
        deadline = clock.monotonic() + min(paper + self._limits.completion_slack_seconds, self._limits.start_seconds)
        try:
            while (left := deadline - clock.monotonic()) > 0:
                news = self._link.hear(read_report, left)
                if isinstance(news, ReceiptFault):
                    if news & ~ReceiptFault.NEARLY_EMPTY:
                        return self._stopped(news, needed)
                elif news == self._memory.jobs:
                    return Printed()
        except TransportError as error:
            return broken(error, needed, may_have_printed=True)
        return SentUnconfirmed(_unconfirmed(self._model))

    def _stopped(self, faults: ReceiptFault, needed: str) -> Failed:
        state, words = _named(faults)
        self._cancel()
        return failed(state, needed, may_have_printed=True, because=words)

    def _cancel(self) -> None:
        """Empty the printer's buffers where it knows how, lest the rest comes out after the paper was changed.

        What is on paper already still hangs out of the printer: the next call cuts it off first.
        """
        self._memory.half_job_inside = True
        if self._model.clears:
            with contextlib.suppress(TransportError):
                self._link.say(CLEAR_BUFFERS, _CANCEL_SECONDS)

    def _clear_what_is_unfinished(self) -> None:
        """End a band that broke off, or the printer takes the next job for the rest of it; cut the torn badge off.

        Half a badge of a stranger shows in a question that waits its turn and is taken for dots. What broke off
        between two bands does not show: before its first badge a printer of ours cuts without feeding, which costs no
        paper. A printer that does not know the question is fed and cut, once in a process.
        """
        known = self._memory.half_job_inside
        strange = self._memory.may_be_half_full and _NEVER_IN_TURN not in self._memory.last
        if known and self._model.clears:
            # What comes before its answer would be emptied out with the rest.
            self._link.say(CLEAR_BUFFERS)
            self._link.hear(read_cleared, _CLEARED_SECONDS)
        if known or (strange and not self._answers_in_turn()):
            self._link.say(unfinished(self._model))
            if not known and not self._answers_in_turn():
                self._memory.last[_NEVER_IN_TURN] = 1
        elif self._memory.unknown and self._model.cuts:
            self._link.say(CUT_HERE)
        self._memory.heard()

    def _answers_in_turn(self) -> bool:
        self._link.say(ask_in_turn())
        return self._link.hear(read_answer_in_turn, _ANSWER_SECONDS) is not None


def _named(faults: ReceiptFault) -> tuple[PrinterState, str]:
    for fault, state in _STATES:
        if faults & fault:
            return state, _OFFLINE if state is PrinterState.BUSY else sentence(state)
    ready = PrinterState.READY
    return ready, _NEARLY_EMPTY if faults & ReceiptFault.NEARLY_EMPTY else sentence(ready)


def _unconfirmed(model: EscposModel) -> str:
    if model.process_ids:
        return "The badge was sent, but the printer did not say that it was printed. Look before you print it again."
    return "The printer took the badge and reports no fault; it cannot say that it printed it."
