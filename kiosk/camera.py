"""Cameras: a USB camera through OpenCV, and a picture file that stands in for one.

    camera = open_camera("v4l2:0")          # the first video device
    camera = open_camera("file:face.png")   # an image that is read again whenever it changes

Pictures live in memory only. A camera that is missing, frozen or covered says so and never raises.

OpenCV and numpy are loaded where they are used: they would be the largest part of the kiosk's start.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from kiosk.frame import Frame
from kiosk.ports import Camera, CameraState

FRESH_SECONDS = 1.0
RETRY_SECONDS = 2.0
DARK_LEVEL = 16.0
FLAT_SPREAD = 6.0
LOOK_STEP = 4
"""Every fourth pixel of every fourth row says as well how bright a picture is; the drawing thread looks at them."""
JPEG_QUALITY = 88
PHOTO_SHAPE = 76 / 92
PHOTO_HEIGHT = 720
FINE_SIZE = (1280, 720)
"""In pixels: so much a code of a driving licence needs that fills most of the picture."""


class CameraNameError(ValueError):
    """The camera's name in the configuration is not one of the two forms."""


def looks_covered(frame: Frame) -> bool:
    """Return whether a picture is all but black, or of one dark colour: a lid or a thumb."""
    few = frame[::LOOK_STEP, ::LOOK_STEP]
    mean = few.mean()
    return bool(mean < DARK_LEVEL or (mean < 4 * DARK_LEVEL and few.std() < FLAT_SPREAD))


