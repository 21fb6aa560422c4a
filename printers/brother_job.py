"""One job on a Brother QL, from the first question to the printer's last word.

The flow is that of *Raster Command Reference* section 5: ask for the status once, send the page, then listen; while it
prints, the printer is not asked, it reports by itself.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from printers.bitmap import BadgeBitmap
from printers.brother_words import cause_of_error, job_sentence, read_state, state_of_error
from printers.clock import Clock
from printers.driver import Failed, Printed, PrinterState, PrintOutcome, SentUnconfirmed
from printers.encodings.brother_ql import STATUS_REQUEST, reset
from printers.encodings.brother_status import (
    STATUS_BYTES,
    BrotherStatus,
    Notice,
    StatusKind,
    parse_status,
)
from printers.errors import PrinterStalledError, StatusFormatError, TransportError
from printers.media import Medium
from printers.models import PrinterModel
from printers.transports.port import Transport

_PORTION_BYTES = 16_384
_GLANCE_SECONDS = 0.005
_LISTEN_SECONDS = 0.1
_CANCEL_SECONDS = 0.2
_HEAD_MARK = 0x80


@dataclass(frozen=True)
class JobLimits:
    """How long silence is listened to.

    Attributes:
        status_seconds: for the answer to a status request.
        stall_seconds: without a single byte being taken.
        start_seconds: from the call until the last byte has been taken.
        silence_seconds: from the last byte until the printer says that it prints.
        completion_slack_seconds: beyond the time that the paper itself needs.
    """

    status_seconds: float = 0.8
    stall_seconds: float = 1.0
    start_seconds: float = 2.6
    silence_seconds: float = 1.2
    completion_slack_seconds: float = 1.2


class BrotherJob:
    """Speaks to one open printer."""

    def __init__(self, transport: Transport, model: PrinterModel, clock: Clock, limits: JobLimits) -> None:
        self._transport = transport
        self._model = model
        self._clock = clock
        self._limits = limits
        self._received = b""
        self.half_job_inside = False

    def ask(self, *, clear_first: bool) -> BrotherStatus | None:
        """Ask for the status; None when no answer came in time.

        Raises:
            TransportError: when the printer went away or takes nothing.
        """
        deadline = self._clock.monotonic() + self._limits.status_seconds
        self._discard_old_news()
        request = (reset(self._model) if clear_first else b"") + STATUS_REQUEST
        self._transport.write(request, self._limits.status_seconds, self._limits.status_seconds)
        while (left := deadline - self._clock.monotonic()) > 0:
            status = self._listen(min(left, _LISTEN_SECONDS))
            if status is not None and status.kind in {StatusKind.REPLY, StatusKind.ERROR}:
                return status
        return None

    def run(self, data: bytes, bitmap: BadgeBitmap, medium: Medium) -> PrintOutcome:
        """Print an encoded page."""
        started = self._clock.monotonic()
        status = self.ask(clear_first=True)
        if status is None:
            return self._failed(PrinterState.NOT_ANSWERING, medium, may_have_printed=False)
        state = read_state(status, medium)
        if state is PrinterState.PRINTING:
            state = PrinterState.BUSY
        if state is not PrinterState.READY:
            return self._failed(state, medium, may_have_printed=False, status=status)
        failure = self._send(data, medium, started + self._limits.start_seconds)
        if failure is not None:
            return failure
        return self._await_completion(bitmap, medium)

    def _send(self, data: bytes, medium: Medium, deadline: float) -> Failed | None:
        """Hand the page over in portions, looking up between them; the print command is its very last byte."""
        self.half_job_inside = True
        for start in range(0, len(data), _PORTION_BYTES):
            is_last = start + _PORTION_BYTES >= len(data)
            try:
                status = self._listen(_GLANCE_SECONDS) if start else None
                if status is not None and (status.faults or status.kind is StatusKind.ERROR):
                    self._cancel()
                    state = read_state(status, medium)
                    return self._failed(state, medium, may_have_printed=False, status=status)
                self._send_portion(data[start : start + _PORTION_BYTES], deadline)
            except PrinterStalledError:
                return self._given_up(medium)
            except TransportError as error:
                return self._broken(error, medium, may_have_printed=is_last)
        self.half_job_inside = False
        return None

    def _send_portion(self, portion: bytes, deadline: float) -> None:
        left = deadline - self._clock.monotonic()
        if left <= 0:
            raise PrinterStalledError("The printer takes the badge too slowly.")
        self._transport.write(portion, self._limits.stall_seconds, left)

    def _given_up(self, medium: Medium) -> Failed:
        """Nothing more is taken: a fault may be the reason, and the printer may have said so already."""
        with contextlib.suppress(TransportError):
            while (status := self._listen(_LISTEN_SECONDS)) is not None:
                if status.faults:
                    self._cancel()
                    return self._failed(read_state(status), medium, may_have_printed=False, status=status)
        self._cancel()
        return self._failed(PrinterState.NOT_ANSWERING, medium, may_have_printed=False)

    def _await_completion(self, bitmap: BadgeBitmap, medium: Medium) -> PrintOutcome:
        sent = self._clock.monotonic()
        paper = self._model.seconds_to_print(medium, medium.height_dots or bitmap.height)
        deadline = sent + self._limits.silence_seconds
        try:
            while (left := deadline - self._clock.monotonic()) > 0:
                status = self._listen(min(left, _LISTEN_SECONDS))
                if status is None:
                    continue
                outcome = self._last_word(status, medium)
                if outcome is not None:
                    return outcome
                if status.printing:
                    deadline = sent + paper + self._limits.completion_slack_seconds
        except TransportError as error:
            return self._broken(error, medium, may_have_printed=True)
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
            self._transport.write(reset(self._model), _CANCEL_SECONDS, _CANCEL_SECONDS)
            self.half_job_inside = False
        except TransportError:
            self.half_job_inside = True

    def _failed(
        self,
        state: PrinterState,
        medium: Medium,
        *,
        may_have_printed: bool,
        status: BrotherStatus | None = None,
    ) -> Failed:
        loaded = None if status is None else status.loaded
        words = job_sentence(state, may_have_printed=may_have_printed, loaded=loaded, needed=medium.title)
        return Failed(state, words, may_have_printed, loaded=loaded, needed=medium.title)

    @staticmethod
    def _broken(error: TransportError, medium: Medium, *, may_have_printed: bool) -> Failed:
        """The way to the printer failed under way."""
        state = state_of_error(error)
        words = job_sentence(state, may_have_printed=may_have_printed, because=cause_of_error(error, state))
        return Failed(state, words, may_have_printed, needed=medium.title)

    def _discard_old_news(self) -> None:
        """Throw away what an earlier job left unread: its "completed" must never count for this one."""
        while self._transport.read(_GLANCE_SECONDS):
            pass
        self._received = b""

    def _listen(self, seconds: float) -> BrotherStatus | None:
        """Return the next whole status, waiting at most ``seconds``."""
        if len(self._received) < STATUS_BYTES:
            self._received += self._transport.read(seconds)
        start = self._received.find(_HEAD_MARK)
        self._received = b"" if start < 0 else self._received[start:]
        if len(self._received) < STATUS_BYTES:
            return None
        packet, self._received = self._received[:STATUS_BYTES], self._received[STATUS_BYTES:]
        try:
            return parse_status(packet)
        except StatusFormatError:
            return None
