"""The root of the window: shows the lobby's present view and turns every touch into at most one act."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kivy.clock import Clock
from kivy.uix.widget import Widget

from kiosk.navigation import Screen
from kiosk.views.accent import with_accent
from kiosk.views.buttons import Toggle
from kiosk.views.differences import choices_of, shown_for, way_between
from kiosk.views.entrance import APPEARING, RISING, Way, entering
from kiosk.views.fingers import Fingers
from kiosk.views.focus import Focus
from kiosk.views.keyboard import Keyboard, KeyTarget
from kiosk.views.mirror import turned
from kiosk.views.parts import Ground, Look, Part, Target, parts_of
from kiosk.views.places import go_on_from, places_in
from kiosk.views.scene import Scene
from kiosk.views.screens import SCREENS
from kiosk.views.screens.fields import fields_that_fit
from kiosk.views.sheet import SheetView
from kiosk.views.theme import PALETTES, Measure
from kiosk.views.toast import ToastView
from kiosk.views.untyped import Touch
from kiosk.words.wholes import bare

if TYPE_CHECKING:
    from kiosk.presenters.lobby import Lobby
    from kiosk.presenters.lobby_view import LobbyView
    from kiosk.views.chrome import ScreenView

SETTLE_SECONDS = 0.4
PALM = 3
REACH = 138 / 108
"""Of a tall window's width: so much of its height is used within reach, at the same unit."""
REACH_SHARE = 0.72
SCENE_FLOOR = 12.0


