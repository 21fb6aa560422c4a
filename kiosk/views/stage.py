"""The root of the window: shows the lobby's present view and turns every touch into at most one act."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kivy.clock import Clock
from kivy.uix.widget import Widget

from kiosk.navigation import Screen
from kiosk.views.accent import with_accent
from kiosk.views.buttons import Toggle
from kiosk.views.differences import choices_of, shown_for, way_between
from kiosk.views.entrance import APPEARING, RISING, Way, entering
from kiosk.views.field import Field
from kiosk.views.focus import Focus
from kiosk.views.keyboard import Keyboard
from kiosk.views.mirror import turned
from kiosk.views.parts import Ground, Look, Part, Target, parts_of
from kiosk.views.scene import Scene
from kiosk.views.screens import SCREENS
from kiosk.views.screens.fields import fields_that_fit
from kiosk.views.sheet import SheetView
from kiosk.views.theme import PALETTES, Measure
from kiosk.views.toast import ToastView
from kiosk.views.typists import typist_of
from kiosk.views.untyped import Touch
from kiosk.words.wholes import bare

if TYPE_CHECKING:
    from kiosk.presenters.lobby import Lobby
    from kiosk.presenters.lobby_view import LobbyView
    from kiosk.views.chrome import ScreenView
    from kiosk.views.typists import Typist

SETTLE_SECONDS = 0.4
PALM = 3
REACH = 138 / 108
"""Of a tall window's width: so much of its height is used within reach, at the same unit."""
REACH_SHARE = 0.72
SCENE_FLOOR = 12.0


