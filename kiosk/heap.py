"""The C library's heap, of which Python's own is a part: how it grows, and when it gives back what is free."""

import ctypes
from functools import cache

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Of ``mallopt``, as glibc's ``malloc.h`` numbers them."""

ARENAS = 2
"""Not eight a core: a kiosk's threads mostly wait, and what one of them freed no other may use."""
LARGE_BYTES = 256 * 1024
"""From here on memory is mapped by itself and gone when it is freed, a camera's pictures above all. Left to itself
glibc raises this bound to what was freed last, and pictures then lie between small things that stay.
"""


def bound_heap() -> None:
    """Keep the heap from growing more than it must; before there are threads. Without glibc: nothing."""
    adjust = getattr(_library(), "mallopt", None)
    if adjust is not None:
        adjust(_ARENA_MAX, ARENAS)
        adjust(_MMAP_THRESHOLD, LARGE_BYTES)
        adjust(_TRIM_THRESHOLD, LARGE_BYTES)


def trim_heap() -> None:
    """Give the system what is free, in the middle of the heap as well. Without glibc: nothing."""
    trim = getattr(_library(), "malloc_trim", None)
    if trim is not None:
        trim(0)


@cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None)
