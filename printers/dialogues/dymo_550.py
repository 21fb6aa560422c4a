"""Talking to a LabelWriter 550: it locks itself for one job, knows its roll, and counts its labels (ADR 0084).

*Printed* is the printer's own count of the labels left on the roll going down by one for our job.
"""

from __future__ import annotations

from printers.catalogue.dymo import DymoModel
from printers.dialogues.port import PORTION_BYTES, EncodedJob, Link, Memory
from printers.dialogues.words import broken, failed, sentence
from printers.driver import Failed, Printed, PrinterState, PrinterStatus, PrintOutcome, SentUnconfirmed
from printers.encodings.dymo_550 import (
    ASK,
    ASK_AND_LOCK,
    END_OF_JOB,
    FINISH,
    LABEL_HEADER,
    LABEL_HEADER_BYTES,
    REST_OF_QUESTION,
    rest_of_any_label,
    start_of_job,
)
from printers.encodings.dymo_status import Bay, Engine, EngineStatus, read_engine
from printers.errors import PrinterStalledError, TransportError
from printers.paper import Medium

_COUNTERFEIT = (
    "The printer refuses the roll: it takes only DYMO's own labels, with a chip in the core. Load a roll of {needed}."
)
_LOCKED = "Another computer is printing on this printer. Wait until it has finished."
_NOT_INSERTED = "The roll is not in properly. Take it out and put it back until it clicks."
_JAMMED = "The label is jammed. Open the printer, take it out, and feed one label."
_WEAK = "The printer's power supply is too weak. Use the one that came with it."
_UNCONFIRMED = "The badge was sent, but the printer's label count did not move. Look before you print it again."
_SAY_BAY = {
    Bay.OPEN: (PrinterState.COVER_OPEN, ""),
    Bay.NONE: (PrinterState.NO_MEDIA, ""),
    Bay.EMPTY: (PrinterState.NO_MEDIA, ""),
    Bay.NOT_INSERTED: (PrinterState.NO_MEDIA, _NOT_INSERTED),
    Bay.JAMMED: (PrinterState.ERROR, _JAMMED),
}
_POLL_SECONDS = 0.15
_ANSWER_SECONDS = 0.4
_CANCEL_SECONDS = 0.2
_NUMBERS = 1 << 31


