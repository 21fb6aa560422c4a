"""Printing through IPP: an office printer, or a queue of CUPS that holds any printer's driver (ADR 0086).

    >>> driver = IppDriver("ipp://printer.example.org/ipp/print", clock=SystemClock())  # doctest: +SKIP

A badge goes as a PDF of its dots. *Printed* is a printer's own ``completed`` (RFC 8011: all sheets are in the output
bin). CUPS says ``completed`` when it has handed the data on; it is known by its ``cups-version`` and never believed so.
"""

from __future__ import annotations

import contextlib
from urllib.parse import urlsplit

from printers.bitmap import BadgeBitmap
from printers.clock import Clock
from printers.dialogues.words import broken, cause_of_error, failed, sentence, state_of_error
from printers.driver import Failed, Printed, PrinterState, PrinterStatus, PrintOutcome, SentUnconfirmed
from printers.encodings.pdf import page_of
from printers.errors import StatusFormatError, TransportError
from printers.ipp.message import Answer, Operation, Request, read_answer
from printers.ipp.post import Place, post
from printers.paper import Medium

IPP_PORT = 631
_QUESTION_SECONDS, _ORDER_SECONDS = 1.6, 2.6
_POLL_SECONDS, _WAIT_SECONDS = 0.25, 2.6
_FAILED_FROM = 0x0100
_FORMAT_REFUSED = {0x040A, 0x040B}
_TURNED_AWAY = {0x0506, 0x0507}
_STOPPED = 5
_JOB_STOPPED, _JOB_CANCELLED, _JOB_ABORTED, _JOB_COMPLETED = 6, 7, 8, 9
_ASKED = (
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "cups-version",
    "printer-make-and-model",
)
_REASONS: tuple[tuple[str, PrinterState, str], ...] = (
    ("cover-open", PrinterState.COVER_OPEN, ""),
    ("door-open", PrinterState.COVER_OPEN, ""),
    ("interlock-open", PrinterState.COVER_OPEN, ""),
    ("media-empty", PrinterState.NO_MEDIA, ""),
    ("media-needed", PrinterState.NO_MEDIA, ""),
    ("media-jam", PrinterState.ERROR, "The paper is jammed. Open the printer and take it out."),
    ("fuser-over-temp", PrinterState.COOLING, ""),
    ("offline", PrinterState.GONE, ""),
    ("shutdown", PrinterState.GONE, ""),
    ("timed-out", PrinterState.NOT_ANSWERING, ""),
    ("paused", PrinterState.BUSY, "The printer's queue is paused. Resume it."),
)
_NOT_ACCEPTING = "The printer takes no jobs at present. Look at its own page, or at the spooler's."
_NO_PDF = "The printer does not take PDF. Use its own family by raw TCP, or a queue of CUPS."
_SPOOLED = "The spooler took the badge; it does not know whether it was printed."
_NUMBERLESS = "The printer took the badge without giving it a number. Look before you print it again."
_STILL_AT_WORK = "The printer has the badge and has not finished with it. Look before you print it again."


