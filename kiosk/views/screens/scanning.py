"""A code to the camera, or typed: a badge's to leave, an invitation's to arrive; a licence's, to save some typing."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.navigation import Screen
from kiosk.presenters.scanning import CodePresenter, CodeState, ScanPresenter, ScanState
from kiosk.views import shapes
from kiosk.views.buttons import Face, Kind
from kiosk.views.chrome import Room, ScreenView
from kiosk.views.field import BOX_U, RING_U, Field, Tight, below_height, box_height, label_beside, label_height
from kiosk.views.keyboard import Keyboard, keyboard_height
from kiosk.views.mirror import turned, upright_look
from kiosk.views.parts import Part
from kiosk.views.picture import Brackets, LivePicture
from kiosk.views.theme import BODY, LEAD, Style
from kiosk.views.typing_page import EDGE_U, LOW_BOX_U, upper_edge

if TYPE_CHECKING:
    from kiosk.presenters.lobby_view import LobbyView
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box
    from kiosk.views.text import TextBlock

LICENCE_SHAPE = 0.75
"""Of the picture's width: of a wide code the sides are not to be cut off."""
LEAST_PICTURE_U = 24
"""How high the picture is at least, in portrait."""
MOST_LINES = 12
"""Of why a code did not do it; no refusal is that long."""
LOOKING = Style("Inter-600", 3.2, 1.3)