class Dymo550Dialogue:
    """A ``Dialogue``."""

    def __init__(self, link: Link, model: DymoModel, memory: Memory) -> None:
        self._link = link
        self._model = model
        self._memory = memory
        self._limits = link.limits

    def status(self, medium: Medium | None) -> PrinterStatus:
        """See ``Dialogue.status``."""
        answer = self._ask_cleared(ASK)
        needed = None if medium is None else medium.title
        if answer is None:
            state = PrinterState.NOT_ANSWERING
            return PrinterStatus(state, sentence(state), model=self._model.name, needed=needed)
        state, words = self._named(answer, medium)
        return PrinterStatus(state, words, model=self._model.name, loaded=self._loaded(answer), needed=needed)

    def run(self, job: EncodedJob) -> PrintOutcome:
        """See ``Dialogue.run``."""
        started, needed = self._link.clock.monotonic(), job.medium.title
        answer = self._ask_cleared(ASK_AND_LOCK)
        if answer is None:
            return failed(PrinterState.NOT_ANSWERING, needed, may_have_printed=False)
        if answer.engine is Engine.NOT_LOCKED:
            return failed(PrinterState.BUSY, needed, may_have_printed=False, because=_LOCKED)
        state, words = self._named(answer, job.medium)
        if state is not PrinterState.READY:
            self._let_go()
            failure = failed(state, needed, may_have_printed=False, because=words)
            return Failed(state, failure.sentence, may_have_printed=False, loaded=self._loaded(answer), needed=needed)
        self._memory.jobs = self._memory.jobs % _NUMBERS + 1
        label = start_of_job(self._memory.jobs) + job.data[len(start_of_job(0)) : -len(ASK + FINISH)]
        failed_to_send = self._send(label, needed, started + self._limits.start_seconds)
        return failed_to_send if failed_to_send is not None else self._await_label(job, answer.labels_left)

    def _ask_cleared(self, question: bytes) -> EngineStatus | None:
        """Ask, with nothing unfinished inside."""
        if self._memory.may_be_half_full and not self._cleared():
            return None
        return self._ask(question)

    def _cleared(self) -> bool:
        """Fill up a label that broke off with blank dots, or the printer takes the next words for the rest of it.

        How much a stranger's label wants is not known: a printer that says nothing gets enough for any. The lock of a
        stranger stays on a shared printer, unless it was in the middle of a label, which nobody is sending now.
        """
        ours = self._memory.half_job_inside or not self._memory.shared
        if self._memory.half_job_inside:
            self._link.say(bytes(self._memory.last.get("missing", 0)))
        if self._ask(REST_OF_QUESTION + ASK) is None:
            ours = True
            self._link.say(rest_of_any_label(self._model))
            if self._ask(REST_OF_QUESTION + ASK, _ANSWER_SECONDS) is None:
                return False
        if ours:
            self._link.say(END_OF_JOB)
        self._memory.heard()
        return True

    def _ask(self, question: bytes, seconds: float | None = None) -> EngineStatus | None:
        """Ask; a question without an answer may have broken off, and half of it would swallow the next."""
        self._link.forget_old_news()
        before, self._memory.half_job_inside = self._memory.half_job_inside, True
        self._link.say(question)
        answer = self._link.hear(read_engine, self._limits.status_seconds if seconds is None else seconds)
        if answer is not None:
            self._memory.half_job_inside = before
        return answer

    def _send(self, label: bytes, needed: str, deadline: float) -> Failed | None:
        """Hand the label over up to its short form feed; it is printed as it comes."""
        self._memory.half_job_inside = True
        dots_begin = label.index(LABEL_HEADER) + LABEL_HEADER_BYTES
        for start in range(0, len(label), PORTION_BYTES):
            try:
                self._link.send(label[start : start + PORTION_BYTES], deadline)
            except TransportError as error:
                written = start + error.written
                self._memory.last["missing"] = len(label) - max(written, dots_begin)
                moved = written + error.perhaps > dots_begin
                if isinstance(error, PrinterStalledError):
                    return failed(PrinterState.NOT_ANSWERING, needed, may_have_printed=moved)
                return broken(error, needed, may_have_printed=moved)
        self._memory.last["missing"] = 0
        return None

    def _await_label(self, job: EncodedJob, before: int) -> PrintOutcome:
        """Read the answer that the printer insists on, let it feed, then watch its count."""
        clock, needed = self._link.clock, job.medium.title
        paper = self._model.seconds_to_print(job.medium, job.rows)
        deadline = clock.monotonic() + min(paper + self._limits.completion_slack_seconds, self._limits.start_seconds)
        fed = False
        try:
            while clock.monotonic() < deadline:
                answer = self._ask(ASK, _ANSWER_SECONDS)
                if answer is not None:
                    state, words = self._named(answer, job.medium)
                    if state not in {PrinterState.READY, PrinterState.PRINTING}:
                        self._let_go()
                        return failed(state, needed, may_have_printed=True, because=words)
                    if not fed:
                        self._link.say(FINISH)
                        self._memory.half_job_inside, fed = False, True
                    if answer.engine is not Engine.PRINTING and answer.labels_left == before - 1:
                        return Printed()
                clock.sleep(_POLL_SECONDS)
        except TransportError as error:
            return broken(error, needed, may_have_printed=True)
        return SentUnconfirmed(_UNCONFIRMED)

    def _named(self, answer: EngineStatus, medium: Medium | None) -> tuple[PrinterState, str]:
        """The state that staff should hear about first, and its words."""
        fault = _fault(answer, "DYMO labels" if medium is None else medium.title)
        if fault is not None:
            return fault
        if medium is not None and self._is_another(answer.sku, medium):
            state = PrinterState.WRONG_MEDIA
            return state, sentence(state, loaded=self._loaded(answer), needed=medium.title)
        state = PrinterState.PRINTING if answer.engine is Engine.PRINTING else PrinterState.READY
        return state, sentence(state)

    def _is_another(self, sku: str, medium: Medium) -> bool:
        """Whether the roll is one that Lodge knows to be another; of an unknown number nothing can be said."""
        known = {number: paper for paper in self._model.stock for number in paper.skus}
        return sku in known and known[sku] != medium

    def _loaded(self, answer: EngineStatus) -> str:
        titles = (paper.title for paper in self._model.stock if answer.sku in paper.skus)
        unknown = f"labels {answer.sku}" if answer.sku else "labels without a number"
        return next(titles, unknown)

    def _let_go(self) -> None:
        """End the job and with it the lock."""
        try:
            self._link.say(END_OF_JOB, _CANCEL_SECONDS)
            self._memory.half_job_inside = False
        except TransportError:
            self._memory.half_job_inside = True


def _fault(answer: EngineStatus, needed: str) -> tuple[PrinterState, str] | None:
    if answer.bay is Bay.COUNTERFEIT:
        return PrinterState.WRONG_MEDIA, _COUNTERFEIT.format(needed=needed)
    if answer.bay in _SAY_BAY:
        state, words = _SAY_BAY[answer.bay]
        return state, words or sentence(state)
    if answer.too_hot:
        return PrinterState.COOLING, sentence(PrinterState.COOLING)
    if answer.low_voltage:
        return PrinterState.ERROR, _WEAK
    if answer.engine in {Engine.ERROR, Engine.CANCELLED} or answer.error:
        return PrinterState.ERROR, f"The printer reports fault {answer.error}. Switch it off and on again."
    return None
