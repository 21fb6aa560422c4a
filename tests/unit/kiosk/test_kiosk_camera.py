from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kiosk.camera import CameraNameError, DeviceCamera, FileCamera, NoCamera, encode_photo, looks_covered, open_camera
from kiosk.codes import MOST_CHARACTERS, read_codes
from kiosk.ports import CameraState
from workbench.sample_licence import code_picture
from workbench.sample_pictures import face_picture, held_badge


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "seen.png"
    Image.fromarray(face_picture()).save(path)
    return path


def test_a_file_stands_in_for_a_camera_and_is_read_again_when_it_changes(picture: Path) -> None:
    camera = open_camera(f"file:{picture}")
    camera.start()
    first = camera.frame()
    assert first is not None
    assert first.shape == (480, 640, 3)
    assert camera.frame() is first
    Image.fromarray(held_badge("Pim", "OTHER")).save(picture)
    os.utime(picture, ns=(1, 1))
    second = camera.frame()
    assert second is not None
    assert read_codes(second) == ("OTHER",)


def test_colours_arrive_as_red_green_blue(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), (200, 30, 10)).save(tmp_path / "red.png")
    camera = FileCamera(tmp_path / "red.png")
    camera.start()
    frame = camera.frame()
    assert frame is not None
    assert tuple(frame[0, 0]) == (200, 30, 10)


def test_c42_a_missing_or_broken_file_is_a_missing_camera(tmp_path: Path) -> None:
    camera = FileCamera(tmp_path / "none.png")
    camera.start()
    assert camera.state is CameraState.MISSING
    assert camera.frame() is None
    (tmp_path / "none.png").write_bytes(b"half a pict")
    assert camera.state is CameraState.MISSING
    (tmp_path / "none.png").write_bytes(b"")
    assert camera.state is CameraState.MISSING


def test_a_stopped_camera_shows_and_holds_nothing(picture: Path) -> None:
    camera = FileCamera(picture)
    camera.start()
    assert camera.frame() is not None
    camera.stop()
    assert camera.frame() is None
    assert camera._seen is None


def test_c42_a_covered_camera_is_seen(tmp_path: Path) -> None:
    Image.new("RGB", (64, 48), (6, 5, 5)).save(tmp_path / "dark.png")
    camera = FileCamera(tmp_path / "dark.png")
    states = [camera.state]
    camera.start()
    assert [*states, camera.state] == [CameraState.STARTING, CameraState.COVERED]
    assert not looks_covered(face_picture())


def test_c42_a_device_that_is_not_there_is_missing_and_never_blocks() -> None:
    camera = DeviceCamera(97)
    states = [camera.state]
    camera.start()
    camera.start()
    thread = camera._thread
    assert thread is not None
    while not camera._missing:
        thread.join(0.01)
    states.append(camera.state)
    assert states == [CameraState.MISSING, CameraState.MISSING]
    assert camera.frame() is None
    camera.stop()
    thread.join(10)
    assert not thread.is_alive()


@pytest.mark.parametrize("name", ["usb:0", "v4l2:", "v4l2:x", "file:", ""])
def test_a_camera_name_that_is_none_is_refused_with_the_forms_that_are(name: str) -> None:
    with pytest.raises(CameraNameError, match="v4l2:0"):
        open_camera(name)


def test_a_kiosk_may_have_no_camera() -> None:
    camera = open_camera("none")
    camera.start()
    camera.stop()
    assert isinstance(camera, NoCamera)
    assert (camera.state, camera.frame()) == (CameraState.NONE, None)


def test_f06_a_photo_is_a_plain_jpeg_of_the_arch_shape_without_metadata() -> None:
    photo = Image.open(BytesIO(encode_photo(face_picture())))
    assert photo.format == "JPEG"
    assert photo.width / photo.height == pytest.approx(76 / 92, abs=0.01)
    assert len(photo.getexif()) == 0


def test_large_photos_are_made_smaller() -> None:
    photo = Image.open(BytesIO(encode_photo(np.zeros((2000, 3000, 3), dtype=np.uint8))))
    assert photo.height == 720


def test_f13_a_badge_held_to_the_camera_is_read() -> None:
    assert read_codes(held_badge("Odalys Fernhollow", "LODGE-CODE-1")) == ("LODGE-CODE-1",)
    assert read_codes(face_picture()) == ()


def test_c33_of_a_code_longer_than_any_of_ours_so_much_is_passed_on_as_tells_what_it_is() -> None:
    text = "BEGIN:VCARD\nNOTE:" + "X" * 2400
    (read,) = read_codes(np.asarray(code_picture(text, square=True).resize((900, 900)).convert("RGB")))
    assert read == text[:MOST_CHARACTERS]
