"""The window: opens it, feeds it real keys, and keeps it quiet while nobody is there.

prepare_environment(home, options)        # before any Kivy import
from kiosk.views.window import KioskWindow
KioskWindow(lobby, options).run()
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any

from kivy.base import EventLoop, runTouchApp, stopTouchApp
from kivy.clock import Clock
from kivy.core.window import Window

from kiosk.key_bursts import KeyBursts
from kiosk.navigation import Screen
from kiosk.tidying import Tidying
from kiosk.views.keyboard import Keyboard
from kiosk.views.real_keys import RealKeys
from kiosk.views.shader_compiler import release_shader_compiler
from kiosk.views.stage import Stage
from kiosk.views.untyped import Ignored, KivyWindow

if TYPE_CHECKING:
    from kiosk.presenters.lobby import Lobby
    from kiosk.views.environment import WindowOptions

QUIET_AFTER_SECONDS = 10.0
BACKSPACE = 8
ARROWS = {273: -1, 274: 1, 275: 1, 276: -1}
"""Up, down, right and left, as Kivy numbers them."""
ACROSS = frozenset({275, 276})
TAB, ESCAPE = 9, 27
ENDS = frozenset({TAB, 13, 271})
"""Tab, enter and the number pad's enter, as Kivy names them."""
_MOVING = frozenset({Screen.PHOTO, Screen.LEAVING, Screen.INVITED, Screen.LICENCE})
"""Screens with a picture that moves."""


class KioskWindow:
    """One window with one stage in it."""

    def __init__(self, lobby: Lobby, options: WindowOptions, *, moves: bool = True) -> None:
        """``moves``: as of the stage; pictures are taken without."""
        self._options = options
        self.lobby = lobby
        Window.clearcolor = (0.953, 0.945, 0.922, 1)
        self.stage = Stage(lobby, Window.size, moves=moves)
        self.stage.on_first_touch = self._wake
        self.real_keys = keys = RealKeys(self.stage)
        self._keys = KeyBursts(monotonic, _later, lobby.scanned, keys.type, keys.press)
        self._tidying = Tidying(
            _later,
            is_busy=self._is_busy,
            nobody_there=lambda: lobby.screen is Screen.WELCOME,
            put_away=_put_away,
        )
        self.stage.on_new_screen = self._tidying.screen_changed
        self._doze: Any = None
        self._ticks: Any = None
        self._closed = False

    def _is_busy(self) -> bool:
        """Return whether a pause would be noticed: a finger would, and so would the pace of a hand scanner."""
        return self.stage.is_touched or self._keys.is_held_back

    def open(self) -> None:
        """Put the stage into the window and begin to draw."""
        Window.add_widget(self.stage)
        Window.bind(size=self._resized, on_textinput=self._text, on_key_down=self._key)
        Window.bind(on_request_close=self._stay)
        self._ticks = Clock.schedule_interval(self.stage.tick, 1 / 20)
        self.lobby.open()
        self._tidying.opened()
        self._wake()

    def run(self) -> None:
        """Draw until :meth:`close` is called, or not at all if it was before; returns then."""
        if self._closed:
            return
        self.open()
        # The request may come before the loop runs that it is to stop.
        Clock.schedule_once(lambda _seconds: stopTouchApp() if self._closed else None, 0)
        runTouchApp()

    def close(self) -> None:
        """Take everything out of the window and stop drawing; :meth:`run` returns then."""
        self._closed = True
        self.leave()
        if EventLoop.status == "started":
            stopTouchApp()

    def leave(self) -> None:
        """Take everything out of the window, which stays open."""
        if self._ticks is not None:
            self._ticks.cancel()
        if self._doze is not None:
            self._doze.cancel()
        self._keys.drop()
        self._tidying.stop()
        Window.unbind(size=self._resized, on_textinput=self._text, on_key_down=self._key)
        Window.unbind(on_request_close=self._stay)
        Window.remove_widget(self.stage)

    @staticmethod
    def _stay(*_unused: Ignored) -> bool:
        """Refuse to be closed by the window system; only :meth:`close` does that."""
        return True

    def _resized(self, _window: KivyWindow, size: tuple[int, int]) -> None:
        self.stage.show_size(*size)

    def _wake(self) -> None:
        """Draw at full rate now, and rarely again when nobody has touched for a while."""
        Clock._max_fps = self._options.frames_per_second  # noqa: SLF001 - Kivy has no public way to change it
        if self._doze is not None:
            self._doze.cancel()
        self._doze = Clock.schedule_once(self._sleep, QUIET_AFTER_SECONDS)

    def _sleep(self, _seconds: float) -> None:
        if self.lobby.screen in _MOVING:
            self._wake()
        else:
            Clock._max_fps = self._options.quiet_frames_per_second  # noqa: SLF001 - as above

    def _text(self, _window: KivyWindow, text: str) -> None:
        self._wake()
        self.stage.leave_arrows()
        self._keys.text(text)

    def _key(
        self, _window: KivyWindow, key: int, scan_code: int = 0, _sign: str | None = None, modifiers: Sequence[str] = ()
    ) -> bool:
        """Take a key that went down; all are swallowed here, so that none leads out of the kiosk."""
        self._wake()
        if key in ARROWS:
            self._keys.settle()
            self.real_keys.arrow(ARROWS[key], across=key in ACROSS)
        elif key == ESCAPE:
            self._keys.settle()
            self.real_keys.escape()
        elif key == BACKSPACE:
            self._keys.delete()
        else:
            self._keys.key(scan_code, modifiers, ends=key in ENDS, tab=key == TAB)
        return True


def _put_away() -> None:
    Keyboard.put_away()
    release_shader_compiler()


def _later(seconds: float, act: Callable[[], None]) -> Callable[[], None]:
    event = Clock.schedule_once(lambda _seconds: act(), seconds)

    def cancel() -> None:
        event.cancel()

    return cancel


class KivyScheduler:
    """The scheduler of the real kiosk: Kivy's clock for the drawing thread, a pool of our own for work."""

    def __init__(self, submit: Callable[[Callable[[], None]], object]) -> None:
        """Take ``submit``, which runs a function on a worker thread."""
        self._submit = submit

    def call_soon(self, act: Callable[[], None]) -> None:
        """Run ``act`` on the drawing thread."""
        Clock.schedule_once(lambda _seconds: act(), 0)

    def run(self, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Run ``work`` on a worker, ``then`` on the drawing thread."""

        def job() -> None:
            result = work()
            self.call_soon(lambda: then(result))

        self._submit(job)

    def later(self, seconds: float, act: Callable[[], None]) -> Callable[[], None]:
        """Run ``act`` after ``seconds`` on the drawing thread."""
        return _later(seconds, act)
