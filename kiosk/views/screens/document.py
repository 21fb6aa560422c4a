"""The text to agree to: a card that scrolls, a foot that says how far one is, the pad to sign on, and the answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kiosk.presenters.document import CopyOffer, DocumentState, PadState
from kiosk.presenters.sheets import Sheet
from kiosk.views import shapes
from kiosk.views.buttons import Button, Face, Kind, Toggle, pill_width, toggle_height
from kiosk.views.chrome import Room, ScreenView
from kiosk.views.mirror import turned, upright_look
from kiosk.views.pad import SigningPadView
from kiosk.views.parts import Label, Part
from kiosk.views.scroll import RowList, RowPlan
from kiosk.views.theme import CAPTION, LABEL, PILL, READING, Style
from sync.visual_order import runs_right_to_left

if TYPE_CHECKING:
    from kiosk.presenters.lobby_view import LobbyView
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box
    from kiosk.views.text import TextBlock

NAME = Style("Inter-600", 3.4, 1.2)
PAD_U = 32
PAD_WIDE = 0.42
"""Of the room, where the pad stands beside the card."""
OFFER_U = 9.6
CARD_U = 30
"""How much of the card, or of the pad, stays in sight beside the offer of a copy; more where text is large."""
_SENT = "file-pdf-box"


class DocumentView(ScreenView):
    """A card with the document, what a copy is asked for with, and two buttons."""

    def compose(self, state: DocumentState) -> None:
        """Lay out: title, card, buttons."""
        u = self.look.u
        room = self.chrome()
        landscape = self.look.measure.landscape
        # Lower down and large, with a pad: the text would have no line in sight beneath a title and its own name.
        reach, large, compact = self.view.display.reach, self.look.measure.text_scale > 1, self.look.measure.compact
        signed = not landscape and state.pad is not None
        self._cramped = (large and (compact or (reach and signed))) or (signed and self.look.measure.narrow)
        if not self.look.measure.compact and not self._cramped:
            self.title(room, state.title, small=landscape)
        faces: list[tuple[str, Face, Any]] = [("document.agree", Face(state.agree), self._agree)]
        if state.decline:
            decline = Face(state.decline, kind=Kind.SECONDARY)
            faces.append(("document.decline", decline, lambda: self.lobby.ask(Sheet.DECLINE)))
        self._agree_button = self.foot(room, faces)[0]
        room.bottom += 1.6 * u
        self._offer = self._put_offer(room, state, beside=landscape and state.pad is not None)
        card = self._sign(room, state.pad) if state.pad else (room.x, room.bottom, room.width, room.height)
        self.put(_Card(self.look, card))
        head = self._head(state, card)
        foot = max(8.4 * u, self.look.measure.size(LABEL) * LABEL.leading + 3.2 * u) if state.foot else 0.0
        self._foot = DocumentFoot(self.look, (card[0], card[1], card[2], foot), state)
        text = (card[0] + 4 * u, card[1] + foot + 0.6 * u, card[2] - 6.4 * u, card[3] - head - foot - 1.2 * u)
        self._list = RowList(self.look, text, self._plans(state, text[2] - 3 * u))
        self._list.on_end = self.if_here(self.lobby.document.reached_end)
        self.put(self._list)
        self.put(self._foot)
        if self._list.furthest <= 0:
            self._list.on_end()

    def _put_offer(self, room: Room, state: DocumentState, *, beside: bool) -> Toggle | None:
        """Put the switch for a copy above the buttons: across, or ``beside`` the card, beneath the pad. Where too few
        lines of the text would stay in sight, it stands at the text's end (``_plans``).
        """
        if state.copy is None:
            return None
        u = self.look.u
        wide = room.width * PAD_WIDE if beside else room.width
        high = self._offer_height(state.copy, wide)
        left = room.height - high
        if not beside:
            left -= min(PAD_U * u, left * 0.4) + 12 * u if state.pad else 0.0
        if left < CARD_U * u * self.look.measure.text_scale:
            return None
        switch = self._offer_in(state.copy, (room.x + room.width - wide, room.bottom, wide, high))
        self.put(switch)
        if not beside:
            room.bottom += high + 1.6 * u
        return switch

    def _offer_height(self, offer: CopyOffer, wide: float) -> float:
        return toggle_height(self.look, Face(offer.label, _SENT), offer.hint, wide, OFFER_U)

    def _offer_in(self, offer: CopyOffer, box: Box) -> Toggle:
        act = self.if_here(self.lobby.document.toggle_copy)
        face = Face(offer.label, _SENT, spoken=offer.spoken)
        return Toggle(self.look, box, "document.copy", face, act, on=offer.wanted, hint=offer.hint)

    def _offer_row(self, box: Box) -> Part:
        beneath = 1.6 * self.look.u
        inside = (box[0], box[1] + beneath, box[2], box[3] - beneath)
        self._offer = self._offer_in(self.view.state.copy, inside)
        return self._offer

    def _show_offer(self, state: CopyOffer | None) -> None:
        if self._offer is not None and state is not None:
            self._offer.on = state.wanted
            self._offer.repaint()

    def _sign(self, room: Room, state: PadState) -> Box:
        """Put the pad, beneath the card or beside it, and return what is left for the card."""
        u, landscape = self.look.u, self.look.measure.landscape
        clear = Face(state.clear, "refresh", Kind.QUIET, PILL)
        act = pill_width(self.look, clear) - 2.4 * u
        wide = room.width * PAD_WIDE if landscape else room.width
        label = self.look.fitted(state.label, LABEL, self.look.palette.ink, wide - act, 2)
        high = max(8.0 * u, label.height)
        line = high + 0.4 * u
        if landscape:
            offer = self._offer.height + 1.6 * u if self._offer is not None else 0.0
            tall = min(room.height - line - offer, wide * 0.6)
            box = (room.x + room.width - wide, room.top - line - tall, wide, tall)
            card = (room.x, room.bottom, room.width - wide - 3.2 * u, room.height)
        else:
            pad = min(PAD_U * u, room.height * 0.4)
            box = (room.x, room.bottom + 1.6 * u, room.width, pad)
            bottom = box[1] + box[3] + line + 1.2 * u
            card = (room.x, bottom, room.width, room.top - bottom)
        above = (box[0] + box[2] - act, box[1] + box[3] + 0.4 * u + (high - 8.0 * u) / 2, act, 8.0 * u)
        self.label(label, box[0], box[1] + box[3] + 0.4 * u + (high + label.height) / 2, box[2] - act)
        self.put(Button(self.look, above, "document.clear", clear, self.if_here(self.lobby.document.clear)))
        document = self.lobby.document
        document.fit_pad(box[3] / box[2])
        self._pad = SigningPadView(upright_look(self.look), box, state, document.strokes, self.if_here(document.draw))
        self.add_widget(turned(self.look, self._pad))
        return card

    def _head(self, state: DocumentState, card: Box) -> float:
        u, p = self.look.u, self.look.palette
        if not state.name or self._cramped:
            return 2.4 * u
        name = self.look.text(state.name, NAME, p.ink, card[2] - 8 * u, 2)
        version = self.look.text(state.version, CAPTION, p.soft, card[2] - 8 * u)
        top = card[1] + card[3] - 2.6 * u
        self.label(name, card[0] + 4 * u, top, card[2] - 8 * u)
        self.label(version, card[0] + 4 * u, top - name.height - 0.3 * u, card[2] - 8 * u)
        tall = name.height + version.height + 5.0 * u
        self.put(_Rule(self.look, (card[0], card[1] + card[3] - tall, card[2], 0.2 * u)))
        return tall

    def _plans(self, state: DocumentState, wide: float) -> list[RowPlan]:
        u, p, plain = self.look.u, self.look.palette, [(paragraph, READING) for paragraph in state.paragraphs]
        wide = min(wide, 108 * u)
        named = [(state.name, NAME), (state.version, CAPTION)] if self._cramped else []
        blocks = [
            self._own(text).text(text, style, p.soft if style is CAPTION else p.ink, wide)
            for text, style in named + plain
        ]
        plans = [RowPlan(block.height + 1.8 * u, self._row(block, wide)) for block in blocks]
        if state.copy is not None and self._offer is None:
            plans.append(RowPlan(self._offer_height(state.copy, wide + 3 * u) + 1.6 * u, self._offer_row))
        return [RowPlan(1.6 * u, lambda box: Part(self.look, box)), *plans]

    def _own(self, text: str) -> Look:
        """A text in the language of whoever wrote it runs as its first letter does, whatever else is in it."""
        return replace(self.look, mirrored=runs_right_to_left(text))

    def _row(self, block: TextBlock, wide: float) -> Callable[[Box], Part]:
        """A paragraph begins where its own language does: an English one at the left of an Arabic screen too."""
        align = "start" if block.right_to_left == self.look.mirrored else "end"
        return lambda box: Label(self.look, block, (box[0], box[1], wide, box[3]), align)

    def _agree(self) -> None:
        """Agree, or read on while the end has not been seen."""
        if not self.lobby.document.agree():
            self._list.page()

    def refresh(self, view: LobbyView) -> bool:
        """Show that the end was reached, without moving the text."""
        if not self.same_but_state(view):
            return False
        self.view = view
        self._agree_button.face = Face(view.state.agree)
        self._agree_button.repaint()
        self._foot.show(view.state)
        self._show_offer(view.state.copy)
        if view.state.pad is not None:
            self._pad.show(view.state.pad, self.lobby.document.strokes)
        return True


class _Card(Part):
    """The paper on which the document stands."""

    def paint(self) -> None:
        """Draw it."""
        self.card()


class _Rule(Part):
    """A line across the card."""

    def paint(self) -> None:
        """Draw it."""
        shapes.fill(self.ink, (self.x, self.y, self.width, max(1.0, self.height)), self.look.palette.line)


class DocumentFoot(Part):
    """Says whether there is more to read."""

    def __init__(self, look: Look, box: Box, state: DocumentState) -> None:
        self._state = state
        super().__init__(look, box)

    def show(self, state: DocumentState) -> None:
        """Show another state."""
        self._state = state
        self.repaint()

    def paint(self) -> None:
        """Draw a rule, an icon and the sentence."""
        if not self._state.foot:
            return
        p, u, end = self.look.palette, self.look.u, self._state.at_end
        shapes.fill(self.ink, (self.x, self.top, self.width, max(1.0, 0.2 * u)), p.line)
        colour = p.moss if end else p.soft
        block = self.look.fitted(self._state.foot, LABEL, colour, self.width - 14 * u)
        x = self.center_x - (block.width + 4.6 * u) / 2
        self.icon("check" if end else "chevron-down", 3.6 * u, (x + 1.8 * u, self.center_y), colour)
        self.write(block, x + 4.6 * u, self.center_y + block.height / 2, block.width + 1)
