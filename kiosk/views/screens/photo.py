"""The photo: the picture in the arch, and two free choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.presenters.photo import PhotoStage, PhotoState
from kiosk.views.buttons import Face, Kind, button_height
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
RATIO, BESIDE_U, SHARES = 76 / 92, 4.8, (1.0, 0.95, 0.9, 0.85, 0.8, 0.75)
"""Of the picture: width to height; beside it; and how large it is at least beside words, of what it could be."""


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
            tall = self._tall_beside(state, room, faces)
            wide = tall * RATIO
            box = (room.x + room.width - wide, room.top - tall - 0.4 * u, wide, tall)
            room.width -= wide + BESIDE_U * u
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
            wide = tall * RATIO
            box = (self.center_x - wide / 2, room.top - tall, wide, tall)
            self._note(state, room, box[1] - 2.0 * u, "centre")
        if state.busy:
            buttons[0].wait()
            for other in buttons[1:]:
                other.turn_off()
        self._picture = LivePicture(self.look, box, self.lobby.photo.frame, arch=True, mirrored=True)
        self._picture.advice, self._picture.framed, self._picture.count = state.advice, state.framed, state.count
        self.put(self._picture)

    def _tall_beside(self, state: PhotoState, room: Room, faces: list[tuple[str, Face, Any]]) -> float:
        """How high the picture is beside the words, in pixels: what they need it gives up, as far as it can."""
        u = self.look.u
        most = min(room.height - 3.2 * u, 84 * u)
        line = self.look.measure.size(CAPTION) * CAPTION.leading  # kept free while there is no note: the picture stays
        for share in SHARES:
            wide = room.width - most * share * RATIO - BESIDE_U * u
            note = self.look.text(state.note, CAPTION, self.look.palette.soft, wide).height if state.note else line
            buttons = sum(button_height(self.look, face, wide) + 2 * u for _, face, _ in faces) + 4.8 * u
            if self.title_height(state.title, state.lead, wide) + note + buttons <= room.height:
                break
        return most * share

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
