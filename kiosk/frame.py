"""One picture of the camera. Apart from the other values of the lobby: the list in a fire needs no numpy.

Nor does the first screen: numpy is loaded with OpenCV, by whoever looks at a picture's dots.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Frame: TypeAlias = "NDArray[np.uint8]"
"""Height x width x 3, RGB, 8 bits a channel, first row at the top."""
