"""Notices that somebody else destroyed our X window, as ``xdotool windowclose`` and a dying session do.

Without this the X library ends the process at the next thing drawn, with three lines about a request that failed.
"""

import ctypes
import os

_LIBRARY = "libX11.so.6"
_BAD_WINDOW, _BAD_DRAWABLE = 3, 9
_GLX_BAD_DRAWABLE, _GLX_BAD_WINDOW = 2, 12
"""Counted from the first error of the extension (glxproto.h)."""


class _ErrorEvent(ctypes.Structure):
    """XErrorEvent (Xlib.h)."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("resource", ctypes.c_ulong),
        ("serial", ctypes.c_ulong),
        ("error", ctypes.c_ubyte),
        ("request", ctypes.c_ubyte),
        ("minor", ctypes.c_ubyte),
    )


_Handler = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(_ErrorEvent))


def end_when_lost() -> object:
    """End this process, without an error, when a request names a window that is gone.

    At once: whatever is drawn after that may crash the graphics library, and a kiosk can be cut off at any moment.
    Other errors end the process as ever. Returns what must be kept for as long as this is to work; does nothing where
    there is no X library.
    """
    try:
        library = ctypes.CDLL(_LIBRARY)
    except OSError:
        return None
    library.XSetErrorHandler.restype = ctypes.c_void_p
    library.XSetErrorHandler.argtypes = [ctypes.c_void_p]
    lost = {_BAD_WINDOW, _BAD_DRAWABLE, *_glx_errors(library)}
    before = None

    def on_error(display: int, event: "ctypes._Pointer[_ErrorEvent]") -> int:
        if event.contents.error in lost:
            os._exit(0)
        return 0 if before is None else _Handler(before)(display, event)

    handler = _Handler(on_error)
    before = library.XSetErrorHandler(ctypes.cast(handler, ctypes.c_void_p))
    return handler


def _glx_errors(library: ctypes.CDLL) -> set[int]:
    """What the server calls a lost window when it is asked to show the next frame of it."""
    library.XOpenDisplay.restype = ctypes.c_void_p
    display = ctypes.c_void_p(library.XOpenDisplay(None))
    if not display:
        return set()
    opcode, event, first = ctypes.c_int(), ctypes.c_int(), ctypes.c_int()
    found = library.XQueryExtension(display, b"GLX", ctypes.byref(opcode), ctypes.byref(event), ctypes.byref(first))
    library.XCloseDisplay(display)
    return {first.value + _GLX_BAD_DRAWABLE, first.value + _GLX_BAD_WINDOW} if found else set()
