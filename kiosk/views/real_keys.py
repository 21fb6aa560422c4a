"""A real keyboard, or a keypad with arrows, at the kiosk: types into the field in use, and goes from act to act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.views.differences import choices_of
from kiosk.views.field import Field
from kiosk.views.typists import typist_of, way_to_next_field

if TYPE_CHECKING:
    from kiosk.views.stage import Stage
    from kiosk.views.typists import Typist


class RealKeys:
    """What each key does on the present screen. As with touches, none acts on a screen that has only just come."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._lobby = stage.lobby

    def arrow(self, step: int, *, across: bool) -> None:
        """Go to the next act on the screen, or the one before. Arrows across move the cursor of what was typed, as long
        as no act has the ring.
        """
        stage = self._stage
        self._lobby.touched()
        typist = self._typist() if across and stage.focus.ring is None else None
        if typist is not None and typist.move(step):
            return
        if stage.drawn is not None:
            back = across and stage.drawn.direction == "rtl"
            stage.focus.move(*stage.uppermost(stage.drawn), -step if back else step)
            stage.put_ring()

    def type(self, text: str) -> None:
        """Type characters into the field in use."""
        typist = self._typist()
        if typist is not None:
            self._lobby.touched()
            typist.type(text)

    def press(self, key: str) -> None:
        """Press *delete*, *next* or *tab*. Where arrows went, *next* acts there; else it does what the key of the
        screen's keyboard does. *Tab* goes to the next field, or on as an arrow does, and acts nowhere.
        """
        typist = self._typist()
        if key == "tab":
            self._tab(typist)
        elif key == "next" and (self._act() or self._stage.is_over):
            return
        elif typist is not None:
            self._lobby.touched()
            typist.press(key)

    def escape(self) -> None:
        """Close a sheet that can be closed; nothing else is left by a key."""
        stage = self._stage
        if stage.drawn is not None and "close" in choices_of(stage.drawn) and not stage.is_over:
            self._lobby.touched()
            self._lobby.choose("close")

    def _act(self) -> bool:
        """Do what the arrows went to; returns whether they went anywhere."""
        stage = self._stage
        if stage.focus.ring is None or stage.drawn is None:
            return False
        self._lobby.touched()
        if stage.is_over:
            return True
        pressed = stage.focus.press(stage.uppermost(stage.drawn)[0])
        if isinstance(pressed, Field):
            stage.leave_arrows()  # there one types, and *Enter* leads on
        return pressed is not None

    def _tab(self, typist: Typist | None) -> None:
        stage = self._stage
        if typist is not None and stage.focus.ring is None and stage.drawn is not None:
            go_on = way_to_next_field(self._lobby)
            if go_on is not None:
                self._lobby.touched()
                go_on()
                return
            stage.focus.stand_on_field(*stage.uppermost(stage.drawn))
        self.arrow(1, across=False)

    def _typist(self) -> Typist | None:
        return typist_of(self._lobby) if self._lobby.view().sheet is None else None
