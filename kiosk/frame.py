"""One picture of the camera. Apart from the other values of the lobby: the list in a fire needs no numpy."""

import numpy as np
from numpy.typing import NDArray

Frame = NDArray[np.uint8]
"""Height x width x 3, RGB, 8 bits a channel, first row at the top."""
