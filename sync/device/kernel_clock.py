"""Whether the kernel believes that its clock is kept by NTP: adjtimex(2), read only, for which no right is needed.

Every NTP program tells the kernel: chrony, ntpd and systemd-timesyncd clear STA_UNSYNC with each correction, and the
kernel sets it again when corrections stay away until its error bound has grown to 16 seconds (NTP_PHASE_LIMIT).
"""

import ctypes
from collections.abc import Callable

_STA_UNSYNC = 0x0040
_TIME_ERROR = 5
_TIME_OK = 0


class _Timeval(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("fraction", ctypes.c_long))


class Timex(ctypes.Structure):
    """The kernel's ``struct timex`` (linux/timex.h); times are microseconds. ``modes`` 0 changes nothing."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("frequency", ctypes.c_long),
        ("max_error", ctypes.c_long),
        ("estimated_error", ctypes.c_long),
        ("status", ctypes.c_int),
        ("constant", ctypes.c_long),
        ("precision", ctypes.c_long),
        ("tolerance", ctypes.c_long),
        ("time", _Timeval),
        ("tick", ctypes.c_long),
        ("pps", ctypes.c_long * 8),
        ("tai", ctypes.c_int),
        ("reserved", ctypes.c_int * 11),
    )


def _library_call() -> Callable[[Timex], int] | None:
    try:
        function = ctypes.CDLL(None).adjtimex
    except (OSError, AttributeError):
        return None
    function.argtypes = (ctypes.POINTER(Timex),)
    function.restype = ctypes.c_int

    def call(reading: Timex) -> int:
        return int(function(ctypes.byref(reading)))

    return call


_ADJTIMEX = _library_call()


def kernel_synchronised(call: Callable[[Timex], int] | None = _ADJTIMEX) -> bool | None:
    """Whether NTP keeps the kernel's clock; ``None`` where the kernel may not be asked.

    ``call`` fills in a reading and returns the clock's state, or less than 0 when it was refused.
    """
    if call is None:
        return None
    reading = Timex()
    state = call(reading)
    if state < _TIME_OK:
        return None
    return state != _TIME_ERROR and not reading.status & _STA_UNSYNC
