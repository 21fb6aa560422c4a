"""The photo: the picture in the arch, and two free choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.presenters.photo import PhotoStage, PhotoState
from kiosk.views.buttons import Face, Kind
from kiosk.views.chrome import Room, ScreenView
from kiosk.views.picture import LivePicture
from kiosk.views.theme import CAPTION

if TYPE_CHECKING:
    from kiosk.presenters.lobby_view import LobbyView


_PRIMARY = {
    PhotoStage.PREVIEW: "photo.take",
    PhotoStage.COUNTING: "photo.counting",
    PhotoStage.TAKEN: "photo.use",
    PhotoStage.NO_CAMERA: "photo.decline",
}
_SECONDARY = {
    PhotoStage.PREVIEW: "photo.decline",
    PhotoStage.COUNTING: "photo.stop",
    PhotoStage.TAKEN: "photo.again",
    PhotoStage.NO_CAMERA: "",
}


LEAST_U = 38
"""How high the picture is at least, in portrait: what it says must have a place in it."""


class PhotoView(ScreenView):
    """Consent in words, the preview, take or decline."""

    def compose(self, state: PhotoState) -> None:
        """Portrait stacks picture and words; landscape puts them side by side."""
        u, measure = self.look.u, self.look.measure
        room = self.chrome()
        landscape = measure.landscape
        faces: list[tuple[str, Face, Any]] = [
            (_PRIMARY[state.stage], Face(state.primary, state.primary_icon), self.lobby.photo.primary)
        ]
        if state.secondary:
            secondary = Face(state.secondary, kind=Kind.SECONDARY)
            faces.append((_SECONDARY[state.stage], secondary, self.lobby.photo.secondary))
        if landscape:
            tall = room.height - 3.2 * u
            tall = min(tall, 84 * u)
            wide = tall * 76 / 92
            box = (room.x + room.width - wide, room.top - tall - 0.4 * u, wide, tall)
            room.width -= wide + 4.8 * u
            buttons = self.stack(room, room.bottom + 4.8 * u, faces)
            for button in buttons:
                self.put(button)
            self.open_page(room)
            self.title(room, state.title, state.lead)
            room.top -= self._note(state, room, room.top, "start")
            self.close_page(room.top)
        else:
            buttons = self.foot(room, faces)
            note = self.look.text(state.note, CAPTION, self.look.palette.soft, room.width).height
            above = Room(room.x, room.bottom + LEAST_U * u + note + 3.4 * u, room.width, room.top)
            self.open_page(above)
            self.title(above, state.title, state.lead, small=self.view.display.reach and measure.text_scale > 1)
            self.close_page(above.top)
            room.top = max(above.top, above.bottom)
            tall = min(92 * u, room.height - note - 3.4 * u)
            wide = tall * 76 / 92
            box = (self.center_x - wide / 2, room.top - tall, wide, tall)
            self._note(state, room, box[1] - 2.0 * u, "centre")
        if state.busy:
            buttons[0].wait()
            for other in buttons[1:]:
                other.turn_off()
        self._picture = LivePicture(self.look, box, self.lobby.photo.frame, arch=True, mirrored=True)
        self._picture.advice, self._picture.framed, self._picture.count = state.advice, state.framed, state.count
        self.put(self._picture)

    def _note(self, state: PhotoState, room: Room, top: float, align: str) -> float:
        """Put what happens to the picture, and return how high that is."""
        if not state.note:
            return 0.0
        note = self.look.text(state.note, CAPTION, self.look.palette.soft, room.width)
        return self.label(note, room.x, top, room.width, align)

    def refresh(self, view: LobbyView) -> bool:
        """Build anew only when the stage changes; the picture moves by itself, and what it says changes on it."""
        if not self.same_but_state(view) or _shape(view.state) != _shape(self.view.state):
            return False
        self.view = view
        self._picture.say(view.state.advice, framed=view.state.framed, count=view.state.count)
        return True

    def tick(self) -> None:
        """Show the newest picture."""
        self._picture.pull()


def _shape(state: PhotoState) -> tuple[PhotoStage, bool]:
    return state.stage, state.busy
