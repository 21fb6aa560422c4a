"""Those who draw what is printed, made when the first of it is to be drawn."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.composition.station import Station
    from kiosk.flows.printing.badge_artist import BadgeArtist
    from kiosk.flows.printing.badge_job import BadgeJob
    from kiosk.flows.printing.badge_tests import DrawTest
    from kiosk.flows.printing.list_artist import ListArtist
    from kiosk.paper.badge_paper.pages import ListPages
    from kiosk.ports import EvacuationList
    from printers.bitmap import BadgeBitmap
    from printers.paper import Medium


class LateArtists:
    """Draws badges, test badges and lists. Any thread may ask; two that come first at once make the same twice.

    All raise ``PrinterError`` where something cannot be laid out.
    """

    def __init__(self, station: Station) -> None:
        self._station = station

    def draw(self, job: BadgeJob, medium: Medium) -> BadgeBitmap:
        """The badge of this job on this medium."""
        return self._badges.draw(job, medium)

    def draw_test(self, printer: str, medium: Medium) -> BadgeBitmap:
        """The test badge of a printer, by its name."""
        return self._tests(printer, medium)

    def draw_list(self, people: EvacuationList, medium: Medium) -> ListPages:
        """The pages of the evacuation list on this medium."""
        return self._lists.draw(people, medium)

    def prepare(self) -> None:
        """Load what drawing takes, before somebody waits for it."""
        _ = self._badges, self._lists

    @cached_property
    def _badges(self) -> BadgeArtist:
        from kiosk.composition.artists import build_artist  # noqa: PLC0415 -- what this class is for

        return build_artist(self._station)

    @cached_property
    def _tests(self) -> DrawTest:
        from kiosk.composition.artists import build_test_drawing  # noqa: PLC0415 -- as above

        return build_test_drawing(self._station, self._badges)

    @cached_property
    def _lists(self) -> ListArtist:
        from kiosk.composition.artists import build_list_artist  # noqa: PLC0415 -- as above

        return build_list_artist(self._station)
