"""Lets go of what screens have left behind, when nobody would notice.

A screen's parts know one another, so that only the garbage collector finds them when the screen is gone. By itself it
comes rarely, and then looks through the whole program. Here it is called after every change of screen, for a few
milliseconds: what was loaded at the start is left out from the first calm moment on. That is for memory and against
pauses; and what somebody typed is gone soon after they are.
"""

import gc
from collections.abc import Callable

from kiosk.heap import trim_heap

TIDY_SECONDS = 0.35
"""After a screen has changed: it stands then, and takes no touches yet (``kiosk.views.stage.SETTLE_SECONDS``)."""

LOADED_SECONDS = 3.0
"""After the first screen, unless somebody comes before: what is loaded behind it is loaded then, and stays."""

TRIM_SECONDS = 0.3
"""After that: textures are freed with one of the next frames."""
MOST_ROUNDS = 3
"""What a widget held is often found only once the widget is gone."""

Later = Callable[[float, Callable[[], None]], Callable[[], None]]
"""Calls the function after so many seconds on the drawing thread; what is returned calls that off."""


def rest_while_loading() -> None:
    """Keep the collector from looking, again and again, through a program that is being loaded: none of it goes. It
    works again from the first tidying on: until then threads load much, and on them it must not free what draws.
    """
    gc.disable()


class Tidying:
    """Tidies once after a change, on the drawing thread: what draws may be freed on that thread alone."""

    def __init__(
        self,
        later: Later,
        *,
        is_busy: Callable[[], bool],
        nobody_there: Callable[[], bool],
        put_away: Callable[[], None],
    ) -> None:
        """``put_away`` lets go of what is made again when it is needed."""
        self._later = later
        self._put_away = put_away
        self._is_busy = is_busy
        self._nobody_there = nobody_there
        self._call_off: Callable[[], None] = lambda: None
        self._settled = False

    def opened(self) -> None:
        """Tidy once all is loaded."""
        self._call_off = self._later(LOADED_SECONDS, self._tidy)

    def screen_changed(self) -> None:
        """Tidy soon, unless the screen changes again before."""
        self._call_off()
        self._call_off = self._later(TIDY_SECONDS, self._tidy)

    def stop(self) -> None:
        """Tidy no more."""
        self._call_off()

    def _tidy(self) -> None:
        if self._is_busy():
            self.screen_changed()
            return
        self._put_away()
        for _ in range(MOST_ROUNDS):
            if not gc.collect():
                break
        gc.enable()
        if not self._settled and self._nobody_there():
            # What is there without a visitor stays as long as the program: not to be looked through again.
            gc.freeze()
            self._settled = True
        self._call_off = self._later(TRIM_SECONDS, self._trim)

    def _trim(self) -> None:
        if self._is_busy():
            self._call_off = self._later(TRIM_SECONDS, self._trim)
        else:
            trim_heap()
