"""The driver of every family: a connection for each call, and the family's dialogue over it.

The connection is made anew for each call, so that a printer that was unplugged and plugged in again just works.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from printers.bitmap import BadgeBitmap
from printers.clock import Clock
from printers.dialogues.port import Dialogue, EncodedJob, JobLimits, Link, Memory
from printers.dialogues.words import broken, cause_of_error, state_of_error
from printers.driver import Failed, PrinterState, PrinterStatus, PrintOutcome, SentUnconfirmed
from printers.errors import EncodingError, TransportError
from printers.families.family import Family
from printers.hardware import PrinterModel
from printers.job import JobOptions
from printers.paper import Medium
from printers.transports.port import Transport

_A_FILE = "Badges are written to a file, which cannot say what becomes of them."


@dataclass(frozen=True)
class Connection:
    """An open way to a printer whose model is known.

    Attributes:
        silence: why nothing will be heard on this way, None where the printer answers.
        shared: whether other computers print there too.
    """

    transport: Transport
    model: PrinterModel
    family: Family[Any]
    silence: str | None = None
    shared: bool = False


class ConnectedDriver:
    """A ``PrinterDriver``.

    Args:
        connect: opens the way; raises ``TransportError``.
        clock: for time limits.
        limits: how long to wait for what.
        options: wishes for every job.
        on_close: lets go of what outlives a connection, such as a virtual printer.
    """

    def __init__(
        self,
        connect: Callable[[], Connection],
        *,
        clock: Clock,
        limits: JobLimits | None = None,
        options: JobOptions | None = None,
        on_close: Callable[[], None] = lambda: None,
    ) -> None:
        self._connect = connect
        self._clock = clock
        self._limits = limits or JobLimits()
        self._options = options or JobOptions()
        self._on_close = on_close
        self._memory = Memory()

    def status(self, medium: Medium | None = None) -> PrinterStatus:
        """See ``PrinterDriver.status``; answers within ``JobLimits.status_seconds`` or says NOT_ANSWERING."""
        try:
            with self._connection() as connection:
                if medium is not None and not connection.model.takes(medium):
                    return _takes_none(connection.model, medium)
                dialogue = self._dialogue(connection)
                if dialogue is not None:
                    return dialogue.status(medium)
                words = connection.silence or _A_FILE
                return PrinterStatus(PrinterState.READY, words, model=connection.model.name, confirmed=False)
        except TransportError as error:
            state = state_of_error(error)
            return PrinterStatus(state, cause_of_error(error, state))

    def print_badge(self, bitmap: BadgeBitmap, medium: Medium) -> PrintOutcome:
        """See ``PrinterDriver.print_badge``.

        A fault that the printer reports is returned at once; silence is given up on after the limits of
        ``JobLimits``, all of them under three seconds (C41). Only moving paper is waited for longer.
        """
        try:
            with self._connection() as connection:
                data = connection.family.job(bitmap, medium, connection.model, self._options)
                dialogue = self._dialogue(connection)
                if dialogue is not None:
                    return dialogue.run(EncodedJob(data, medium.height_dots or bitmap.height, medium))
                return self._send_unheard(connection, data, medium)
        except EncodingError as error:
            return Failed(PrinterState.ERROR, str(error), may_have_printed=False, needed=medium.title)
        except TransportError as error:
            return broken(error, medium.title, may_have_printed=False)

    def _send_unheard(self, connection: Connection, data: bytes, medium: Medium) -> PrintOutcome:
        """Hand a job over where nothing answers; after half of one, what makes the printer forget it goes first."""
        family, clear = connection.family, connection.family.clear
        before = clear(connection.model) if clear is not None and self._memory.half_job_inside else b""
        size = len(before) + len(data)
        try:
            connection.transport.write(before + data, self._limits.stall_seconds, self._limits.start_seconds)
        except TransportError as error:
            self._memory.half_job_inside = self._memory.half_job_inside or error.may_have_begun
            return broken(error, medium.title, may_have_printed=family.may_have_printed(size, error))
        self._memory.half_job_inside = False
        return SentUnconfirmed(connection.silence or _A_FILE)

    def close(self) -> None:
        """See ``PrinterDriver.close``."""
        self._on_close()

    def _dialogue(self, connection: Connection) -> Dialogue | None:
        make = connection.family.dialogue
        if make is None or connection.silence is not None or not connection.transport.answers:
            return None
        self._memory.shared = connection.shared
        return make(Link(connection.transport, self._clock, self._limits), connection.model, self._memory)

    @contextlib.contextmanager
    def _connection(self) -> Iterator[Connection]:
        connection = self._connect()
        try:
            yield connection
        finally:
            connection.transport.close()


def _takes_none(model: PrinterModel, medium: Medium) -> PrinterStatus:
    """The settings name labels of another family: no roll mends that."""
    takes = ", ".join(paper.name for paper in model.media)
    words = f"A {model.name} takes no {medium.name}. Name a medium that it takes: {takes}."
    return PrinterStatus(PrinterState.WRONG_MEDIA, words, model=model.name, needed=medium.title)
