"""What the organisation asks: typed fields above, the keyboard below; one field at a time on a small panel."""

from __future__ import annotations

from kiosk.presenters.fields import FieldsState
from kiosk.views.theme import Measure
from kiosk.views.typing_page import FieldPresenter, TypingPage

ONE_U = 96
LARGE_TEXT = 1.2
FEW, MANY = 2, 4


def fields_that_fit(measure: Measure) -> int:
    """Return how many fields stand over the keyboard: one on a small panel, a row in landscape, fewer where text is
    large.
    """
    if measure.compact:
        return 1
    return FEW if measure.landscape or measure.text_scale > LARGE_TEXT else MANY


class FieldsView(TypingPage):
    """One page of fields."""

    prefix = "fields"

    @property
    def typist(self) -> FieldPresenter:
        """Return the presenter."""
        return self.lobby.fields

    def scan(self) -> None:
        """Go to the camera."""
        self.lobby.fields.scan()

    def compose(self, state: FieldsState) -> None:
        """Lay out for portrait, landscape or the small panel."""
        measure, room = self.look.measure, self.begin(state)
        if measure.compact:
            wide = room.width if measure.text_scale > 1 else min(room.width, ONE_U * self.look.u)
            for focused in (field for field in state.fields if field.focused):
                self.put_one(room, focused, wide)
        elif measure.landscape:
            self.title(room, state.title, small=True)
            self.put_columns(room, state.fields)
        else:
            self.title(room, state.title)
            self.put_stack(room, state.fields)
        self.end(room, state)


class ClaimView(FieldsView):
    """An e-mail address and a short code."""

    prefix = "claim"

    @property
    def typist(self) -> FieldPresenter:
        """Return the presenter."""
        return self.lobby.claim
