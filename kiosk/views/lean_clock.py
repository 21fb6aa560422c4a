"""Kivy's clock without asyncio, which it loads for programs that run Kivy in its loop: 2 MB, and a kiosk never does.

The clock takes two things of it when it is made: how to wait for something, which nobody asks it, and an event that it
sets whenever something is due, for which an event of ``threading`` does as well.
"""

from __future__ import annotations

import sys
import threading
from types import ModuleType

_ASYNCIO = "asyncio"


def load_clock() -> None:
    """Load ``kivy.clock``. Where asyncio is loaded already it is Kivy's as ever."""
    if _ASYNCIO in sys.modules:
        return
    instead = ModuleType(_ASYNCIO)
    vars(instead).update(Event=threading.Event, wait_for=None)
    sys.modules[_ASYNCIO] = instead
    try:
        import kivy.clock  # noqa: F401, PLC0415 -- for what it brings
    finally:
        del sys.modules[_ASYNCIO]