class Stage(Widget):  # type: ignore[misc]  # Kivy carries no types
    """Owns one screen view and at most one sheet. A screen is built anew only while no finger is down."""

    def __init__(
        self, lobby: Lobby, size: tuple[float, float], *, settle_seconds: float = SETTLE_SECONDS, moves: bool = False
    ) -> None:
        """``moves``: screens and sheets come over a short way, unless a visitor wants nothing to move."""
        super().__init__(size_hint=(None, None), size=size, pos=(0, 0))
        self.lobby = lobby
        self.on_first_touch: Callable[[], None] = lambda: None
        self.on_new_screen: Callable[[], None] = lambda: None
        self.settle_seconds = settle_seconds
        self._screen: ScreenView | None = None
        self._sheet: SheetView | None = None
        self._laid: Part | None = None
        self._toast: Part | None = None
        self._moves = moves
        self._focus = Focus(self._tell)
        self._drawn: LobbyView | None = None
        self._fingers: dict[Any, Touch] = {}
        self._stale = self._building = False
        self._changed_at = -1.0
        lobby.on_change = self.draw
        lobby.fit(fields_that_fit(Measure(*size)))
        self.draw()

    def show_size(self, width: float, height: float) -> None:
        """Build everything anew for another window size."""
        self.size = (width, height)
        self.lobby.fit(fields_that_fit(Measure(width, height)))
        self._drawn = None
        self._stale = False
        self._build(self.lobby.view())

    def draw(self) -> None:
        """Show the lobby's present view; what must be built anew waits until all fingers are up."""
        view = self.lobby.view()
        if self._building or view == self._drawn:
            return  # a screen that is being built may say what it shows (a text to its end): looked at once it stands
        same = self._screen is not None and self._drawn is not None and shown_for(self._drawn) == shown_for(view)
        if same and self._screen is not None and self._screen.refresh(view):
            self._lay_over(view)
        elif self._fingers and self._drawn is not None and self._drawn.turn == view.turn:
            if self._drawn.stop != view.stop:
                self._forbid_fingers()
            self._stale = True
        else:
            self._lift_all()
            self._build(view)

    def _forbid_fingers(self) -> None:
        """Whatever other fingers lie on was meant for what is over."""
        for touch in self._fingers.values():
            touch.ud["cancelled"] = True

    def _lift_all(self) -> None:
        """What lies on the glass, a palm or a bag, neither keeps a visitor's screen up nor acts for the next one."""
        self._forbid_fingers()
        self._fingers.clear()
        self._stale = False

    def _look(self, view: LobbyView, height: float) -> Look:
        palette = PALETTES[view.display.contrast]
        accent = self.lobby.ports.directory.organisation().accent
        measure = Measure(self.width, height, view.display.text.scale)
        return Look(with_accent(palette, accent), measure, view.direction == "rtl", self._may_move(view))

    def _reach(self, view: LobbyView) -> float:
        """How much of the window's height is used: of a tall one, as far as a seated person reaches, if they wish. A
        small panel is no higher than a hand, whichever way it hangs.
        """
        whole = float(self.height)
        if not view.display.reach or SCREENS[view.screen].is_low or Measure(self.width, whole).narrow:
            return whole
        return float(min(whole, max(REACH * self.width, REACH_SHARE * whole)))

    def _build(self, view: LobbyView) -> None:
        way = None
        if self._drawn is not None and self._drawn.stop != view.stop:
            self._changed_at = Clock.get_boottime()
            # Whoever leaves is still looking when the welcome comes, in which their choice is over.
            way = None if self._drawn.display.still else self._way(view, way_between(self._drawn, view))
        self.on_new_screen()
        Keyboard.lift()
        for part in parts_of(self):
            part.let_go()
        self.clear_widgets()
        self._sheet = self._laid = self._toast = None
        self._building = True
        self._lay_screen(view, way)
        self._lay_over(view)
        self._building = False
        self.draw()

    def _lay_screen(self, view: LobbyView, way: Way | None) -> None:
        height = self._reach(view)
        look = self._look(view, height)
        self._screen = SCREENS[view.screen](look, (0.0, 0.0, self.width, height), self.lobby, view)
        ground = Ground(look, (0.0, 0.0, self.width, self.height), look.palette.chalk)
        ground.repaint()
        self.add_widget(ground)
        self.add_widget(entering(look, turned(look, self._screen), way))
        if height < self.height:
            above = Scene(look, (0.0, height, self.width, self.height - height), SCENE_FLOOR)
            self.add_widget(turned(look, above))

    def _way(self, view: LobbyView, way: Way) -> Way | None:
        return way if self._may_move(view) else None

    def _may_move(self, view: LobbyView) -> bool:
        return self._moves and not view.display.still

    def _lay_over(self, view: LobbyView) -> None:
        """Show the sheet and the toast of a view, the toast uppermost."""
        before, self._drawn = self._drawn, view
        if before is not None and choices_of(before) != choices_of(view):
            # What came or went under a finger is not what the next touch was meant for.
            self._changed_at = Clock.get_boottime()
            self._forbid_fingers()
        self._show_sheet(view, self._way(view, RISING) if before is None or before.sheet is None else None)
        if self._toast is not None and (before is None or view.toast != before.toast):
            self.remove_widget(self._toast)
            self._toast = None
        if view.toast is not None and self._toast is None and self._screen is not None:
            look = self._look(view, self._reach(view))
            toast = turned(look, ToastView(look, self._screen.toast_place, view.toast, least=self._screen.toast_least))
            self._toast = entering(look, toast, self._way(view, APPEARING))
            self.add_widget(self._toast)
        if before is None or shown_for(before) != shown_for(view):
            self._focus.forget()
        self._focus.follow(*self._top(view))
        self._put_ring()

    def _top(self, view: LobbyView) -> tuple[Widget, Look]:
        """The uppermost layer, which takes all touches, and its look."""
        return self._sheet or self._screen or self, self._look(view, self._reach(view))

    def _put_ring(self) -> None:
        if self._focus.ring is not None and self._focus.ring.parent is None:
            self.add_widget(self._focus.ring)

    def _tell(self, target: Target) -> None:
        """Say which act the arrows came to, and how a switch stands."""
        view, say = self._drawn, self.lobby.turn.say
        if view is None or not view.display.spoken:
            return
        states = [say("switch.on" if target.on else "switch.off")] if isinstance(target, Toggle) else []
        self.lobby.ports.speech.say(bare(". ".join([*target.said, *states])), view.language)

    def on_arrow(self, step: int, *, across: bool) -> None:
        """Go to the next act on the screen, or the one before, with an arrow of a keyboard or keypad. Arrows across
        move the cursor of what was typed, as long as no act has the ring.
        """
        self.lobby.touched()
        typist = self._typist() if across and self._focus.ring is None else None
        if typist is not None and typist.move(step):
            return
        if self._drawn is not None:
            back = across and self._drawn.direction == "rtl"
            self._focus.move(*self._top(self._drawn), -step if back else step)
            self._put_ring()

    def on_enter(self) -> bool:
        """Do what the arrows went to; returns whether they went anywhere."""
        if self._focus.ring is None or self._drawn is None:
            return False
        self.lobby.touched()
        if self.is_settling or self._stale:
            return True
        pressed = self._focus.press(self._top(self._drawn)[0])
        if isinstance(pressed, Field):
            self.leave_arrows()  # there one types, and *Enter* leads on
        return pressed is not None

    def leave_arrows(self) -> None:
        """Put the ring away: somebody touches or types."""
        self._focus.hide()

    def _show_sheet(self, view: LobbyView, way: Way | None) -> None:
        if view.sheet is not None and self._sheet is not None and self._sheet.refresh(view.sheet):
            return
        if self._sheet is not None:
            self.remove_widget(self._laid)
        self._sheet = self._laid = None
        if view.sheet is not None:
            box = (0.0, 0.0, self.width, self.height)
            self._sheet = SheetView(self._look(view, self._reach(view)), box, view.sheet, self.lobby.choose)
            self._laid = entering(self._sheet.look, turned(self._sheet.look, self._sheet), way)
            self.add_widget(self._laid, 1 if self._toast is not None else 0)

    @property
    def screen(self) -> Screen:
        """Return which screen is shown."""
        return self.lobby.screen

    @property
    def is_touched(self) -> bool:
        """Return whether a finger is down."""
        return bool(self._fingers)

    @property
    def is_moving(self) -> bool:
        """Return whether something is still on its way."""
        return any(part.is_moving for part in parts_of(self))

    @property
    def is_settling(self) -> bool:
        """Return whether the screen has changed so lately that a touch cannot be meant for it."""
        return bool(Clock.get_boottime() - self._changed_at < self.settle_seconds)

    def tick(self, _seconds: float) -> None:
        """Let the screen move what moves by itself."""
        if self._screen is not None:
            self._screen.tick()

    def on_touch_down(self, touch: Touch) -> bool:
        """Take a touch, unless the screen has only just changed or a palm lies on the glass."""
        self.on_first_touch()
        self.leave_arrows()
        self._fingers[touch.uid] = touch
        self.lobby.touched()
        if self.is_settling or self._stale:
            return True
        if len(self._fingers) >= PALM:
            self._let_go()
            return True
        touch.ud["lodge"] = True
        super().on_touch_down(touch)
        return True

    def on_touch_up(self, touch: Touch) -> bool:
        """Let go of a finger."""
        super().on_touch_up(touch)
        self._fingers.pop(touch.uid, None)
        Clock.schedule_once(self._catch_up, 0)
        return True

    def _let_go(self) -> None:
        for part in parts_of(self):
            if isinstance(part, Target) and part.pressed:
                part.show_pressed(pressed=False)

    def _catch_up(self, _seconds: float) -> None:
        if self._stale and not self._fingers:
            self._stale = False
            self._drawn = None if self._screen is None else self._drawn
            self.draw()

    def on_real_key(self, text: str) -> None:
        """Type characters from a real keyboard into the field in use."""
        typist = self._typist()
        if typist is not None:
            self.lobby.touched()
            typist.type(text)

    def on_real_key_press(self, key: str) -> None:
        """Press *delete*, *next* or *tab* on a real keyboard. Where arrows went, *next* acts there and *tab* goes on as
        an arrow does; else both lead to the next field.
        """
        if key == "next" and self.on_enter():
            return
        typist = self._typist()
        if key == "tab" and (typist is None or self._focus.ring is not None):
            self.on_arrow(1, across=False)
        elif typist is not None:
            self.lobby.touched()
            typist.press("next" if key == "tab" else key)

    def on_escape(self) -> None:
        """Close a sheet that can be closed; nothing else is left by a key."""
        if self._drawn is not None and "close" in choices_of(self._drawn) and not self.is_settling:
            self.lobby.touched()
            self.lobby.choose("close")

    def _typist(self) -> Typist | None:
        return None if self._sheet is not None else typist_of(self.lobby)
