"""How well a face stands in the picture: guidance for a photo, and never a gate.

Faces are found by OpenCV's Haar cascade for frontal faces. What is looked at is the part of the picture that the badge
shows (``kiosk.camera.encode_photo``); nothing is kept, measured or compared.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.camera import PHOTO_SHAPE
from kiosk.frame import Frame
from kiosk.ports import Framing

if TYPE_CHECKING:
    from cv2 import CascadeClassifier

LOOKED_AT_WIDE = 320
LEAST_FACE = 0.12
"""Of the looked-at picture's width: smaller ones are somebody in the background, or the wallpaper."""
FAR, NEAR = 0.34, 0.72
"""The width of a face as a share of the photo's: below, it is too small on a badge; above, it is cut."""
ASIDE, ABOVE, BELOW = 0.14, 0.36, 0.62
"""How far from the middle a face may be, and between which heights from the top, as shares of the photo."""


def frame_face(frame: Frame) -> Framing:
    """Judge the largest face in ``frame`` (height, width, RGB). Takes some 10 ms: for a worker thread."""
    import cv2  # noqa: PLC0415 -- as in kiosk.camera

    scale = LOOKED_AT_WIDE / frame.shape[1]
    small = cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    least = round(LOOKED_AT_WIDE * LEAST_FACE)
    faces = _cascade().detectMultiScale(grey, scaleFactor=1.1, minNeighbors=3, minSize=(least, least))
    if len(faces) == 0:
        return Framing.NO_FACE
    x, y, wide, tall = (int(side) for side in max(faces, key=lambda face: int(face[2])))
    height, width = grey.shape[:2]
    photo_wide, photo_tall = min(width, height * PHOTO_SHAPE), min(height, width / PHOTO_SHAPE)
    aside = abs(x + wide / 2 - width / 2) / photo_wide
    down = (y + tall / 2 - (height - photo_tall) / 2) / photo_tall
    return judge(wide / photo_wide, aside, down)


def judge(wide: float, aside: float, down: float) -> Framing:
    """What to say of a face by its width, its distance from the middle and its height from the top, as shares of the
    photo. One thing at a time: where it stands first.
    """
    if aside > ASIDE or not ABOVE <= down <= BELOW:
        return Framing.ASIDE
    if wide < FAR:
        return Framing.TOO_FAR
    return Framing.TOO_NEAR if wide > NEAR else Framing.GOOD


def prepare() -> None:
    """Load what pictures are judged and kept with, before the first of them is needed. Takes a second on a Pi."""
    _cascade()


@cache
def _cascade() -> CascadeClassifier:
    import cv2  # noqa: PLC0415 -- as in kiosk.camera

    folder = Path(cv2.__file__).parent / "data"
    return cv2.CascadeClassifier(str(folder / "haarcascade_frontalface_default.xml"))
