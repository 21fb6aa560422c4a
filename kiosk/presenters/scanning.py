"""A code before the camera, or typed: the same two screens for a badge that leaves and an invitation that arrives; the
first of them for a driving licence, too. A hand scanner's code takes the same way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kiosk.frame import Frame
from kiosk.navigation import Act, Stop
from kiosk.ports import CameraState
from kiosk.presenters.entry import TextEntry
from kiosk.presenters.key_layouts import FieldKind
from kiosk.presenters.turn import Turn
from kiosk.presenters.typing import KeyboardState, Typing

LOOK_SECONDS = 0.25
CODE_LENGTH = 8
CodeReader = Callable[[Frame], tuple[str, ...]]
"""Reads every code in a picture; runs on a worker thread."""
Settle = Callable[[], str]
"""Acts on an answer, on the drawing thread: leads on and returns nothing, or returns why the code did not do."""


@dataclass(frozen=True, slots=True)
class ScanWords:
    """What a screen for codes says; ``typed_`` of the screen where the code is typed, ``go`` the key that sends it.
    ``otherwise``: the way on without any code, empty where there is none; ``looking`` and ``by_hand``: what is going
    on, and the way to type instead.
    """

    title: str
    lead: str
    lead_without_camera: str
    typed_title: str
    typed_lead: str
    go: str
    otherwise: str = ""
    looking: str = "leaving.looking"
    by_hand: str = "leaving.type_code"


class CodeDesk(Protocol):
    """What codes are good for."""

    def words(self) -> ScanWords:
        """Return what the screens say."""

    def ask(self, *readings: str) -> Settle:
        """Ask about a code, which may be read in more than one way; on a worker thread."""


@dataclass(frozen=True, slots=True)
class ScanState:
    """``camera`` tells whether there is a picture to show; ``sentence`` is what is going on."""

    title: str
    lead: str
    camera: bool
    sentence: str
    problem: str
    type_code: str
    otherwise: str
    tries: int = 0
    """How many codes were tried here."""


class ScanPresenter:
    """Looks for a code in the camera's pictures and takes it to its desk, once. ``fine``: the codes are dense ones."""

    def __init__(self, turn: Turn, read_codes: CodeReader, desk: CodeDesk, *, fine: bool = False) -> None:
        self._turn = turn
        self._read = read_codes
        self._desk = desk
        self._fine = fine
        self._looking = False
        self._last = ""
        self._problem = ""
        self._tries = 0
        self._seen = turn.ports.camera.state
        self._stop: Callable[[], None] = lambda: None

    def shown(self) -> None:
        """Start the camera and begin to look."""
        self._last, self._problem, self._looking, self._tries = "", "", False, 0
        self._turn.ports.camera.start(fine=self._fine)
        self._seen = self._turn.ports.camera.state
        self._stop = self._turn.every(LOOK_SECONDS, self._look)

    def hidden(self) -> None:
        """Stop looking, and forget what was read."""
        self._stop()
        self._last = ""
        self._turn.ports.camera.stop()

    def frame(self) -> Frame | None:
        """Return the newest picture."""
        return self._turn.ports.camera.frame()

    def type_code(self) -> None:
        """Type the readable code instead."""
        self._turn.go(Act.TYPE_CODE)

    def go_otherwise(self) -> None:
        """Go the way without a code, where there is one."""
        self._turn.go(Act.CLAIM)

    def _look(self) -> bool:
        state = self._turn.ports.camera.state
        if state is not self._seen:
            self._seen = state
            self._turn.changed()
        frame = self._turn.ports.camera.frame()
        if frame is not None and not self._looking:
            self._looking = True
            self._turn.work(lambda: self._read(frame), self._found)
        return True

    def _found(self, codes: tuple[str, ...]) -> None:
        """Try a code once; the same one still in the picture is not asked about again."""
        new = [code for code in codes if code != self._last]
        if not codes:
            self._last = ""
        if not new:
            self._looking = False
            return
        self._last = new[0]
        self.take(new[0])

    def take(self, *readings: str) -> None:
        """Take a code to its desk, as the camera or a hand scanner reads it."""
        here = self._turn.stop
        self._turn.work(lambda: self._desk.ask(*readings), lambda settle: self._settled(settle, here))

    def _settled(self, settle: Settle, asked_on: Stop) -> None:
        """Follow the answer, if the visitor is still where the code was read."""
        self._looking = False
        if self._turn.stop == asked_on:
            self._problem = settle()
            self._tries += 1
            self._turn.changed()

    def view(self) -> ScanState:
        """Return what to show."""
        say, words = self._turn.say, self._desk.words()
        works = self._seen in {CameraState.LIVE, CameraState.STARTING, CameraState.COVERED}
        sentence = say(words.looking)
        if self._seen is CameraState.COVERED:
            sentence = say("photo.covered")
        elif not works:
            sentence = say("leaving.no_camera")
        return ScanState(
            title=words.title,
            lead=words.lead if works else words.lead_without_camera,
            camera=works,
            sentence=sentence,
            problem=self._problem,
            type_code=say(words.by_hand),
            otherwise=words.otherwise,
            tries=self._tries,
        )


@dataclass(frozen=True, slots=True)
class CodeState:
    """The typed code and what is wrong with it."""

    title: str
    lead: str
    label: str
    entry: TextEntry
    problem: str
    keyboard: KeyboardState
    tries: int = 0
    """How often a code was tried; each time ``problem`` is read aloud."""


class CodePresenter:
    """Takes the eight readable characters of a code."""

    def __init__(self, turn: Turn, desk: CodeDesk) -> None:
        self._turn = turn
        self._desk = desk
        self._typing = Typing(turn.words, turn.words.code, digits=True)
        self._typing.use(FieldKind.CODE, TextEntry(limit=CODE_LENGTH), desk.words().go)
        self._problem = ""
        self._tries = 0
        self._busy = False

    def press(self, key: str) -> None:
        """Press a key of the keyboard."""
        self._problem = ""
        self._typing.press(key, self.submit)
        self._turn.changed()

    def type(self, text: str) -> None:
        """Type characters from a real keyboard."""
        self._problem = ""
        self._typing.type(text)
        self._turn.changed()

    def move(self, signs: int) -> bool:
        """Move the cursor to the right (1) or to the left (-1); ``False`` where there is nothing to move it in."""
        moved = self._typing.move(signs)
        if moved:
            self._turn.changed()
        return moved

    def submit(self) -> None:
        """Ask about the code."""
        text = self._typing.entry.value
        if self._busy:
            return
        if len(text) < CODE_LENGTH:
            self._problem = self._turn.say("code.longer")
            self._tries += 1
            self._turn.changed()
            return
        self.take(text)

    def take(self, *readings: str) -> None:
        """Ask about a code that was typed, or read by a hand scanner."""
        if not self._busy:
            self._busy = True
            here = self._turn.stop
            self._turn.work(lambda: self._desk.ask(*readings), lambda settle: self._settled(settle, here))

    def _settled(self, settle: Settle, asked_on: Stop) -> None:
        """Follow the answer, if the visitor is still where the code was typed."""
        self._busy = False
        if self._turn.stop == asked_on:
            self._problem = settle()
            self._tries += 1
            self._turn.changed()

    def view(self) -> CodeState:
        """Return what to show."""
        words = self._desk.words()
        return CodeState(
            words.typed_title,
            words.typed_lead,
            self._turn.say("code.label"),
            self._typing.entry,
            self._problem,
            self._typing.state(),
            self._tries,
        )
