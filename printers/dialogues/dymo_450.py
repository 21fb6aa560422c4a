"""Talking to a LabelWriter 450: one byte says what is wrong, and nothing says that a label was printed (ADR 0084)."""

from __future__ import annotations

from printers.catalogue.dymo import DymoModel
from printers.dialogues.port import PORTION_BYTES, EncodedJob, Link, Memory
from printers.dialogues.words import broken, failed, sentence
from printers.driver import Failed, PrinterState, PrinterStatus, PrintOutcome, SentUnconfirmed
from printers.encodings.dymo_450 import FORM_FEED, STATUS_REQUEST, end_of_line, reset
from printers.encodings.dymo_status import WriterBit, read_bits
from printers.errors import PrinterStalledError, TransportError
from printers.paper import Medium

_JAMMED = "The label is jammed. Open the printer, take it out, and feed one label."
_UNCONFIRMED = "The printer took the badge and reports no fault; a LabelWriter 450 cannot say that it printed it."
_POLL_SECONDS = 0.2
_CANCEL_SECONDS = 0.2
_FEED_SECONDS = 1.0
_FAULTS = WriterBit.NO_PAPER | WriterBit.JAM | WriterBit.ERROR
_IDLE = WriterBit.READY | WriterBit.TOP_OF_FORM
_NEVER_AT_TOP = "never at top"


class Dymo450Dialogue:
    """A ``Dialogue``."""

    def __init__(self, link: Link, model: DymoModel, memory: Memory) -> None:
        self._link = link
        self._model = model
        self._memory = memory
        self._limits = link.limits

    def status(self, medium: Medium | None) -> PrinterStatus:
        """See ``Dialogue.status``; which labels are loaded the printer does not know."""
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
        failure = self._send(job, started + self._limits.start_seconds)
        return failure if failure is not None else self._await_paper(job)

    def _state(self) -> tuple[PrinterState, str]:
        self._link.forget_old_news()
        may_be_half_full = self._memory.may_be_half_full
        before = reset(self._model) if self._memory.half_job_inside else b""
        self._link.say(before + end_of_line(self._model) + STATUS_REQUEST)
        bits = self._link.hear(read_bits, self._limits.status_seconds)
        if bits is not None and bits & _FAULTS and self._memory.unknown and not self._memory.shared:
            self._cancel()
        elif bits is not None and may_be_half_full:
            bits = self._feed_torn_label(bits)
        if bits is None:
            return PrinterState.NOT_ANSWERING, sentence(PrinterState.NOT_ANSWERING)
        self._memory.heard()
        return _named(bits)

    def _feed_torn_label(self, bits: WriterBit) -> WriterBit | None:
        """Feed a label that broke off out of the way; a printer that never says where it stands is fed once alone."""
        if bits & _IDLE != WriterBit.READY or _NEVER_AT_TOP in self._memory.last:
            return bits
        self._link.say(FORM_FEED)
        deadline = self._link.clock.monotonic() + _FEED_SECONDS
        newest: WriterBit | None = bits
        while newest is None or newest & _IDLE != _IDLE:
            if self._link.clock.monotonic() >= deadline:
                self._memory.last[_NEVER_AT_TOP] = 1
                break
            self._link.clock.sleep(_POLL_SECONDS)
            self._link.say(STATUS_REQUEST)
            newest = self._link.hear(read_bits, _POLL_SECONDS)
        return newest

    def _send(self, job: EncodedJob, deadline: float) -> Failed | None:
        """Hand the label over; it is printed line by line as it comes."""
        self._memory.half_job_inside = True
        needed = job.medium.title
        for start in range(0, len(job.data), PORTION_BYTES):
            try:
                self._link.send(job.data[start : start + PORTION_BYTES], deadline)
            except PrinterStalledError as error:
                return self._given_up(needed, moved=start > 0 or error.may_have_begun)
            except TransportError as error:
                return broken(error, needed, may_have_printed=start > 0 or error.may_have_begun)
        self._memory.half_job_inside = False
        return None

    def _given_up(self, needed: str, *, moved: bool) -> Failed:
        self._cancel()
        return failed(PrinterState.NOT_ANSWERING, needed, may_have_printed=moved)

    def _await_paper(self, job: EncodedJob) -> PrintOutcome:
        """Ask until the paper's time is over; a fault that shows meanwhile is this label's."""
        clock, needed = self._link.clock, job.medium.title
        paper = self._model.seconds_to_print(job.medium, job.rows)
        deadline = clock.monotonic() + min(paper, self._limits.start_seconds)
        heard = False
        try:
            while clock.monotonic() < deadline:
                clock.sleep(_POLL_SECONDS)
                self._link.say(STATUS_REQUEST)
                bits = self._link.hear(read_bits, _POLL_SECONDS)
                heard = heard or bits is not None
                if bits is not None and bits & _FAULTS:
                    state, words = _named(bits)
                    self._cancel()
                    return failed(state, needed, may_have_printed=True, because=words)
        except TransportError as error:
            return broken(error, needed, may_have_printed=True)
        return SentUnconfirmed(_UNCONFIRMED) if heard else self._given_up(needed, moved=True)

    def _cancel(self) -> None:
        """Empty the printer, lest the rest comes out when labels are loaded."""
        try:
            self._link.say(reset(self._model), _CANCEL_SECONDS)
            self._memory.half_job_inside = False
        except TransportError:
            self._memory.half_job_inside = True


def _named(bits: WriterBit) -> tuple[PrinterState, str]:
    if bits & WriterBit.NO_PAPER:
        return PrinterState.NO_MEDIA, sentence(PrinterState.NO_MEDIA)
    if bits & WriterBit.JAM:
        return PrinterState.ERROR, _JAMMED
    if bits & WriterBit.ERROR:
        return PrinterState.ERROR, sentence(PrinterState.ERROR)
    state = PrinterState.READY if bits & WriterBit.READY else PrinterState.PRINTING
    return state, sentence(state)