class IppDriver:
    """A ``PrinterDriver``."""

    def __init__(self, uri: str, *, clock: Clock) -> None:
        """Take an address, ``ipp://`` or ``ipps://``; nothing is looked for yet."""
        parts = urlsplit(uri)
        path = parts.path or "/ipp/print"
        self._uri = uri
        self._place = Place(parts.hostname or "", parts.port or IPP_PORT, path, secure=parts.scheme == "ipps")
        self._clock = clock
        self._number = 0

    def status(self, medium: Medium | None = None) -> PrinterStatus:
        """See ``PrinterDriver.status``; which paper is loaded is the printer's own matter."""
        needed = None if medium is None else medium.title
        try:
            answer = self._ask(Request(Operation.GET_PRINTER_ATTRIBUTES, self._uri, asked=_ASKED))
        except TransportError as error:
            state = state_of_error(error)
            return PrinterStatus(state, cause_of_error(error, state), needed=needed)
        state, words = _named(answer)
        model = next(iter(answer.words("printer-make-and-model")), "")
        return PrinterStatus(state, words, model=model, needed=needed)

    def print_badge(self, bitmap: BadgeBitmap, medium: Medium) -> PrintOutcome:
        """See ``PrinterDriver.print_badge``."""
        document = page_of(bitmap, medium)
        sent = False
        try:
            printer = self._ask(Request(Operation.GET_PRINTER_ATTRIBUTES, self._uri, asked=_ASKED))
            state, words = _named(printer)
            if state not in {PrinterState.READY, PrinterState.PRINTING}:
                return failed(state, medium.title, may_have_printed=False, because=words)
            size = (medium.width_mm * 100, round(document.height_mm * 100))
            sent = True
            order = Request(Operation.PRINT_JOB, self._uri, document=document.data, size=size)
            return self._follow(self._ask(order), medium, is_spooler="cups-version" in printer.attributes)
        except TransportError as error:
            return broken(error, medium.title, may_have_printed=sent)

    def close(self) -> None:
        """See ``PrinterDriver.close``; every message has a connection of its own."""

    def _follow(self, answer: Answer, medium: Medium, *, is_spooler: bool) -> PrintOutcome:
        """Watch a job until it has ended, the printer has stopped, or nobody should wait any longer."""
        job = answer.number("job-id")
        if answer.status >= _FAILED_FROM:
            return _refused(answer, medium)
        if job is None or job < 1:
            return SentUnconfirmed(_NUMBERLESS)
        deadline = self._clock.monotonic() + _WAIT_SECONDS
        while True:
            now = self._ask(Request(Operation.GET_JOB_ATTRIBUTES, self._uri, job=job, asked=("job-state",)))
            state = now.number("job-state")
            if state == _JOB_COMPLETED:
                return SentUnconfirmed(_SPOOLED) if is_spooler else Printed()
            if state in {_JOB_CANCELLED, _JOB_ABORTED}:
                return failed(PrinterState.ERROR, medium.title, may_have_printed=True)
            printer = self._ask(Request(Operation.GET_PRINTER_ATTRIBUTES, self._uri, asked=_ASKED))
            trouble, words = _named(printer)
            if state == _JOB_STOPPED or trouble not in {PrinterState.READY, PrinterState.PRINTING}:
                with contextlib.suppress(TransportError):
                    self._ask(Request(Operation.CANCEL_JOB, self._uri, job=job))
                return failed(trouble, medium.title, may_have_printed=True, because=words)
            if self._clock.monotonic() >= deadline:
                return SentUnconfirmed(_STILL_AT_WORK)
            self._clock.sleep(_POLL_SECONDS)

    def _ask(self, request: Request) -> Answer:
        """Send one message and read its answer; raises only ``TransportError`` and its kinds."""
        self._number += 1
        seconds = _ORDER_SECONDS if request.document else _QUESTION_SECONDS
        reply = post(self._place, request.encode(self._number), seconds)
        try:
            return read_answer(reply.body)
        except StatusFormatError as error:
            raise TransportError(f"{self._place.url} answered, but not as a printer does ({reply.status}).") from error


def _named(answer: Answer) -> tuple[PrinterState, str]:
    """The state that staff should hear about first; reports and warnings stop nothing."""
    stopped = answer.number("printer-state") == _STOPPED
    for reason in answer.words("printer-state-reasons"):
        serious = stopped or not reason.endswith(("-report", "-warning"))
        for name, state, words in _REASONS:
            if serious and reason.startswith(name):
                return state, words or sentence(state)
    if answer.attributes.get("printer-is-accepting-jobs") == (False,):
        return PrinterState.BUSY, _NOT_ACCEPTING
    state = PrinterState.ERROR if stopped or answer.status >= _FAILED_FROM else PrinterState.READY
    return state, sentence(state)


def _refused(answer: Answer, medium: Medium) -> Failed:
    if answer.status in _FORMAT_REFUSED:
        return failed(PrinterState.ERROR, medium.title, may_have_printed=False, because=_NO_PDF)
    if answer.status in _TURNED_AWAY:
        return failed(PrinterState.BUSY, medium.title, may_have_printed=False, because=_NOT_ACCEPTING)
    words = f"The printer refused the badge (IPP status {answer.status:04x})."
    return failed(PrinterState.ERROR, medium.title, may_have_printed=False, because=words)