class ScanView(ScreenView):
    """A dark picture with four corners of light, and one sentence about what is going on."""

    def compose(self, state: ScanState) -> None:
        """Portrait stacks; landscape puts the words beside the picture."""
        u, landscape = self.look.u, self.look.measure.landscape
        room = self.chrome()
        kind = Kind.SECONDARY if state.camera else Kind.PRIMARY
        face = Face(state.type_code, "keyboard-outline", kind)
        buttons = [(f"{self.view.screen.value}.type", face, self._scanner.type_code)]
        if state.otherwise:
            otherwise = Face(state.otherwise, kind=Kind.SECONDARY)
            buttons.append((f"{self.view.screen.value}.otherwise", otherwise, self._scanner.go_otherwise))
        if landscape:
            tall = room.height - 3.2 * u
            wide = min(tall * 1.2, room.width * 0.56)
            if self._is_for_licence:
                tall = min(tall, wide * LICENCE_SHAPE)
            box = (room.x + room.width - wide, room.top - tall, wide, tall)
            room.width -= wide + 4.8 * u
            self._beside(room, buttons)
            self.open_page(room)
            told = self.look.measure.compact and state.problem
            lead = "" if told else state.lead
            needed = self.title_height(state.title, lead, room.width) + self._say_height(state, room.width) + u
            if not told or needed <= room.height:  # what went wrong is read before anything else
                self.title(room, state.title, lead)
            tall = self._say(state, room.x, room.top - 1.0 * u, room.width)
            self.close_page(room.top - tall - 2.0 * u)
        else:
            self.foot(room, buttons)
            box = self._stacked(room, state)
        self._picture = LivePicture(self.look, box, self._scanner.frame, arch=False, mirrored=False)
        self._picture.advice = "" if state.camera else state.sentence
        self.put(self._picture)
        if state.camera:
            self.put(Brackets(self.look, self._corners(box)))

    def _stacked(self, room: Room, state: ScanState) -> Box:
        """Put title and sentence, and return where the picture is to be, between them. Where it would be too low, what
        went wrong stands in place of what was to be done, and at last words scroll above it.
        """
        u = self.look.u
        most = room.width * LICENCE_SHAPE if self._is_for_licence else 104 * u
        said, lead = self._say_height(state, room.width) + 4.4 * u, state.lead
        least = room.height - said - LEAST_PICTURE_U * u
        if state.problem and self.title_height(state.title, lead, room.width) > least:
            lead = ""
        if self.title_height(state.title, lead, room.width) > least:
            high = LEAST_PICTURE_U * u
            page = Room(room.x, room.bottom + high + 2.0 * u, room.width, room.top)
            self.open_page(page)
            self.title(page, state.title, lead)
            self.close_page(page.top - self._say(state, page.x, page.top, page.width) - 1.0 * u)
            return room.x, room.bottom, room.width, high
        self.title(room, state.title, lead)
        tall = min(most, room.height - said)
        self._say(state, room.x, room.top - tall - 2.4 * u, room.width)
        return room.x, room.top - tall, room.width, tall

    def _corners(self, box: Box) -> Box:
        """Where the code is to be held: a square in the middle, for a licence a wide strip that it must nearly fill."""
        x, y, wide, tall = box
        side = min(wide, tall) * 0.5
        across, high = (wide * 0.86, min(wide * 0.36, tall * 0.7)) if self._is_for_licence else (side, side)
        return x + (wide - across) / 2, y + (tall - high) / 2, across, high

    @property
    def _is_for_licence(self) -> bool:
        return self.view.screen is Screen.LICENCE

    def _beside(self, room: Room, buttons: list[tuple[str, Face, Callable[[], None]]]) -> None:
        """Put the acts into the narrow column beside the picture, one above the other."""
        u = self.look.u
        if len(buttons) == 1:
            self.foot(room, buttons)
            return
        edge = 1.6 if self.view.display.reach or self.look.measure.compact else 4.8
        for button in self.stack(room, room.bottom + edge * u, buttons, least_u=9.6):
            self.put(button)

    @property
    def _scanner(self) -> ScanPresenter:
        lobby = self.lobby
        known = {Screen.INVITED: lobby.invited, Screen.LICENCE: lobby.licence}
        return known.get(self.view.screen, lobby.leaving)

    def _say(self, state: ScanState, x: float, top: float, wide: float) -> float:
        """Put the one sentence, and return how high it is."""
        tall = self._say_height(state, wide)
        if state.problem:
            self.put(_Problem(self.look, (x, top - tall, wide, tall), state.problem))
        elif state.camera:
            self.put(_Looking(self.look, (x, top - tall, wide, tall), state.sentence))
        return tall

    def _say_height(self, state: ScanState, wide: float) -> float:
        u = self.look.u
        if state.problem:
            return max(9.6 * u, _told(self.look, state.problem, wide).height + 4 * u)
        if state.camera:
            return max(5 * u, self.look.text(state.sentence, LOOKING, "#000000", wide - 6 * u).height)
        return 0.0

    def refresh(self, view: LobbyView) -> bool:
        """Build anew only when words change; the picture moves by itself."""
        return bool(self.same_but_state(view) and view.state == self.view.state)

    def tick(self) -> None:
        """Show the newest picture."""
        self._picture.pull()


class _Looking(Part):
    """What is going on."""

    def __init__(self, look: Look, box: Box, sentence: str) -> None:
        self._sentence = sentence
        super().__init__(look, box)

    def paint(self) -> None:
        """Draw icon and sentence, in the middle in portrait."""
        p, u = self.look.palette, self.look.u
        block = self.look.text(self._sentence, LOOKING, p.ink, self.width - 6 * u)
        wide = block.width + 6 * u
        x = self.x + (0 if self.look.measure.landscape else (self.width - wide) / 2)
        self.icon("qrcode-scan", 4.4 * u, (x + 2.2 * u, self.center_y), p.pine)
        self.write(block, x + 6 * u, self.center_y + block.height / 2, block.width + 1)


def _told(look: Look, sentence: str, wide: float, colour: str = "#000000") -> TextBlock:
    """Lay out why a code did not do it: a command that is in it (lodge-kiosk salvage) is read letter by letter."""
    return look.fitted(sentence, BODY, colour, wide - 13 * look.u, MOST_LINES)


