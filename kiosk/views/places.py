"""From where on things are shown that are dragged, kept while a screen or a sheet is built anew."""

from collections.abc import Sequence

from kiosk.views.parts import Part, parts_of
from kiosk.views.sliding import Sliding


def places_in(root: Part) -> list[float]:
    """Return from where on each thing that is dragged is shown, in pixels below its beginning."""
    return [part.offset for part in parts_of(root) if isinstance(part, Sliding)]


def go_on_from(root: Part, places: Sequence[float]) -> None:
    """Show them from there; what was brought into sight meanwhile stays so."""
    sliding = [part for part in parts_of(root) if isinstance(part, Sliding)]
    for part, place in zip(sliding, places, strict=False):
        if not part.offset:
            part.go_on_from(place)
