"""The demo's kiosk: enrolled by its code, in a window of its own, driven by touches."""

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from kiosk.navigation import Screen
from workbench.demo.display import require_display, window_size
from workbench.demo.processes import DemoError, Processes
from workbench.demo.summary import await_true
from workbench.touch_server import TouchClient, TouchRefusedError

PIN = "246810"
SIZE = "1080x1920"
_NO_PICTURES: Mapping[Screen, str] = {}
_AS_LODGE_RUNS_IT = {"PYTHONOPTIMIZE": "2"}
_NO_DISPLAY = {"DISPLAY": "", "WAYLAND_DISPLAY": "", **_AS_LODGE_RUNS_IT}
START_SECONDS = 60.0
READING_TOUCHES, READING_SECONDS = 120, 0.5
SETTLE_SECONDS = 0.6
PRINTERS: Mapping[str, tuple[str, str]] = {
    "brother": ("QL-820NWB", "62x100"),
    "zebra": ("ZD421-203", "76x102-203dpi"),
    "escpos": ("TM-m30", "80mm"),
    "dymo": ("LabelWriter-550", "dymo-99014"),
}
"""Virtual printers by family: the model, and the paper that is in it."""


@dataclass(frozen=True, slots=True)
class Guest:
    """What somebody types. ``host`` is enough of a host's name to find one person; ``answers`` are to the type's own
    questions, in order: typed, or the id of what is chosen. ``quiz``: the numbers of the answers about what was read.
    """

    name: str
    company: str
    host: str
    email: str = ""
    visitor_type: str = "visitor"
    assistance: bool = False
    answers: tuple[str, ...] = ()
    quiz: tuple[int, ...] = ()
    photo: bool = True


