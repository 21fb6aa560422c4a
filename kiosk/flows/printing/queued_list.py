"""The evacuation list on badge paper in the lobby: handed to the badges' printers, whichever can, before all badges."""

import threading

from kiosk.flows.printing.list_printing import Draw
from kiosk.flows.printing.paper_desk import PaperDesk
from kiosk.ports import BadgeState, BadgeTrouble, EvacuationList, ListPrint, ListPrintState, PagesProgress


class QueuedList:
    """The kiosk's ``ListPaper`` on a ``PaperDesk``."""

    def __init__(self, desk: PaperDesk, draw: Draw) -> None:
        self._desk = desk
        self._draw = draw
        self._lock = threading.Lock()
        self._ticket: int | None = None
        self._state = ListPrint(ListPrintState.IDLE)

    def begin(self, people: EvacuationList) -> None:
        """Print this list, unless one is being printed."""
        with self._lock:
            if self._look().state in _AT_WORK:
                return
            self._ticket = self._desk.print_pages(lambda medium: self._draw(people, medium))
            here = ListPrintState.NO_PRINTER if self._ticket is None else ListPrintState.PREPARING
            self._state = ListPrint(here)

    def progress(self) -> ListPrint:
        """How it is getting on."""
        with self._lock:
            return self._look()

    def _look(self) -> ListPrint:
        if self._ticket is not None:
            said = self._desk.pages_progress(self._ticket)
            if said is None:  # the desk has forgotten it: what was said last stands
                self._ticket = None
            else:
                self._state = _told(said)
        return self._state


_AT_WORK = (ListPrintState.PREPARING, ListPrintState.PRINTING, ListPrintState.HELD)


def _told(said: PagesProgress) -> ListPrint:
    pages = said.total or 0
    if said.dropped:
        return ListPrint(ListPrintState.GIVEN_UP, said.printed, pages, said.trouble or BadgeTrouble.OTHER)
    if said.state is BadgeState.PRINTED:
        return ListPrint(ListPrintState.PRINTED, said.printed, pages)
    if said.state is BadgeState.FAILED:
        return ListPrint(ListPrintState.HELD, said.printed, pages, said.trouble or BadgeTrouble.OTHER)
    state = ListPrintState.PREPARING if said.total is None else ListPrintState.PRINTING
    return ListPrint(state, said.printed, pages)
