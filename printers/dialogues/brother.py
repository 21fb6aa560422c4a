"""Talking to a Brother QL, from the first question to the printer's last word.

The flow is that of *Raster Command Reference* section 5: ask for the status once, send the page, then listen; while it
prints, the printer is not asked, it reports by itself.
"""

from __future__ import annotations

import contextlib

from printers.catalogue.brother import BrotherModel
from printers.dialogues.brother_words import read_state
from printers.dialogues.port import PORTION_BYTES, EncodedJob, Link, Memory
from printers.dialogues.words import broken, job_sentence, sentence
from printers.driver import Failed, Printed, PrinterState, PrinterStatus, PrintOutcome, SentUnconfirmed
from printers.encodings.brother_ql import STATUS_REQUEST, reset
from printers.encodings.brother_status import STATUS_BYTES, BrotherStatus, Notice, StatusKind, parse_status
from printers.errors import PrinterStalledError, StatusFormatError, TransportError
from printers.paper import Medium

_CANCEL_SECONDS = 0.2
_LISTEN_SECONDS = 0.1
_HEAD_MARK = 0x80


class BrotherDialogue:
    """A ``Dialogue``."""

    def __init__(self, link: Link, model: BrotherModel, memory: Memory) -> None:
        self._link = link
        self._model = model
        self._memory = memory
        self._limits = link.limits

    def status(self, medium: Medium | None) -> PrinterStatus:
        """See ``Dialogue.status``."""
        model = self._model.name
        answer = self._ask(clear_first=self._memory.may_be_half_full)
        if answer is None:
            state = PrinterState.NOT_ANSWERING
            return PrinterStatus(state, sentence(state), model=model)
        self._memory.heard()
        state = read_state(answer, medium)
        needed = None if medium is None else medium.title
        words = sentence(state, loaded=answer.loaded, needed=needed)
        return PrinterStatus(state, words, model=model, loaded=answer.loaded, needed=needed)

    def run(self, job: EncodedJob) -> PrintOutcome:
        """See ``Dialogue.run``."""
        started = self._link.clock.monotonic()
        status = self._ask(clear_first=True)
        if status is None:
            return self._failed(PrinterState.NOT_ANSWERING, job.medium, may_have_printed=False)
        state = read_state(status, job.medium)
        if state is PrinterState.PRINTING:
            state = PrinterState.BUSY
        if state is not PrinterState.READY:
            return self._failed(state, job.medium, may_have_printed=False, status=status)
        failure = self._send(job.data, job.medium, started + self._limits.start_seconds)
        return failure if failure is not None else self._await_completion(job)

    def _ask(self, *, clear_first: bool) -> BrotherStatus | None:
        """Ask for the status; None when no answer came in time."""
        self._link.forget_old_news()
        self._link.say((reset(self._model) if clear_first else b"") + STATUS_REQUEST)
        return self._link.hear(_reply, self._limits.status_seconds)

    def _send(self, data: bytes, medium: Medium, deadline: float) -> Failed | None:
        """Hand the page over in portions, looking up between them; the print command is its very last byte."""
        self._memory.half_job_inside = True
        for start in range(0, len(data), PORTION_BYTES):
            is_last = start + PORTION_BYTES >= len(data)
            try:
                status = self._link.glance(read_packet) if start else None
                if status is not None and (status.faults or status.kind is StatusKind.ERROR):
                    self._cancel()
                    state = read_state(status, medium)
                    return self._failed(state, medium, may_have_printed=False, status=status)
                self._link.send(data[start : start + PORTION_BYTES], deadline)
            except PrinterStalledError:
                return self._given_up(medium)
            except TransportError as error:
                return broken(error, medium.title, may_have_printed=is_last)
        self._memory.half_job_inside = False
        return None

    def _given_up(self, medium: Medium) -> Failed:
        """Nothing more is taken: a fault may be the reason, and the printer may have said so already."""
        deadline = self._link.clock.monotonic() + _LISTEN_SECONDS
        with contextlib.suppress(TransportError):
            while (left := deadline - self._link.clock.monotonic()) > 0:
                status = self._link.hear(read_packet, left)
                if status is not None and status.faults:
                    self._cancel()
                    return self._failed(read_state(status), medium, may_have_printed=False, status=status)
        self._cancel()
        return self._failed(PrinterState.NOT_ANSWERING, medium, may_have_printed=False)

    def _await_completion(self, job: EncodedJob) -> PrintOutcome:
        clock, medium = self._link.clock, job.medium
        sent = clock.monotonic()
        paper = self._model.seconds_to_print(medium, job.rows)
        deadline = sent + self._limits.silence_seconds
        try:
            while (left := deadline - clock.monotonic()) > 0:
                status = self._link.hear(read_packet, min(left, _LISTEN_SECONDS))
                if status is None:
                    continue
                outcome = self._last_word(status, medium)
                if outcome is not None:
                    return outcome
                if status.printing:
                    deadline = sent + paper + self._limits.completion_slack_seconds
        except TransportError as error:
            return broken(error, medium.title, may_have_printed=True)
        return SentUnconfirmed(
            "The badge was sent, but the printer did not say that it was printed. Look before you print it again."
        )

    def _last_word(self, status: BrotherStatus, medium: Medium) -> PrintOutcome | None:
        if status.faults or status.kind in {StatusKind.ERROR, StatusKind.TURNED_OFF}:
            self._cancel()
            state = PrinterState.GONE if status.kind is StatusKind.TURNED_OFF else read_state(status, medium)
            if state in {PrinterState.READY, PrinterState.PRINTING}:
                state = PrinterState.ERROR
            return self._failed(state, medium, may_have_printed=True, status=status)
        if status.kind is StatusKind.COMPLETED:
            return Printed()
        if status.notice is Notice.COOLING_STARTED:
            return SentUnconfirmed("The printer is cooling down and finishes the badge by itself. Wait for it.")
        return None

    def _cancel(self) -> None:
        """Try to make the printer forget the page, lest it prints after the paper was changed (no double badge)."""
        try:
            self._link.say(reset(self._model), _CANCEL_SECONDS)
            self._memory.half_job_inside = False
        except TransportError:
            self._memory.half_job_inside = True

    @staticmethod
    def _failed(
        state: PrinterState,
        medium: Medium,
        *,
        may_have_printed: bool,
        status: BrotherStatus | None = None,
    ) -> Failed:
        loaded = None if status is None else status.loaded
        words = job_sentence(state, may_have_printed=may_have_printed, loaded=loaded, needed=medium.title)
        return Failed(state, words, may_have_printed, loaded=loaded, needed=medium.title)


def read_packet(received: bytes) -> tuple[BrotherStatus | None, int]:
    """Read the next whole status, dropping what is none."""
    start = received.find(_HEAD_MARK)
    if start < 0:
        return None, len(received)
    if len(received) - start < STATUS_BYTES:
        return None, start
    end = start + STATUS_BYTES
    try:
        return parse_status(received[start:end]), end
    except StatusFormatError:
        return None, end


def _reply(received: bytes) -> tuple[BrotherStatus | None, int]:
    """Read the next status that answers a question; news that nobody asked for is dropped."""
    status, used = read_packet(received)
    if status is None or status.kind in {StatusKind.REPLY, StatusKind.ERROR}:
        return status, used
    return None, used
