"""F06: how a face stands in the picture, for guidance alone."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from kiosk.frame import Frame
from kiosk.framing import ASIDE, BELOW, FAR, NEAR, frame_face, judge
from kiosk.ports import Framing


def drawn(size: float, right: int = 0, down: int = 0) -> Frame:
    """A face of light and shade, ``size`` pixels from its middle to its chin, in a picture of 640 by 480."""
    picture = Image.new("L", (640, 480), 150)
    pen, x, y, s = ImageDraw.Draw(picture), 320 + right, 240 + down, size

    def oval(left: float, top: float, wide: float, tall: float, shade: int) -> None:
        box = (x + (left - wide / 2) * s, y + (top - tall / 2) * s, x + (left + wide / 2) * s, y + (top + tall / 2) * s)
        pen.ellipse(box, fill=shade)

    for part in ((0.0, -0.08, 1.9, 2.55, 60), (0.0, 0.08, 1.56, 2.15, 205)):  # hair, face
        oval(*part)
    for side in (-0.36, 0.36):
        pen.rectangle((x + (side - 0.24) * s, y - 0.36 * s, x + (side + 0.24) * s, y - 0.28 * s), fill=70)
        for part in ((side, -0.1, 0.44, 0.24, 120), (side, -0.1, 0.2, 0.2, 35)):  # socket, eye
            oval(*part)
    for part in ((0.0, 0.1, 0.24, 0.5, 220), (0.0, 0.33, 0.32, 0.1, 150), (0.0, 0.63, 0.68, 0.17, 110)):  # nose, mouth
        oval(*part)
    grey = np.asarray(picture.filter(ImageFilter.GaussianBlur(0.05 * size)))
    return np.repeat(grey[:, :, None], 3, axis=2)


@pytest.mark.parametrize(
    ("picture", "framing"),
    [
        (drawn(100), Framing.GOOD),
        (drawn(45), Framing.TOO_FAR),
        (drawn(150), Framing.TOO_NEAR),
        (drawn(80, right=130), Framing.ASIDE),
        (drawn(80, right=-130), Framing.ASIDE),
        (np.full((480, 640, 3), 120, dtype=np.uint8), Framing.NO_FACE),
        (np.zeros((240, 320, 3), dtype=np.uint8), Framing.NO_FACE),
    ],
    ids=["good", "far", "near", "right", "left", "grey", "black"],
)
def test_f06_a_face_is_found_and_its_place_judged(picture: Frame, framing: Framing) -> None:
    assert frame_face(picture) is framing


def test_f06_one_thing_at_a_time_is_said_where_a_face_stands_first() -> None:
    assert judge(FAR / 2, 2 * ASIDE, 0.5) is Framing.ASIDE
    assert judge(NEAR * 1.1, 0.0, BELOW + 0.01) is Framing.ASIDE
    assert judge(FAR, ASIDE, BELOW) is Framing.GOOD
