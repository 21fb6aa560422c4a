"""The port for pages that are no badge, such as the evacuation list: printed before all badges.

>>> ticket = paper.print_pages(lambda medium: list_pages(people, medium))  # doctest: +SKIP
>>> paper.pages_progress(ticket)  # doctest: +SKIP
PagesProgress(state=<BadgeState.PRINTING: 'printing'>, printed=1, total=3, trouble=None, printer='', dropped=False)
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from kiosk.ports import PagesProgress
from printers.bitmap import BadgeBitmap
from printers.paper import Medium

DrawPages = Callable[[Medium], Sequence[BadgeBitmap]]
"""Draws all pages, in order, for the paper that is in the printer that takes them."""


class PaperDesk(Protocol):
    """Prints pages. Every call returns at once; none touches the disk.

    Of pages one too many does no harm and one too few does, unlike of badges: a page that may have come out is printed
    again. They are in memory alone: after a restart they must be asked for again.
    """

    def print_pages(self, draw: DrawPages) -> int | None:
        """Queue pages before all badges, and return a ticket for asking after them; None where there is no printer.

        ``draw`` is called on a printer's thread when that has taken the pages, and again where another printer with
        other paper has to begin anew. It may raise ``PrinterError``: then they are dropped.
        """

    def pages_progress(self, ticket: int) -> PagesProgress | None:
        """Return how they are getting on, or None for a ticket that is not known any more."""

    def drop_pages(self, ticket: int) -> None:
        """Let go of what is not printed yet."""
