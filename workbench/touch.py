"""A finger for tests and the demo: touches that take the same way through Kivy as those of a panel.

    finger = Finger()
    finger.tap("welcome.visit")
    finger.type_text("details.name", "Odalys Fernhollow")
    finger.wait_for(Screen.HOST)

A touch is a motion event at the middle of the target in window coordinates, handed to Kivy's event loop as an input
provider hands it over. Whatever lies above the target gets the touch, as with a real finger.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeVar

from kivy.base import EventLoop
from kivy.core.window import Window
from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels
from kivy.input.motionevent import MotionEvent

from kiosk.navigation import Screen
from kiosk.views.keyboard import KeyTarget
from kiosk.views.parts import Target, find_target, parts_of, visible_words
from kiosk.views.stage import Stage

SETTLE_FRAMES = 2
KEY_FRAMES = 1
PICTURE_FRAMES = 6
FRAME_SECONDS = 0.002
HOLD_SECONDS = 0.55
SETTLING = "the screen to settle"
_numbers = count(1)
T = TypeVar("T")


Drawing = Callable[[Callable[[], Any]], Any]


class TouchFailedError(AssertionError):
    """A finger did not find what it was to touch, or waited in vain."""


class FingerTouch(MotionEvent):  # type: ignore[misc]  # Kivy carries no types
    """One touch with a position; ``sx`` and ``sy`` run from 0 to 1."""

    def __init__(self, device: str, number: str, args: tuple[float, float]) -> None:
        super().__init__(device, number, args, is_touch=True, type_id="touch")
        self.profile = ["pos"]

    def depack(self, args: tuple[float, float]) -> None:
        """Take the relative position."""
        self.sx, self.sy = args
        super().depack(args)


@dataclass(frozen=True, slots=True)
class Sight:
    """What is on the display: the screen, all its words, and the ids of what can be touched."""

    screen: Screen
    words: list[str]
    targets: list[str]


class Finger:
    """Touches the stage that is in the window now."""

    def __init__(self, pump: Callable[[], None] | None = None, drawing: Drawing | None = None) -> None:
        """Take ``pump``, which lets one frame pass, and ``drawing``, which runs something on the drawing thread.

        Left out, both mean that the caller is that thread and turns Kivy's loop itself.
        """
        self._pump = pump or _one_frame
        self._drawing = drawing or _at_once

    def stage(self) -> Stage:
        """Return the stage in the window."""
        for child in Window.children:
            if isinstance(child, Stage):
                return child
        raise TouchFailedError("There is no kiosk in the window.")

    def target(self, touch_id: str) -> Target:
        """Return the target with this id."""
        found = find_target(self.stage(), touch_id)
        if found is None:
            raise TouchFailedError(
                f"Nothing on screen {self.stage().screen} is called {touch_id}. There are {self.targets()}."
            )
        return found

    def targets(self) -> list[str]:
        """Return the ids of everything on the screen that can be touched."""
        return sorted(part.touch_id for part in parts_of(self.stage()) if isinstance(part, Target))

    def middle(self, touch_id: str) -> tuple[float, float]:
        """Return a target's middle in window coordinates."""
        target = self.target(touch_id)
        x, y = target.to_window(*target.center)
        return float(x), float(y)

    def down(self, point: tuple[float, float]) -> FingerTouch:
        """Lay a finger on a point of the window."""
        touch = FingerTouch("finger", f"finger-{next(_numbers)}", _relative(point))
        self._drawing(lambda: EventLoop.post_dispatch_input("begin", touch))
        return touch

    def down_on(self, touch_id: str) -> FingerTouch:
        """Lay a finger on a target where it is at that very moment."""
        laid: FingerTouch = self._drawing(lambda: self._lay(touch_id))
        return laid

    def _lay(self, touch_id: str) -> FingerTouch:
        touch = FingerTouch("finger", f"finger-{next(_numbers)}", _relative(self.middle(touch_id)))
        EventLoop.post_dispatch_input("begin", touch)
        return touch

    def move(self, touch: FingerTouch, point: tuple[float, float]) -> None:
        """Drag a finger to another point."""
        touch.move(_relative(point))
        self._drawing(lambda: EventLoop.post_dispatch_input("update", touch))

    def up(self, touch: FingerTouch) -> None:
        """Lift a finger."""
        self._drawing(lambda: self._lift(touch))

    @staticmethod
    def _lift(touch: FingerTouch) -> None:
        touch.update_time_end()
        EventLoop.post_dispatch_input("end", touch)

    def pass_frames(self, frames: int = SETTLE_FRAMES) -> None:
        """Let some frames pass."""
        for _ in range(frames):
            self._pump()

    def tap(self, touch_id: str) -> None:
        """Touch a target and let go."""
        self._press(lambda: touch_id)
        self.pass_frames()

    def settle(self) -> None:
        """Wait as a person does who looks before touching: a touch right after a screen change does not count."""
        self.wait_until(lambda: not self.stage().is_settling, SETTLING)

    def _press(self, choose: Callable[[], str | None]) -> bool:
        """Once the screen has settled, touch what ``choose`` names then, if anything; returns whether it did.

        The finger is lifted in the same frame: on a slow machine two frames may be as long as a long press.
        """
        pressed = False

        def act() -> bool:
            nonlocal pressed
            if self.stage().is_settling:
                return False
            touch_id = choose()
            if touch_id is not None:
                self._lift(self._lay(touch_id))
                pressed = True
            return True

        self.wait_until(act, SETTLING)
        return pressed

    def hold(self, touch_id: str, seconds: float = HOLD_SECONDS) -> None:
        """Touch a target for a while."""
        self.settle()
        touch = self.down_on(touch_id)
        end = monotonic() + seconds
        while monotonic() < end:
            self._pump()
        self.up(touch)
        self.pass_frames()

    def swipe(self, start: tuple[float, float], end: tuple[float, float], steps: int = 8) -> None:
        """Drag from one point of the window to another."""
        touch = self.down(start)
        for step in range(1, steps + 1):
            share = step / steps
            self.move(touch, (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share))
            self._pump()
        self.up(touch)
        self.pass_frames()

    def type_text(self, field_id: str, text: str) -> None:
        """Touch a field, then one key after another, with shift, symbols and accents as a person would."""
        if field_id:
            self.tap(field_id)
        for character in text:
            self._type(character)

    def _type(self, character: str) -> None:
        """Find the key for a character: on the keys as they are, else with shift, the other page, or an accent."""
        for turn in ("", "keyboard.shift", "keyboard.symbols", "keyboard.shift"):
            if turn and self._press(partial(self._present, turn)):
                self.pass_frames()
            if self._press(partial(self._key, character)):
                self.pass_frames(KEY_FRAMES)
                if turn and self._press(self._way_back_to_letters):
                    self.pass_frames()
                return
            parent = self._drawing(partial(self._accent_parent, character))
            if parent is not None:
                self.hold(parent)
                self.tap(f"keyboard.accent.{character}")
                return
        raise TouchFailedError(f"No key writes {character!r}.")

    def _present(self, touch_id: str) -> str | None:
        return touch_id if find_target(self.stage(), touch_id) is not None else None

    def _way_back_to_letters(self) -> str | None:
        return None if self._present("keyboard.shift") else self._present("keyboard.symbols")

    def _keys(self) -> list[KeyTarget]:
        return [part for part in parts_of(self.stage()) if isinstance(part, KeyTarget)]

    def _key(self, character: str) -> str | None:
        for target in self._keys():
            if target.key.id == "space" and character == " ":
                return target.touch_id
            if not target.key.function and target.key.label == character:
                return target.touch_id
        return None

    def _accent_parent(self, character: str) -> str | None:
        found = (target.touch_id for target in self._keys() if character in target.key.accents)
        return next(found, None)

    def wait_for(self, screen: Screen | str, seconds: float = 20.0) -> None:
        """Let frames pass until a screen is shown."""
        self.wait_until(lambda: self.stage().screen == screen, f"screen {screen}", seconds)

    def wait_for_words(self, words: str, seconds: float = 20.0) -> None:
        """Let frames pass until some words are on the screen."""
        self.wait_until(lambda: words in " ".join(self.words()), f"the words {words!r}", seconds)

    def wait_until(self, true: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
        """Let frames pass until something is so."""
        end = monotonic() + seconds
        while not self._drawing(true):
            if monotonic() > end:
                raise TouchFailedError(f"Waited {seconds} s for {what}; on {self.stage().screen}: {self.words()}")
            self._pump()

    def words(self) -> list[str]:
        """Return all words on the screen."""
        found: list[str] = self._drawing(lambda: visible_words(self.stage()))
        return found

    def look(self) -> Sight:
        """Return everything that can be seen and touched in one frame."""
        seen: Sight = self._drawing(lambda: Sight(self.stage().screen, visible_words(self.stage()), self.targets()))
        return seen

    def picture(self, path: Path) -> Path:
        """Save what the window shows as PNG, once nothing is on its way any more."""
        self.wait_until(lambda: not self.stage().is_moving, SETTLING)
        self.pass_frames(PICTURE_FRAMES)
        self._drawing(lambda: save_window(path))
        return path


def _relative(point: tuple[float, float]) -> tuple[float, float]:
    return point[0] / Window.width, point[1] / Window.height


def _at_once(act: Callable[[], T]) -> T:
    return act()


def _one_frame() -> None:
    EventLoop.idle()
    sleep(FRAME_SECONDS)


def save_window(path: Path) -> None:
    """Draw once more and save the window's pixels as PNG."""
    from PIL import Image  # noqa: PLC0415 -- who only touches, as what measures a kiosk does, brings none of it

    Window.dispatch("on_draw")
    width, height = Window.system_size
    pixels = glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE)
    picture = Image.frombytes("RGB", (width, height), pixels)
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM).save(path)
