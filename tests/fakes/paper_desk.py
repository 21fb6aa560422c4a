"""A paper desk in memory: pages come out when a test says so."""

from dataclasses import dataclass, field

from kiosk.flows.printing.paper_desk import DrawPages
from kiosk.ports import BadgeState, BadgeTrouble, PagesProgress
from printers.bitmap import BadgeBitmap
from printers.errors import PrinterError
from printers.media import Medium, medium


@dataclass
class FakePaperDesk:
    """``paper``: what is in its printer, None where there is none. ``trouble``: why nothing comes out."""

    paper: Medium | None = field(default_factory=lambda: medium("62x100"))
    trouble: BadgeTrouble | None = None
    out: list[BadgeBitmap] = field(default_factory=list)
    _asked: dict[int, DrawPages] = field(default_factory=dict)
    _told: dict[int, PagesProgress] = field(default_factory=dict)

    def print_pages(self, draw: DrawPages) -> int | None:
        if self.paper is None:
            return None
        ticket = len(self._told) + 1
        self._asked[ticket] = draw
        self._told[ticket] = PagesProgress(BadgeState.QUEUED)
        return ticket

    def pages_progress(self, ticket: int) -> PagesProgress | None:
        return self._told.get(ticket)

    def drop_pages(self, ticket: int) -> None:
        if self._asked.pop(ticket, None) is not None:
            self._told[ticket] = PagesProgress(BadgeState.FAILED, dropped=True)

    def work(self) -> None:
        """Print all that waits, or find that it cannot be done."""
        for ticket, draw in list(self._asked.items()):
            if self.trouble is not None or self.paper is None:
                self._told[ticket] = PagesProgress(BadgeState.FAILED, trouble=self.trouble)
                continue
            try:
                pages = list(draw(self.paper))
            except PrinterError:
                self.drop_pages(ticket)
                continue
            del self._asked[ticket]
            self.out += pages
            self._told[ticket] = PagesProgress(BadgeState.PRINTED, len(pages), len(pages))
