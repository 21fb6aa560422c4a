"""What drawing takes and does not need: the compiler of shaders between two shaders, and corners finer than dots."""

from __future__ import annotations

import ctypes
import math
from pathlib import Path

import pytest

from kiosk.navigation import Screen
from tests.functional.kiosk_face.conftest import SMALL, Opener

LEAST_BYTES = 2 << 20
"""Mesa's functions of the shading language take some 5 MB."""
GREEN = "void main(void) { gl_FragColor = vec4(0.0, 1.0, mod(0.0, 3.0), 1.0); }"


class _Heap(ctypes.Structure):
    """``struct mallinfo2`` of glibc."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in ("arena", "free", "small", "maps", "mapped", "most", "fast", "used", "unused", "top")
    ]


def _bytes_in_use() -> int:
    ask = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if ask is None:
        pytest.skip("only glibc from 2.33 on says what is in use")
    ask.restype = _Heap
    told = ask()
    return int(told.used + told.mapped)


def _draw_with(fragment: str) -> bytes:
    """Draw one dot with a shader that has this text; returns its colour."""
    from kivy.graphics import Fbo, Rectangle  # noqa: PLC0415 - only after Kivy's environment is set

    fbo = Fbo(size=(1, 1), fs=fragment)
    with fbo:
        Rectangle(size=(1, 1))
    fbo.draw()
    return bytes(fbo.pixels)


def test_the_compiler_of_shaders_goes_and_comes_again_with_the_next_shader(kivy_ready: None) -> None:
    from kivy.graphics.opengl import GL_RENDERER, glGetString  # noqa: PLC0415 - only after Kivy's environment is set

    from kiosk.views.shader_compiler import release_shader_compiler  # noqa: PLC0415 - as above

    assert _draw_with(f"// before\n{GREEN}") == b"\x00\xff\x00\xff"
    before = _bytes_in_use()
    release_shader_compiler()
    if b"llvmpipe" in glGetString(GL_RENDERER):
        assert before - _bytes_in_use() > LEAST_BYTES
    release_shader_compiler()
    assert _draw_with(f"// after\n{GREEN}") == b"\x00\xff\x00\xff"
    assert _draw_with(f"// before\n{GREEN}") == b"\x00\xff\x00\xff"


def test_drawing_in_software_has_no_threads_that_keep_frames(kivy_ready: None) -> None:
    names = [name.read_text(encoding="ascii") for name in Path("/proc/self/task").glob("*/comm")]
    assert [name for name in names if name.startswith("llvmpipe")] == []


def test_a_bend_has_as_many_pieces_as_can_be_told_apart(kivy_ready: None) -> None:
    from kiosk.views.shapes import OFF_CIRCLE, pieces  # noqa: PLC0415 - only after Kivy's environment is set

    for radius in (1.0, 8.0, 60.0, 900.0):
        for turn in (math.tau / 4, math.tau):
            assert radius * (1 - math.cos(turn / pieces(radius, turn) / 2)) <= OFF_CIRCLE
    assert pieces(0.01) == pieces(0.0) == 1
    assert pieces(8.0) < 10 < pieces(60.0)
    assert pieces(4.0, math.tau) < 20


def test_a_screen_that_goes_lets_go_of_its_ink_and_the_next_field_has_the_same_keys(open_kiosk: Opener) -> None:
    from kiosk.views.keyboard import Keyboard  # noqa: PLC0415 - only after Kivy's environment is set
    from kiosk.views.parts import find_target, parts_of  # noqa: PLC0415 - as above

    kiosk = open_kiosk(SMALL)
    finger, stage = kiosk.finger, kiosk.window.stage
    ground = stage.children[-1]
    assert ground.ink.children
    finger.tap("welcome.visit")
    finger.wait_for(Screen.DETAILS)
    assert not ground.ink.children
    page, board = stage.children[-2], next(part for part in parts_of(stage) if isinstance(part, Keyboard))
    kiosk.lobby.details.type("Odalys Fernhollow")
    finger.pass_frames()
    finger.tap("keyboard.next")
    assert stage.children[-2] is not page, "the next field of a small panel has a page of its own"
    assert [part for part in parts_of(stage) if isinstance(part, Keyboard)] == [board]
    key = find_target(stage, "keyboard.next")
    assert key is not None
    assert key.ink.children
    Keyboard.put_away()
    assert Keyboard._last is board
    kiosk.lobby.reset()
    Keyboard.put_away()
    assert Keyboard._last is None