def encode_photo(frame: Frame) -> bytes:
    """Return the middle of ``frame`` in the badge arch's shape as JPEG, at most 720 high, without any metadata."""
    import cv2  # noqa: PLC0415 -- see the top

    height, width = frame.shape[:2]
    keep_wide, keep_high = min(width, round(height * PHOTO_SHAPE)), min(height, round(width / PHOTO_SHAPE))
    x, y = (width - keep_wide) // 2, (height - keep_high) // 2
    cut = frame[y : y + keep_high, x : x + keep_wide]
    if keep_high > PHOTO_HEIGHT:
        size = (round(PHOTO_HEIGHT * keep_wide / keep_high), PHOTO_HEIGHT)
        cut = cv2.resize(cut, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]  # OpenCV's wider array type
    _, encoded = cv2.imencode(".jpg", cv2.cvtColor(cut, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return bytes(encoded)


class _Latest:
    """The newest picture and when it came, shared by the reading thread and everybody else."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._frame: Frame | None = None
        self._came = 0.0

    def put(self, frame: Frame | None) -> None:
        with self._lock:
            self._frame, self._came = frame, monotonic()

    def get(self) -> tuple[Frame | None, float]:
        """Return the picture and its age in seconds."""
        with self._lock:
            return self._frame, monotonic() - self._came


class DeviceCamera:
    """A video device read by a thread of its own, which ends soon after :meth:`stop`."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._latest = _Latest()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._missing = False

    def start(self, *, fine: bool = False) -> None:
        """Begin to read, if not already reading."""
        if self._thread is None or not self._thread.is_alive() or self._stop.is_set():
            self._stop = threading.Event()
            self._missing = False
            self._latest.put(None)
            reading = (self._stop, fine)
            self._thread = threading.Thread(target=self._read, args=reading, name="camera", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop, and let go of the last picture."""
        self._stop.set()
        self._latest.put(None)

    def _read(self, stop: threading.Event, fine: bool) -> None:  # noqa: FBT001 - a thread's arguments have no names
        """Read until told to stop; a device that is not there is tried again."""
        import cv2  # noqa: PLC0415 -- see the top
        import numpy as np  # noqa: PLC0415 -- see the top

        while not stop.is_set():
            device = cv2.VideoCapture(self._number, cv2.CAP_V4L2)
            self._missing = not device.isOpened()
            if fine:
                # Compressed, because few cameras send so large a picture often enough without that.
                device.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
                device.set(cv2.CAP_PROP_FRAME_WIDTH, FINE_SIZE[0])
                device.set(cv2.CAP_PROP_FRAME_HEIGHT, FINE_SIZE[1])
            while not stop.is_set() and device.isOpened():
                good, picture = device.read()
                if not good:
                    break
                frame = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
                if not stop.is_set():
                    self._latest.put(np.asarray(frame, dtype=np.uint8))
            device.release()
            stop.wait(RETRY_SECONDS)

    @property
    def state(self) -> CameraState:
        """Return what the camera gives now."""
        frame, age = self._latest.get()
        if self._missing or (self._thread is None and not Path(f"/dev/video{self._number}").exists()):
            return CameraState.MISSING
        if self._thread is None or self._stop.is_set():
            return CameraState.STARTING
        if frame is None:
            return CameraState.STARTING if age < 4 * FRESH_SECONDS else CameraState.FROZEN
        if age > 2 * FRESH_SECONDS:
            return CameraState.FROZEN
        return CameraState.COVERED if looks_covered(frame) else CameraState.LIVE

    def frame(self) -> Frame | None:
        """Return the newest picture, None when it is old."""
        frame, age = self._latest.get()
        return frame if age <= FRESH_SECONDS else None


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """A file's picture as of one change of the file. Pictures are not compared: numpy has no yes or no for that."""

    mark: tuple[int, int]
    frame: Frame | None


class FileCamera:
    """An image file in place of a camera; it is read again when it changes, and missing while it is not there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._running = False
        self._seen: _Seen | None = None

    def start(self, *, fine: bool = False) -> None:
        """Begin to show the file, as large as it is."""
        del fine
        self._running = True

    def stop(self) -> None:
        """Stop, and let go of the picture."""
        self._running, self._seen = False, None

    def _picture(self) -> Frame | None:
        try:
            facts = self._path.stat()
            mark = (facts.st_mtime_ns, facts.st_size)
            if self._seen is None or self._seen.mark != mark:
                self._seen = _Seen(mark, _decode(self._path.read_bytes()))
        except OSError:
            self._seen = None
        return self._seen.frame if self._seen else None

    @property
    def state(self) -> CameraState:
        """Return LIVE while there is a picture, else MISSING; STARTING while nobody has started it."""
        if not self._running:
            return CameraState.STARTING if self._path.is_file() else CameraState.MISSING
        frame = self._picture()
        if frame is None:
            return CameraState.MISSING
        return CameraState.COVERED if looks_covered(frame) else CameraState.LIVE

    def frame(self) -> Frame | None:
        """Return the file's picture while running; the same array until the file changes."""
        return self._picture() if self._running else None


def _decode(data: bytes) -> Frame | None:
    """Return an image file's picture as RGB, None when it is none (or half written)."""
    if not data:
        return None
    import cv2  # noqa: PLC0415 -- see the top
    import numpy as np  # noqa: PLC0415 -- see the top

    picture = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_COLOR)
    return None if picture is None else np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), dtype=np.uint8)


class NoCamera:
    """A kiosk without a camera."""

    def start(self, *, fine: bool = False) -> None:
        """Do nothing."""
        del fine

    def stop(self) -> None:
        """Do nothing."""

    @property
    def state(self) -> CameraState:
        """Return NONE."""
        return CameraState.NONE

    def frame(self) -> Frame | None:
        """Return nothing."""
        return None


def open_camera(name: str) -> Camera:
    """Return the camera that ``name`` stands for: ``v4l2:NUMBER``, ``file:PATH`` or ``none``.

    Raises:
        CameraNameError: the name is of neither form.
    """
    kind, _, rest = name.partition(":")
    makers: dict[str, Callable[[], Camera]] = {
        "v4l2": lambda: DeviceCamera(int(rest)),
        "file": lambda: FileCamera(Path(rest)),
        "none": NoCamera,
    }
    if kind not in makers or (kind == "v4l2" and not rest.isdecimal()) or (kind == "file" and not rest):
        raise CameraNameError(f"{name!r} is no camera. Use v4l2:0 for the first device, file:PATH, or none.")
    return makers[kind]()