class Stage(Widget):  # type: ignore[misc]  # Kivy carries no types
    """Owns one screen view and at most one sheet. A screen is built anew only while no finger is on it that may act."""

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
        self._sheet_at: tuple[str, list[float]] = ("", [])
        self._laid: Part | None = None
        self._toast: Part | None = None
        self._moves = moves
        self.focus = Focus(self._tell)
        self._drawn: LobbyView | None = None
        self.fingers = Fingers()
        self._stale = self._passed = self._building = False
        self._changed_at = self._moved_at = -1.0
        lobby.on_change = self.draw
        lobby.fit(fields_that_fit(Measure(*size)))
        self.draw()

    def show_size(self, width: float, height: float) -> None:
        """Build everything anew for another window size."""
        self.size = (width, height)
        self.lobby.fit(fields_that_fit(Measure(width, height)))
        self._drawn = None
        self._build(self.lobby.view())

    def draw(self) -> None:
        """Show the lobby's present view; what must be built anew waits for the fingers that are down."""
        view = self.lobby.view()
        if self._building or view == self._drawn:
            return  # a screen that is being built may say what it shows (a text to its end): looked at once it stands
        same = self._screen is not None and self._drawn is not None and shown_for(self._drawn) == shown_for(view)
        if same and self._screen is not None and self._screen.refresh(view):
            self._lay_over(view)
        elif self.fingers and self._drawn is not None and self._drawn.turn == view.turn:
            if self._drawn.stop != view.stop:
                self.fingers.forbid()
                self._passed = True
            self._stale = True
        else:
            self.fingers.lift_all()
            self._build(view)

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
        places = self._places(view)
        self.on_new_screen()
        Keyboard.lift()
        for part in parts_of(self):
            part.let_go()
        self._take_sheet_away()
        self.clear_widgets()
        self._toast = None
        self._stale = self._passed = False
        self._building = True
        self._lay_screen(view, way)
        self._go_on_from(*places)
        self._lay_over(view)
        self._building = False
        self.draw()

    def _places(self, view: LobbyView) -> tuple[object, list[float]]:
        """What the lists of the screen are of that the same visitor sees anew, and from where on each is shown."""
        same = self._drawn is not None and shown_for(self._drawn) == shown_for(view)
        if not same or self._screen is None or self._drawn is None:
            return None, []
        if bool(self._drawn.offline) != bool(view.offline):
            self._moved_at = Clock.get_boottime()
        return self._screen.listed(), self._screen.dragged_to()

    def _go_on_from(self, listed: object, places: list[float]) -> None:
        if self._screen is not None and self._screen.listed() == listed:
            go_on_from(self._screen, places)

    def _has_moved_under(self, touch: Touch) -> bool:
        """Whether what lies there has just moved, as all does but keys when the strip of the network comes or goes."""
        if not self._lately(self._moved_at):
            return False
        boards = (part for part in parts_of(self) if isinstance(part, Keyboard))
        return not any(board.y <= touch.y <= board.top for board in boards)

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
            self.fingers.forbid()
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
            self.focus.forget()
        self.focus.follow(*self.uppermost(view))
        self.put_ring()

    def uppermost(self, view: LobbyView) -> tuple[Widget, Look]:
        """Return the uppermost layer, which takes all touches, and its look."""
        return self._sheet or self._screen or self, self._look(view, self._reach(view))

    @property
    def drawn(self) -> LobbyView | None:
        """Return what is on the glass."""
        return self._drawn

    def put_ring(self) -> None:
        """Show where the arrows are."""
        if self.focus.ring is not None and self.focus.ring.parent is None:
            self.add_widget(self.focus.ring)

    def _tell(self, target: Target) -> None:
        """Say which act the arrows came to, and how a switch stands."""
        view, say = self._drawn, self.lobby.turn.say
        if view is None or not view.display.spoken:
            return
        states = [say("switch.on" if target.on else "switch.off")] if isinstance(target, Toggle) else []
        self.lobby.ports.speech.say(bare(". ".join([*target.said, *states])), view.language)

    def leave_arrows(self) -> None:
        """Put the ring away: somebody touches or types."""
        self.focus.hide()

    def _show_sheet(self, view: LobbyView, way: Way | None) -> None:
        if view.sheet is not None and self._sheet is not None and self._sheet.refresh(view.sheet):
            return
        self._take_sheet_away()
        if view.sheet is None:
            self._sheet_at = ("", [])
        else:
            box = (0.0, 0.0, self.width, self.height)
            self._sheet = SheetView(self._look(view, self._reach(view)), box, view.sheet, self.lobby.choose)
            self._laid = entering(self._sheet.look, turned(self._sheet.look, self._sheet), way)
            self.add_widget(self._laid, 1 if self._toast is not None else 0)
            if self._sheet_at[0] == view.sheet.sheet:
                go_on_from(self._sheet, self._sheet_at[1])

    def _take_sheet_away(self) -> None:
        if self._sheet is not None:
            self._sheet_at = (self._sheet.state.sheet, places_in(self._sheet))
            self.remove_widget(self._laid)
        self._sheet = self._laid = None

    @property
    def screen(self) -> Screen:
        """Return which screen is shown."""
        return self.lobby.screen

    @property
    def is_touched(self) -> bool:
        """Return whether a finger is down that does not merely rest."""
        return self.fingers.awake(Clock.get_boottime()) > 0

    @property
    def is_moving(self) -> bool:
        """Return whether something is still on its way."""
        return any(part.is_moving for part in parts_of(self))

    @property
    def is_settling(self) -> bool:
        """Return whether the screen has changed, or moved, so lately that a touch cannot be meant for it."""
        return self._lately(max(self._changed_at, self._moved_at))

    def _lately(self, moment: float) -> bool:
        return bool(Clock.get_boottime() - moment < self.settle_seconds)

    @property
    def is_over(self) -> bool:
        """Return whether what is on the glass is not what a touch or *Enter* can be meant for."""
        return self._passed or self._lately(self._changed_at)

    def tick(self, _seconds: float) -> None:
        """Let the screen move what moves by itself. What rests on the glass does not hold up what is to be shown."""
        if self._stale:
            self.fingers.lift_resting(Clock.get_boottime())
            self._catch_up()
        if self._screen is not None:
            self._screen.tick()

    def on_touch_down(self, touch: Touch) -> bool:
        """Take a touch, unless the screen has only just changed or a palm lies on the glass."""
        self.on_first_touch()
        self.leave_arrows()
        now = Clock.get_boottime()
        over = self.is_over or self._has_moved_under(touch)
        self.fingers.lay(touch, now, forbidden=over)
        self.lobby.touched()
        if over:
            return True
        if self.fingers.awake(now) >= PALM:
            self._let_go()
            return True
        touch.ud["lodge"] = True
        super().on_touch_down(touch)
        return True

    def on_touch_move(self, touch: Touch) -> bool:
        """Follow a finger."""
        self.fingers.moved(touch, Clock.get_boottime())
        return bool(super().on_touch_move(touch))

    def on_touch_up(self, touch: Touch) -> bool:
        """Let go of a finger."""
        super().on_touch_up(touch)
        self.fingers.lift(touch)
        Clock.schedule_once(self._catch_up, 0)
        return True

    def _let_go(self) -> None:
        for part in parts_of(self):
            if isinstance(part, Target) and part.pressed:
                part.show_pressed(pressed=False)

    def _catch_up(self, _seconds: float = 0.0) -> None:
        """Build anew what waited for fingers, which is not the case any more if they may not act; those on keys stay on
        them, for whoever types fast always has one down.
        """
        if self._stale and not self.fingers.hold_up(KeyTarget):
            self._build(self.lobby.view())
