"""The driver for the Brother QL family.

The connection is made anew for each call, so that a printer that was unplugged and plugged in again just works.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from printers.bitmap import BadgeBitmap
from printers.brother_job import BrotherJob, JobLimits
from printers.brother_words import cause_of_error, job_sentence, read_state, sentence, state_of_error
from printers.clock import Clock
from printers.driver import Failed, PrinterState, PrinterStatus, PrintOutcome, SentUnconfirmed
from printers.encodings.brother_ql import encode
from printers.errors import EncodingError, TransportError
from printers.media import Medium
from printers.models import PrinterModel
from printers.transports.port import Transport


@dataclass(frozen=True)
class Connection:
    """An open way to a printer whose model is known."""

    transport: Transport
    model: PrinterModel


class BrotherDriver:
    """A ``PrinterDriver``.

    Args:
        connect: opens the way; raises ``TransportError``.
        clock: for time limits.
        limits: how long to wait for what.
        on_close: lets go of what outlives a connection, such as a virtual printer.
    """

    def __init__(
        self,
        connect: Callable[[], Connection],
        *,
        clock: Clock,
        limits: JobLimits | None = None,
        on_close: Callable[[], None] = lambda: None,
    ) -> None:
        self._connect = connect
        self._clock = clock
        self._limits = limits or JobLimits()
        self._on_close = on_close
        self._half_job_inside = False

    def status(self, medium: Medium | None = None) -> PrinterStatus:
        """See ``PrinterDriver.status``; answers within ``JobLimits.status_seconds`` or says NOT_ANSWERING."""
        try:
            with self._connection() as connection:
                return self._ask(connection, medium)
        except TransportError as error:
            state = state_of_error(error)
            return PrinterStatus(state, cause_of_error(error, state))

    def _ask(self, connection: Connection, medium: Medium | None) -> PrinterStatus:
        model = connection.model.name
        if not connection.transport.answers:
            words = "Badges are written to a file, which cannot say what becomes of them."
            return PrinterStatus(PrinterState.READY, words, model=model, confirmed=False)
        job = BrotherJob(connection.transport, connection.model, self._clock, self._limits)
        answer = job.ask(clear_first=self._half_job_inside)
        if answer is None:
            state = PrinterState.NOT_ANSWERING
            return PrinterStatus(state, sentence(state), model=model)
        self._half_job_inside = False
        state = read_state(answer, medium)
        needed = None if medium is None else medium.title
        words = sentence(state, loaded=answer.loaded, needed=needed)
        return PrinterStatus(state, words, model=model, loaded=answer.loaded, needed=needed)

    def print_badge(self, bitmap: BadgeBitmap, medium: Medium) -> PrintOutcome:
        """See ``PrinterDriver.print_badge``.

        A fault that the printer reports is returned at once; silence is given up on after the limits of
        ``JobLimits``, all of them under three seconds (C41). Only moving paper is waited for longer.
        """
        try:
            with self._connection() as connection:
                return self._print(connection, bitmap, medium)
        except EncodingError as error:
            return Failed(PrinterState.ERROR, str(error), may_have_printed=False, needed=medium.title)
        except TransportError as error:
            state = state_of_error(error)
            words = job_sentence(state, may_have_printed=False, because=cause_of_error(error, state))
            return Failed(state, words, may_have_printed=False, needed=medium.title)

    def _print(self, connection: Connection, bitmap: BadgeBitmap, medium: Medium) -> PrintOutcome:
        data = encode(bitmap, medium, connection.model)
        if not connection.transport.answers:
            connection.transport.write(data, self._limits.stall_seconds, self._limits.start_seconds)
            return SentUnconfirmed("The badge was written to a file, which cannot say what becomes of it.")
        job = BrotherJob(connection.transport, connection.model, self._clock, self._limits)
        outcome = job.run(data, bitmap, medium)
        self._half_job_inside = job.half_job_inside
        return outcome

    def close(self) -> None:
        """See ``PrinterDriver.close``."""
        self._on_close()

    @contextlib.contextmanager
    def _connection(self) -> Iterator[Connection]:
        connection = self._connect()
        try:
            yield connection
        finally:
            connection.transport.close()
