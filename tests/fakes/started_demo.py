"""``./lodge demo`` as somebody starts it, and a place of its own for what it keeps while it runs."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.demo.processes import await_nobody_in

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Started by root, the database runs as a user of its own, who may not pass through pytest's folders."""
    made = Path(tempfile.mkdtemp(prefix="lodge-test-demo-"))
    made.chmod(0o711)
    try:
        yield made
    finally:
        shutil.rmtree(made)


def demo_environment(temporary: Path, *, display: str = "") -> dict[str, str]:
    """Tests that draw off screen in this process leave the choice of their video driver in its environment."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KIVY_", "SDL_"))}
    return {**kept, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary), "DISPLAY": display, "WAYLAND_DISPLAY": ""}


def demo_command(*arguments: str) -> list[str]:
    """What ``./lodge demo`` runs."""
    return [sys.executable, "-P", "-m", "workbench.demo", *arguments]


def leaves_nothing(temporary: Path) -> bool:
    """Whether no process speaks of the folder, and nothing is in it."""
    return await_nobody_in(temporary, seconds=0) and list(temporary.iterdir()) == []