class DemoKiosk:
    """One kiosk, its camera (a picture file) and its virtual printer."""

    def __init__(self, processes: Processes, folder: Path, out: Path, *, name: str, printer: str) -> None:
        self._processes = processes
        self._out = out
        self.name = name
        self._folder = folder
        self.data = folder / "data"
        self.camera = folder / "camera.png"
        self._socket = folder / "touch"
        self._opened = folder / "opened"
        self.printer_control = folder / "printer"
        model, self._medium = PRINTERS[printer]
        self._printer = f"virtual:{model}?out={out}&media={self._medium}&control={self.printer_control}"
        self._pictures = 0
        folder.mkdir(parents=True, exist_ok=True)

    def enrol(self, code: str, server: str) -> None:
        """Enrol with the code that the console shows."""
        self._processes.run("kiosk.cli", "enrol", code, "--server", server, "--data", str(self.data))

    def show_to_camera(self, picture: Image.Image) -> None:
        """What is in front of the camera from now on."""
        draft = self.camera.with_suffix(".draft.png")
        picture.convert("RGB").save(draft)
        draft.rename(self.camera)

    def start(self, *, touchable: bool, size: str = SIZE) -> None:
        """Open the window, for injected touches off screen or for a person on the display, and wait until it shows."""
        for left in (self._socket, self._opened):
            left.unlink(missing_ok=True)
        common = (str(self.data), f"file:{self.camera}", self._printer, self._medium, str(self._out))
        if touchable:
            arguments = (str(self._socket), *common, size)
            self._processes.start(self.name, "workbench.demo.touchable_kiosk", *arguments, extra=_NO_DISPLAY)
            await_true("the kiosk can be touched", START_SECONDS, self._is_touchable)
        else:
            arguments = (str(self._opened), *common, str(window_size(require_display())))
            # Left to choose, SDL draws where nobody sees it when the display does not answer.
            driver = "x11" if os.environ.get("DISPLAY") else "wayland"
            classes = {"SDL_VIDEO_X11_WMCLASS": "Lodge", "SDL_VIDEO_WAYLAND_WMCLASS": "Lodge"}
            chosen = {"SDL_VIDEODRIVER": driver, **classes, **_AS_LODGE_RUNS_IT}
            self._processes.start(self.name, "workbench.demo.closable_kiosk", *arguments, extra=chosen)
            await_true("the window is open", START_SECONDS, self._is_open)

    @property
    def process_id(self) -> int:
        """Of the kiosk's process while it runs."""
        return self._processes.id_of(self.name)

    def stop(self) -> int:
        """Close the window; returns the kiosk's exit code."""
        return self._processes.stop(self.name)[self.name]

    def require_sound(self) -> None:
        """Fail when the kiosk has broken down; to have been closed is no breakdown.

        Raises:
            DemoError: with the end of its log.
        """
        if not self._processes.ended_well(self.name):
            self._require_running()

    def kill(self) -> None:
        """Cut the kiosk's power."""
        self._processes.kill(self.name)

    def finger(self) -> TouchClient:
        """A finger on this kiosk."""
        return TouchClient(self._socket)

    def picture(self, finger: TouchClient, what: str) -> Path:
        """Save what the kiosk shows as ``kiosk-NN-what.png``."""
        self._pictures += 1
        return finger.picture(self._out / f"kiosk-{self._pictures:02d}-{what}.png")

    def roster(self) -> list[str]:
        """The names on the list, as ``lodge-kiosk roster`` prints them."""
        return [str(person["name"]) for person in self._people()]

    def stays(self) -> list[str]:
        """The ids of the visits on the list."""
        return [str(person["stay"]) for person in self._people()]

    def photos_waiting(self) -> int:
        """How many photos the cloud does not have yet, as ``lodge-kiosk status`` prints it."""
        return int(self._status()["photos_waiting"])

    def recorded(self) -> int:
        """How many events this kiosk has recorded, as ``lodge-kiosk status`` prints it."""
        return int(self._status()["recorded"])

    def has_sent_everything(self) -> bool:
        """Whether receipts cover all events."""
        return int(self._status()["waiting"]) == 0

    def _people(self) -> list[dict[str, Any]]:
        facts = json.loads(self._processes.run("kiosk.cli", "roster", "--json", "--data", str(self.data)))
        people: list[dict[str, Any]] = facts["people"]
        return people

    def _status(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads(
            self._processes.run("kiosk.cli", "status", "--json", "--data", str(self.data))
        )
        return facts

    def check_in(
        self,
        finger: TouchClient,
        guest: Guest,
        *,
        pictures: Mapping[Screen, str] = _NO_PICTURES,
        ends: Screen = Screen.DONE,
    ) -> None:
        """One visit by touches, from the welcome screen to where it ``ends``, with a photo.

        ``pictures`` names those to be taken of screens on the way, just before they are left.
        """
        wanted = dict(pictures)

        def keep(screen: Screen) -> None:
            if screen in wanted:
                self.picture(finger, wanted.pop(screen))

        finger.wait_for(Screen.WELCOME)
        finger.tap("welcome.visit")
        finger.wait_for(Screen.TYPE)
        finger.tap(f"type.{guest.visitor_type}")
        finger.wait_for(Screen.DETAILS)
        self._fill_in(finger, guest)
        keep(Screen.DETAILS)
        finger.tap("keyboard.next")
        self._answer(finger, guest, keep)
        finger.wait_for(Screen.HOST)
        finger.type_text("host.search", guest.host)
        await_true("the host is found", 10, lambda: bool(_rows(finger)))
        keep(Screen.HOST)
        finger.tap(_rows(finger)[0])
        self._finish(finger, guest, keep)
        finger.wait_for(ends)

    def finish_announced(self, finger: TouchClient) -> None:
        """The rest of a visit that an invitation's code has begun, to *done*: what it says is confirmed."""
        while finger.screen is Screen.DETAILS:
            finger.tap("keyboard.next")
        self._finish(finger, Guest("", "", ""), lambda _screen: None)
        finger.wait_for(Screen.DONE)

    def _finish(self, finger: TouchClient, guest: Guest, keep: Callable[[Screen], None]) -> None:
        """Documents and photo."""
        finger.wait_for(Screen.DOCUMENT)
        self._agree_to_all(finger, guest, keep)
        finger.wait_for(Screen.PHOTO)
        if not guest.photo:
            finger.tap("photo.decline")
            return
        self._await_target(finger, "photo.take")
        keep(Screen.PHOTO)
        finger.tap("photo.take")
        self._await_target(finger, "photo.use")
        finger.tap("photo.use")

    def read_on(self, finger: TouchClient, words: str) -> None:
        """Wait for words on a screen that would clear itself, touching it now and then as a reader does."""
        for _ in range(READING_TOUCHES):
            if words in " ".join(finger.words):
                return
            finger.ask("swipe", **{"from": (5.0, 5.0), "to": (5.0, 6.0)})
            time.sleep(READING_SECONDS)
        raise DemoError(f"the words {words!r} did not come; the kiosk shows {finger.screen}")

    def _fill_in(self, finger: TouchClient, guest: Guest) -> None:
        finger.type_text("details.name", guest.name)
        finger.type_text("details.company", guest.company)
        finger.type_text("details.email", guest.email)
        if guest.assistance:
            finger.tap("details.assistance")

    def _answer(self, finger: TouchClient, guest: Guest, keep: Callable[[Screen], None]) -> None:
        """What the type of visitor asks: ``answers`` are typed or touched, in order."""
        for answer in guest.answers:
            keep(finger.screen)
            if finger.screen is Screen.CHOICE:
                finger.tap(f"choice.{answer}")
            else:
                finger.type_text("", answer)
                finger.tap("keyboard.next")

    def _agree_to_all(self, finger: TouchClient, guest: Guest, keep: Callable[[Screen], None]) -> None:
        """The button reads on until the end of a text is seen; then it waits for a signature, or agrees."""
        signed, quiz = not guest.quiz, iter(guest.quiz)
        for _ in range(40):
            screen = finger.screen
            if screen not in {Screen.QUIZ, Screen.DOCUMENT}:
                return
            if screen is Screen.DOCUMENT and "document.sign" in finger.targets and not signed:
                signed = True
                if guest.email:
                    finger.tap("document.copy")
                self._sign(finger)
            if signed:
                keep(screen)
            finger.tap(f"quiz.{next(quiz)}" if screen is Screen.QUIZ else "document.agree")

    def _sign(self, finger: TouchClient) -> None:
        time.sleep(SETTLE_SECONDS)  # a touch right after the screen has changed is not meant for it
        x, y = finger.where("document.sign")
        for begin, end in (((x - 200, y - 40), (x + 120, y + 60)), ((x - 160, y - 60), (x + 200, y - 30))):
            finger.ask("swipe", **{"from": begin, "to": end})

    def _await_target(self, finger: TouchClient, touch_id: str) -> None:
        await_true(f"{touch_id} can be touched", 20, lambda: touch_id in finger.targets)

    def _is_open(self) -> bool:
        self._require_running()
        return self._opened.exists()

    def _require_running(self) -> None:
        if not self._processes.is_running(self.name):
            require_display()  # where that has gone, the kiosk's own last words explain little
        self._processes.require_running(self.name)

    def _is_touchable(self) -> bool:
        self._processes.require_running(self.name)
        try:
            with self.finger() as finger:
                return finger.screen is Screen.WELCOME
        except (OSError, TouchRefusedError):
            return False


def _rows(finger: TouchClient) -> list[str]:
    return [touch_id for touch_id in finger.targets if touch_id.startswith("host.row.")]
