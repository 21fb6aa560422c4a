"""How this kiosk is: a row for each part, and one act."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.presenters.device import DeviceRow, DeviceState, Standing
from kiosk.views import shapes
from kiosk.views.buttons import Face, Kind
from kiosk.views.chrome import ScreenView
from kiosk.views.parts import Part
from kiosk.views.scroll import RowList, RowPlan
from kiosk.views.theme import LABEL_PLAIN, Style

if TYPE_CHECKING:
    from kiosk.presenters.lobby_view import LobbyView
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box
    from kiosk.views.text import TextBlock

NAME = Style("Inter-600", 3.3, 1.25)
SIDES_U, GAP_U, DASH_U = 24.0, 1.6, 0.5


class DeviceView(ScreenView):
    """Rows that scroll, a test badge, and the way to start anew."""

    def compose(self, state: DeviceState) -> None:
        """Lay title, rows and foot out."""
        room = self.chrome()
        if not self.look.measure.compact:
            self.title(room, state.title, state.lead, small=self.look.measure.landscape)
        acts = [("device.restart", Face(state.restart, "restart", Kind.DANGER), self.lobby.device.restart)]
        if state.test:
            acts.insert(0, ("device.test", Face(state.test, "printer-outline"), self.lobby.device.test))
        self.foot(room, acts)
        box = (room.x, room.bottom, room.width + 2.4 * self.look.u, room.height)
        self._wide = room.width
        self._list = RowList(self.look, box, self._plans(state))
        self.put(self._list)

    def _plans(self, state: DeviceState) -> list[RowPlan]:
        return [RowPlan(self._height(row), self._make(row)) for row in state.rows]

    def _height(self, row: DeviceRow) -> float:
        u = self.look.u
        title, second = _blocks(self.look, row, self._wide)
        return max(13.2 * u, title.height + second.height + 4.0 * u) + GAP_U * u

    def _make(self, row: DeviceRow) -> Callable[[Box], Part]:
        return lambda box: DeviceRowView(
            self.look, (box[0], box[1] + GAP_U * self.look.u, self._wide, box[3] - GAP_U * self.look.u), row
        )

    def refresh(self, view: LobbyView) -> bool:
        """Show what has changed without losing the place."""
        state, before = view.state, self.view.state
        if not self.same_but_state(view) or (state.lead, state.test) != (before.lead, before.test):
            return False
        if view.state.rows != self.view.state.rows:
            self._list.set_rows(self._plans(view.state))
        self.view = view
        return True


def _blocks(look: Look, row: DeviceRow, wide: float) -> tuple[TextBlock, TextBlock]:
    p, room = look.palette, wide - SIDES_U * look.u
    return look.text(row.title, NAME, p.ink, room, 3), look.text(row.second, LABEL_PLAIN, p.soft, room)


class DeviceRowView(Part):
    """One part of the kiosk: what it is, how it is, and the same by a sign at the end."""

    def __init__(self, look: Look, box: Box, row: DeviceRow) -> None:
        self._row = row
        super().__init__(look, box)

    def paint(self) -> None:
        """Draw card, disc, words and sign."""
        p, u = self.look.palette, self.look.u
        self.card()
        ground, colour, sign = {
            Standing.GOOD: (p.moss_tint, p.moss, "check"),
            Standing.WAITING: (p.ochre_tint, p.ochre, "clock-outline"),
            Standing.WRONG: (p.brick_tint, p.brick, "alert-circle-outline"),
            Standing.LEFT_OUT: (p.chalk, p.soft, ""),
        }[self._row.standing]
        centre = (self.x + 7.2 * u, self.center_y)
        shapes.disc(self.ink, centre, 8 * u, ground)
        self.icon(self._row.icon, 4.4 * u, centre, colour)
        title, second = _blocks(self.look, self._row, float(self.width))
        top = self.center_y + (title.height + second.height) / 2
        self.write(title, self.x + 14 * u, top, title.width + 1)
        self.write(second, self.x + 14 * u, top - title.height, second.width + 1)
        if sign:
            self.icon(sign, 4.4 * u, (self.right - 5.6 * u, self.center_y), colour)
        else:
            dash = (self.right - 7.0 * u, self.center_y - DASH_U * u / 2, 2.8 * u, DASH_U * u)
            shapes.rounded(self.ink, dash, colour, DASH_U * u / 2)
