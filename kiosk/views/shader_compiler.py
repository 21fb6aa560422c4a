"""Mesa's compiler of shaders: some 6 MB from the first shader on, which may be given back until the next one."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache

from kivy.core.window import _window_sdl2
from kivy.graphics.opengl import GL_VERSION, glGetString
from kivy.graphics.opengl_utils import gl_has_extension

_RELEASE = b"glReleaseShaderCompiler"


def release_shader_compiler() -> None:
    """Give it back, on the drawing thread. The next new shader brings it again in some milliseconds; what is compiled
    stays. Where OpenGL has no such call: nothing.
    """
    _release()()


@cache
def _release() -> Callable[[], object]:
    """The call itself. Kivy names it, but leaves its address empty."""
    if not (glGetString(GL_VERSION).startswith(b"OpenGL ES") or gl_has_extension("ARB_ES2_compatibility")):
        return lambda: None
    # Through the library that links to SDL: SDL's own file has another name in every package.
    find = getattr(ctypes.CDLL(_window_sdl2.__file__), "SDL_GL_GetProcAddress", None)
    if find is None:
        return lambda: None
    find.restype, find.argtypes = ctypes.c_void_p, (ctypes.c_char_p,)
    address = find(_RELEASE)
    return ctypes.CFUNCTYPE(None)(address) if address else lambda: None
