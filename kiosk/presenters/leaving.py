"""Going home: the badge's code shown to the camera, or typed, ends the visit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.frame import Frame
from kiosk.navigation import Act
from kiosk.ports import CameraState, Departed, DepartureRefused
from kiosk.presenters.entry import TextEntry
from kiosk.presenters.key_layouts import FieldKind
from kiosk.presenters.turn import Turn
from kiosk.presenters.typing import KeyboardState, Typing

LOOK_SECONDS = 0.25
CODE_LENGTH = 8
CodeReader = Callable[[Frame], tuple[str, ...]]
"""Reads every code in a picture; runs on a worker thread."""


@dataclass(frozen=True, slots=True)
class LeavingState:
    """``camera`` tells whether there is a picture to show; ``sentence`` is what is going on."""

    title: str
    lead: str
    camera: bool
    sentence: str
    problem: str
    type_code: str


class LeavingPresenter:
    """Looks for a code in the camera's pictures and signs its bearer out, once."""

    def __init__(self, turn: Turn, read_codes: CodeReader) -> None:
        self._turn = turn
        self._read = read_codes
        self._looking = False
        self._last = ""
        self._problem = ""
        self._seen = turn.ports.camera.state
        self._stop: Callable[[], None] = lambda: None

    def shown(self) -> None:
        """Start the camera and begin to look."""
        self._last, self._problem, self._looking = "", "", False
        self._turn.ports.camera.start()
        self._seen = self._turn.ports.camera.state
        self._stop = self._turn.every(LOOK_SECONDS, self._look)

    def hidden(self) -> None:
        """Stop looking."""
        self._stop()
        self._turn.ports.camera.stop()

    def frame(self) -> Frame | None:
        """Return the newest picture."""
        return self._turn.ports.camera.frame()

    def type_code(self) -> None:
        """Type the readable code instead."""
        self._turn.go(Act.TYPE_CODE)

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
        self._turn.work(lambda: self._turn.ports.departure.by_code(new[0]), self._settled)

    def _settled(self, outcome: Departed | DepartureRefused) -> None:
        if isinstance(outcome, Departed):
            self._turn.given.departed = outcome
            self._turn.go(Act.NEXT)
            return
        self._looking = False
        self._problem = self._turn.say(f"leaving.{outcome.reason.value}")
        self._turn.changed()

    def view(self) -> LeavingState:
        """Return what to show."""
        say = self._turn.say
        works = self._seen in {CameraState.LIVE, CameraState.STARTING, CameraState.COVERED}
        sentence = say("leaving.looking")
        if self._seen is CameraState.COVERED:
            sentence = say("photo.covered")
        elif not works:
            sentence = say("leaving.no_camera")
        return LeavingState(
            title=say("leaving.title"),
            lead=say("leaving.lead") if works else say("leaving.lead_typed"),
            camera=works,
            sentence=sentence,
            problem=self._problem,
            type_code=say("leaving.type_code"),
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


class CodePresenter:
    """Takes the eight readable characters of a badge."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._typing = Typing(turn.words, turn.words.code, digits=True)
        self._typing.use(FieldKind.CODE, TextEntry(limit=CODE_LENGTH), "code.go")
        self._problem = ""
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

    def submit(self) -> None:
        """Ask for the visit to end."""
        text = self._typing.entry.value
        if self._busy:
            return
        if len(text) < CODE_LENGTH:
            self._problem = self._turn.say("code.longer")
            self._turn.changed()
            return
        self._busy = True
        self._turn.work(lambda: self._turn.ports.departure.by_code(text), self._settled)

    def _settled(self, outcome: Departed | DepartureRefused) -> None:
        self._busy = False
        if isinstance(outcome, Departed):
            self._turn.given.departed = outcome
            self._turn.go(Act.NEXT)
        else:
            self._problem = self._turn.say(f"leaving.{outcome.reason.value}")
        self._turn.changed()

    def view(self) -> CodeState:
        """Return what to show."""
        say = self._turn.say
        return CodeState(
            say("code.title"),
            say("code.lead"),
            say("code.label"),
            self._typing.entry,
            self._problem,
            self._typing.state(),
        )


@dataclass(frozen=True, slots=True)
class GoodbyeState:
    """The last words."""

    title: str
    name: str
    when: str
    lead: str
    finish: str


class GoodbyePresenter:
    """Says goodbye."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    def view(self) -> GoodbyeState | None:
        """Return what to show, None when nobody has left."""
        say, departed = self._turn.say, self._turn.given.departed
        if departed is None:
            return None
        when = say("goodbye.when", time=self._turn.clock(departed.departed_at))
        return GoodbyeState(say("goodbye.title"), departed.display_name, when, say("goodbye.lead"), say("done.finish"))