class _Problem(Part):
    """Why a code did not do it: attention, not alarm."""

    def __init__(self, look: Look, box: Box, sentence: str) -> None:
        self._sentence = sentence
        super().__init__(look, box)

    def paint(self) -> None:
        """Draw a quiet banner."""
        p, u = self.look.palette, self.look.u
        block = _told(self.look, self._sentence, self.width, p.on_tint)
        box = self.box
        if p.outlined:
            shapes.outlined(self.ink, box, p.ochre_tint, p.ochre, 1.8 * u, 0.3 * u)
        else:
            shapes.rounded(self.ink, box, p.ochre_tint, 1.8 * u)
        self.icon("alert-circle-outline", 4.4 * u, (self.x + 5.4 * u, self.center_y), p.ochre)
        self.write(block, self.x + 10 * u, self.center_y + block.height / 2, self.width - 13 * u)


class CodeView(ScreenView):
    """Eight characters and a keyboard."""

    def compose(self, state: CodeState) -> None:
        """Lay the field above the keyboard."""
        u, measure = self.look.u, self.look.measure
        room = self.chrome(typing=True)
        tall = keyboard_height(self.look, state.keyboard)
        lowest = room.bottom
        room.bottom += tall
        page = self.open_page(room)
        if not measure.compact:
            self._explain(room, state)
        wide = room.width * (0.6 if measure.landscape and not (measure.compact and measure.text_scale > 1) else 1.0)
        high, above, beside = box_height(self.look, BOX_U), label_height(self.look), 0.0
        beneath = below_height(self.look, state.problem, wide) + RING_U * u
        if measure.compact and above + high + beneath > room.height:
            low = box_height(self.look, LOW_BOX_U, tight=True)
            beside = label_beside(self.look, (state.label, ""), wide, low)
            above, high = (RING_U * u, low) if beside else (above, high)
        most = room.height - above - high - EDGE_U * u if measure.compact else math.inf
        box = (room.x + beside, room.top - above - high, wide - beside, high)
        self._field = Field(
            self.look, box, "code.entry", state.label, "", lambda _cursor: None, tight=Tight(beside, most)
        )
        self._field.show(state.entry, focused=True, error=state.problem)
        self.put(self._field)
        least = 0.0 if beside else 5.0 * u
        edge = (EDGE_U if state.problem else RING_U) * u
        ends = box[1] - max(least, below_height(self.look, state.problem, wide, most)) - edge
        self.close_page(ends)
        page.reveal(ends, upper_edge(self.look, self._field, page.height, ends))
        code = self._code
        self._board = Keyboard(upright_look(self.look), (self.x, lowest, self.width, tall), code.press, code.type)
        self.add_widget(turned(self.look, self._board))
        self._board.show(state.keyboard)

    def _explain(self, room: Room, state: CodeState) -> None:
        """Put title and lead; where the field leaves them no place above the keys, the lead alone."""
        u, look = self.look.u, self.look
        needed = label_height(look) + box_height(look, BOX_U) + RING_U * u
        needed += max(5.0 * u, below_height(look, state.problem, room.width))
        if not look.measure.narrow or self.title_height(state.title, state.lead, room.width) + needed <= room.height:
            self.title(room, state.title, state.lead, small=look.measure.landscape)
            return
        lead = look.text(state.lead, LEAD, look.palette.soft, room.width)
        if lead.height + 1.6 * u + needed <= room.height:
            room.top -= self.label(lead, room.x, room.top, room.width) + 1.6 * u

    @property
    def _code(self) -> CodePresenter:
        lobby = self.lobby
        return lobby.invited_code if self.view.screen is Screen.INVITED_CODE else lobby.code

    def refresh(self, view: LobbyView) -> bool:
        """Show letters at once."""
        if not self.same_but_state(view) or view.state.problem != self.view.state.problem:
            return False
        self.view = view
        self._field.show(view.state.entry, focused=True, error=view.state.problem)
        self._board.show(view.state.keyboard)
        return True
