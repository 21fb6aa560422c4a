"""What Kivy reads from the environment, set before its first import. Called by the composition and by nothing else."""

from __future__ import annotations

import importlib.util
import logging
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from kiosk.views.lean_clock import load_clock

_STYLE = "style.kv"


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """How the window is opened. ``rotation`` in degrees; ``frames_per_second`` is the ceiling while touched,
    ``quiet_frames_per_second`` when nobody has touched for a while.
    """

    width: int = 1080
    height: int = 1920
    fullscreen: bool = False
    rotation: int = 0
    show_cursor: bool = False
    frames_per_second: int = 30
    quiet_frames_per_second: int = 5


class EnvironmentTooLateError(RuntimeError):
    """Kivy was imported before its environment was set."""


def prepare_environment(home: Path, options: WindowOptions) -> None:
    """Set Kivy's environment and configuration.

    ``home`` is a folder of the application's own for Kivy's settings. Without a display SDL draws off screen, with
    real pixels. Input comes from SDL alone: a panel that is read twice types twice (Kivy issue 3801).

    Raises:
        EnvironmentTooLateError: Kivy is already imported, so that nothing here would count.
    """
    if "kivy" in sys.modules:
        raise EnvironmentTooLateError("Kivy was imported before prepare_environment was called.")
    home.mkdir(parents=True, exist_ok=True)
    os.environ.update(
        KIVY_NO_ARGS="1",
        KIVY_NO_FILELOG="1",
        KIVY_NO_ENV_CONFIG="1",
        KIVY_HOME=str(home),
        KIVY_IMAGE="sdl2",
        KIVY_CLIPBOARD="sdl2",
        KIVY_WINDOW="sdl2",
        KIVY_TEXT="sdl2",
        KIVY_METRICS_DENSITY="1",
        KIVY_METRICS_FONTSCALE="1",
    )
    os.environ.setdefault("KIVY_LOG_MODE", "PYTHON")
    # Of Mesa where it draws in software: with threads of its own it keeps whole frames, up to 17 MB each, until another
    # one happens to take their place. Each frame is waited for in any case.
    os.environ.setdefault("LP_NUM_THREADS", "0")
    data = _data_without_style(home)
    if data is not None:
        os.environ["KIVY_DATA_DIR"] = str(data)
    if sys.platform == "linux" and not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
    _configure(options)
    load_clock()


def _data_without_style(home: Path) -> Path | None:
    """A folder with all that Kivy brings but its style sheet, which is read and compiled at every start: no part of
    the kiosk takes anything from it (``Part.apply_class_lang_rules``). ``None`` where links cannot be made.
    """
    found = importlib.util.find_spec("kivy")
    if found is None or not found.submodule_search_locations:
        return None
    brought, own = Path(found.submodule_search_locations[0]) / "data", home / "data"
    try:
        own.mkdir(exist_ok=True)
        for entry in brought.iterdir():
            here = own / entry.name
            if entry.name == _STYLE:
                here.write_text("#:kivy 1.0\n", encoding="ascii")
            elif not here.is_symlink() or here.readlink() != entry:
                here.unlink(missing_ok=True)
                here.symlink_to(entry)
    except OSError:
        return None
    return own


def _configure(options: WindowOptions) -> None:
    # A new settings folder makes Kivy warn that its own file is old; the file is Kivy's, and nothing is wrong.
    kivy_log = logging.getLogger("kivy")
    level = kivy_log.level
    kivy_log.setLevel(logging.ERROR)
    from kivy.config import Config  # noqa: PLC0415 - importable only once the environment is set

    kivy_log.setLevel(level)

    values: dict[str, dict[str, object]] = {
        "graphics": {
            "width": options.width,
            "height": options.height,
            "fullscreen": "auto" if options.fullscreen else 0,
            "borderless": int(options.fullscreen),
            "resizable": 0,
            "rotation": options.rotation,
            "show_cursor": int(options.show_cursor),
            # Every shape smooths its own edges. Several samples a pixel would take 12 bytes a pixel more for each.
            "multisamples": 0,
            "maxfps": options.frames_per_second,
        },
        "kivy": {"exit_on_escape": 0, "keyboard_mode": "system", "log_level": "warning", "desktop": 0},
        "postproc": {"double_tap_time": 250, "triple_tap_time": 375, "jitter_distance": 0},
    }
    for section, entries in values.items():
        for name, value in entries.items():
            Config.set(section, name, str(value))
    Config.remove_section("input")
    Config.add_section("input")
    Config.set("input", "mouse", "mouse,disable_multitouch")
