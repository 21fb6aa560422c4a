"""An X server of a test's own, and what a window manager does with the windows on it."""

from __future__ import annotations

import ctypes
import os
import select
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

WAIT_SECONDS = 20.0


class _ClientMessage(ctypes.Structure):
    """XClientMessageEvent (Xlib.h), padded to the size of an XEvent."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("padding", ctypes.c_long * 24),
    )


_CLIENT_MESSAGE = 33


@dataclass(frozen=True)
class XServer:
    """One screen. ``display`` is what DISPLAY is to name."""

    display: str
    process: subprocess.Popen[bytes]

    def await_window(self, kind: str) -> int:
        """Wait for a window of a class (WM_CLASS) that is shown, and return its number."""
        end = time.monotonic() + WAIT_SECONDS
        while True:
            found = self._ask("search", "--onlyvisible", "--class", f"^{kind}$").split()
            if found:
                return int(found[0])
            assert time.monotonic() < end, f"no window of class {kind} is shown"
            time.sleep(0.1)

    def click_away(self, window: int) -> None:
        """What a window manager sends when somebody clicks on the cross of a window's frame: WM_DELETE_WINDOW."""
        library = ctypes.CDLL("libX11.so.6")
        for name in ("XOpenDisplay", "XInternAtom"):
            getattr(library, name).restype = ctypes.c_void_p
        connection = ctypes.c_void_p(library.XOpenDisplay(self.display.encode()))
        assert connection, "the X server does not answer"
        protocols, delete = (
            library.XInternAtom(connection, name, 0) for name in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW")
        )
        message = _ClientMessage(type=_CLIENT_MESSAGE, window=window, message_type=protocols, format=32)
        message.data[0] = delete
        library.XSendEvent(connection, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(message))
        library.XSync(connection, 0)
        library.XCloseDisplay(connection)

    def destroy(self, window: int) -> None:
        """Take a window away from its owner, as ``xdotool windowclose`` does."""
        self._ask("windowclose", str(window))

    def _ask(self, *words: str) -> str:
        environment = {**os.environ, "DISPLAY": self.display}
        return subprocess.run(
            ["xdotool", *words], env=environment, capture_output=True, text=True, timeout=WAIT_SECONDS, check=False
        ).stdout


@contextmanager
def x_server(size: str = "1280x1024") -> Iterator[XServer]:
    """A server with one screen of ``size``, stopped at the end."""
    reader, writer = os.pipe()
    # Without -noreset it starts anew whenever its last client goes, and clients that come just then are lost.
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"]
    process = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        assert select.select([reader], [], [], WAIT_SECONDS)[0], "Xvfb does not start"
        yield XServer(f":{os.read(reader, 16).decode().strip()}", process)
    finally:
        os.close(reader)
        process.terminate()
        process.wait(WAIT_SECONDS)
