"""What can be said of one printer at a moment: usable, busy with somebody else, in trouble, or lost in a call."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kiosk.ports import BadgeTrouble
from printers.driver import PrinterState

STATUS_SECONDS = 2.9
"""No question to a printer may last longer: then it counts as not answering, before the visitor's three seconds."""
PRINT_SECONDS = 12.0
"""Nor may a badge: two-colour paper takes six seconds to be known as silent."""
BUSY_SECONDS = 1.2
"""How long a printer may serve somebody else before another one takes over."""
PATIENCE_SECONDS = 1.5
"""How long somebody waits at the screen for a printer that may only be busy, until the next failing try: so they are
told within three seconds.
"""
BUSY_PATIENCE_SECONDS = 8.0
"""The same, where it says itself that it is busy: then what will happen is known, and told at once."""
SUSPECT_SECONDS = 15.0
"""How long it may, without a badge that waits, before that is called a trouble."""

_TROUBLE = {
    PrinterState.NO_MEDIA: BadgeTrouble.NO_MEDIA,
    PrinterState.WRONG_MEDIA: BadgeTrouble.WRONG_MEDIA,
    PrinterState.COVER_OPEN: BadgeTrouble.COVER_OPEN,
    PrinterState.CUTTER_JAM: BadgeTrouble.JAM,
    PrinterState.GONE: BadgeTrouble.UNREACHABLE,
    PrinterState.NOT_ANSWERING: BadgeTrouble.UNREACHABLE,
    PrinterState.BUSY: BadgeTrouble.BUSY,
    PrinterState.PRINTING: BadgeTrouble.BUSY,
}
_BUSY = (PrinterState.BUSY, PrinterState.PRINTING)
_PERHAPS_BUSY = (*_BUSY, PrinterState.NOT_ANSWERING, PrinterState.GONE)


def trouble_of(state: PrinterState) -> BadgeTrouble:
    """The trouble that a state is for a visitor."""
    return _TROUBLE.get(state, BadgeTrouble.OTHER)


class PrinterHealth:
    """Written by the printer's own thread, read by all. ``shared``: other computers may print on it, and while they do,
    it refuses, or says nothing at all; only time tells that from a printer that is off.
    """

    def __init__(self, mono: Callable[[], float], *, shared: bool) -> None:
        self._mono = mono
        self._perhaps_busy = _PERHAPS_BUSY if shared else _BUSY
        self._lock = threading.Lock()
        self._trouble: BadgeTrouble | None = None
        self._busy_since: float | None = None
        self._call_ends: float | None = None

    @contextmanager
    def calling(self, seconds: float) -> Iterator[None]:
        """A call to the printer is under way, which should not last longer."""
        self._call_ends = self._mono() + seconds
        try:
            yield
        finally:
            self._call_ends = None

    def see(self, state: PrinterState) -> None:
        """Take note of what the printer was seen to be."""
        busy = state in self._perhaps_busy
        with self._lock:
            if not busy:
                self._busy_since = None
            elif self._busy_since is None:
                self._busy_since = self._mono()
            self._trouble = None if state is PrinterState.READY else trouble_of(state)

    @property
    def busy(self) -> bool:
        """Whether it may be serving somebody else just now."""
        return self._busy_since is not None

    @property
    def trouble(self) -> BadgeTrouble | None:
        """What is wrong with it; None while it is usable, if perhaps busy."""
        if self.lost:
            return BadgeTrouble.UNREACHABLE
        since = self._busy_since
        return self._trouble if since is None or self._mono() - since >= SUSPECT_SECONDS else None

    @property
    def worst(self) -> BadgeTrouble | None:
        """The same, where somebody waits: busy is a trouble, too."""
        return BadgeTrouble.UNREACHABLE if self.lost else self._trouble

    @property
    def yields(self) -> bool:
        """Whether another printer should take over."""
        since = self._busy_since
        if since is None or self.lost:
            return self.trouble is not None
        return self._mono() - since >= BUSY_SECONDS

    @property
    def patience(self) -> float:
        """For how many seconds a badge may wait for it before the visitor is sent to reception."""
        if not self.busy or self.trouble is not None:
            return 0.0
        return BUSY_PATIENCE_SECONDS if self._trouble is BadgeTrouble.BUSY else PATIENCE_SECONDS

    @property
    def lost(self) -> bool:
        """Whether a call to it lasts longer than any may."""
        ends = self._call_ends
        return ends is not None and self._mono() > ends
