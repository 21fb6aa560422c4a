"""One real Kivy window for all tests here: off screen without a display, and the same code path as the product's."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.camera import encode_photo
from kiosk.codes import read_codes
from kiosk.framing import frame_face
from kiosk.presenters.cast import LobbyCraft
from kiosk.presenters.lobby import Lobby
from kiosk.views.environment import WindowOptions, prepare_environment
from workbench.golden_set import CANVAS
from workbench.sample_kiosk import SampleKiosk
from workbench.sample_pictures import face_picture
from workbench.sample_texts import PEOPLE

if TYPE_CHECKING:
    from kiosk.views.window import KioskWindow
    from workbench.key_presses import HandScanner
    from workbench.touch import Finger

PORTRAIT, LANDSCAPE, SMALL, UPRIGHT = (1080, 1920), (1280, 800), (800, 480), (480, 800)
"""``UPRIGHT``: a small panel that hangs so."""


@pytest.fixture(scope="session")
def kivy_ready(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Import Kivy once, with its environment set as the product sets it."""
    prepare_environment(tmp_path_factory.mktemp("kivy"), WindowOptions(*CANVAS))
    with warnings.catch_warnings():
        # Kivy 2.3.1 uses forms of its own dependencies that newer ones announce to remove; none of it is ours.
        warnings.simplefilter("ignore", DeprecationWarning)
        from kivy.base import runTouchApp  # noqa: PLC0415 - only after its environment is set
        from kivy.core.window import Window  # noqa: PLC0415 - as above

        Window.create_window()
        runTouchApp(embedded=True)
    gc.freeze()  # tidying is for what a kiosk leaves behind, and not for all that tests have loaded


class OpenKiosk:
    """A kiosk in the window: its ports, its lobby, and a finger."""

    def __init__(self, kiosk: SampleKiosk, lobby: Lobby, window: KioskWindow, finger: Finger) -> None:
        self.kiosk = kiosk
        self.lobby = lobby
        self.window = window
        self.finger = finger

    @property
    def text(self) -> str:
        """Return all words on the screen."""
        return "\n".join(self.finger.words())

    def scanner(self, layout: Mapping[str, str] | None = None) -> HandScanner:
        """Return a hand scanner at a machine whose own keyboard has this layout."""
        from workbench.key_presses import HandScanner  # noqa: PLC0415 - only after Kivy's environment is set

        return HandScanner(self.finger, layout)

    def pass_time(self, seconds: float) -> None:
        """Let the kiosk's time pass."""
        self.kiosk.scheduler.pass_time(seconds)
        self.finger.pass_frames()


def _frame_without_drawing() -> None:
    """Let a frame's events happen; drawing in software takes most of a frame and is left to pictures."""
    from kivy.base import EventLoop  # noqa: PLC0415 - only after its environment is set
    from kivy.clock import Clock  # noqa: PLC0415 - as above

    Clock.tick()
    EventLoop.dispatch_input()


Opener = Callable[..., OpenKiosk]


@pytest.fixture
def open_kiosk(kivy_ready: None) -> Iterator[Opener]:
    """Return a function that opens a kiosk at a size; it is taken out of the window afterwards."""
    from kivy.core.window import Window  # noqa: PLC0415 - only after its environment is set

    from kiosk.views.window import KioskWindow  # noqa: PLC0415 - as above
    from workbench.touch import Finger  # noqa: PLC0415 - as above

    opened: list[KioskWindow] = []

    def open_at(
        size: tuple[int, int] = PORTRAIT, kiosk: SampleKiosk | None = None, *, drawn: bool = False
    ) -> OpenKiosk:
        made = kiosk or SampleKiosk()
        made.desk.people = made.desk.people or PEOPLE
        if made.camera.picture is None:
            made.camera.picture = face_picture()
        Window.size = size
        lobby = Lobby(made.ports, LobbyCraft(read_codes, encode_photo, frame_face))
        window = KioskWindow(lobby, WindowOptions(*size, frames_per_second=1000))
        window.stage.settle_seconds = 0.02
        window.open()
        opened.append(window)
        finger = Finger(pump=None if drawn else _frame_without_drawing)
        finger.pass_frames(8)
        return OpenKiosk(made, lobby, window, finger)

    yield open_at
    for window in opened:
        window.leave()


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Return a folder for pictures."""
    return tmp_path
