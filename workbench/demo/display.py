"""The screen that the demo is to show itself on."""

import os
import shutil
import subprocess
from dataclasses import dataclass

from workbench.demo.processes import DemoError

ANSWER_SECONDS = 10.0
FRAME_PIXELS = 60
"""For the window's frame and a panel of the desktop."""

_ASKING = "xdotool"


@dataclass(frozen=True, slots=True)
class Size:
    """In pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


_SIZES = (Size(540, 960), Size(1024, 600), Size(800, 480))
"""A standing panel where it fits, else a lying one."""


def window_size(screen: Size | None) -> Size:
    """How large a window a person gets; the largest where the screen is not known."""
    if screen is None:
        return _SIZES[0]
    fitting = (size for size in _SIZES if size.width <= screen.width and size.height + FRAME_PIXELS <= screen.height)
    return next(fitting, _SIZES[-1])


def require_display() -> Size | None:
    """The size of the X display that is named; ``None`` where it cannot be asked.

    Raises:
        DemoError: it does not answer. Told at once, not after all else has been started.
    """
    name = os.environ.get("DISPLAY")
    if not name or shutil.which(_ASKING) is None:
        return None
    try:
        asked = subprocess.run(
            [_ASKING, "getdisplaygeometry"], capture_output=True, text=True, timeout=ANSWER_SECONDS, check=True
        )
        width, height = asked.stdout.split()
        return Size(int(width), int(height))
    except (subprocess.SubprocessError, ValueError) as error:
        raise DemoError(
            f"The display {name} does not answer, so there is no place for the window. Start the demo in the screen's "
            "own session, or without a window: ./lodge demo --headless"
        ) from error
