"""The real ``lodge-kiosk run`` on a real X server, used through the operating system's own mouse and keyboard.

Where to click comes from a twin: the same kiosk off screen, asked where its buttons are and led through the same
visit. The next click waits until the real one looks like its twin.
"""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageGrab, ImageStat

from workbench.demo.lobby import DemoKiosk
from workbench.demo.processes import Processes
from workbench.lone_kiosk import make_lone_kiosk
from workbench.touch_server import TouchClient

ROOT = Path(__file__).resolve().parents[2]
WIDTH, HEIGHT = 540, 960
SIZE = f"{WIDTH}x{HEIGHT}"
WAIT_SECONDS = 60.0
SETTLE_SECONDS = 0.6
"""More than the kiosk's own 0.4 s, in which a touch cannot be meant for a screen that has only just changed."""

BANNER = 42
"""How high the line about the network is, in pixels."""

KEY_SECONDS = 0.1
ALIKE = 0.3
"""Mean difference of grey values (0 to 255) below which two pictures show the same: clock and caret may differ."""


def _await(what: str, test: Callable[[], bool], seconds: float = WAIT_SECONDS) -> None:
    end = time.monotonic() + seconds
    while not test():
        assert time.monotonic() < end, f"waited {seconds} s in vain: {what}"
        time.sleep(0.1)


@dataclass(frozen=True)
class Display:
    """An X server of our own; its one screen has the size of the kiosk's window."""

    name: str

    def do(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env={**os.environ, "DISPLAY": self.name}, check=True, timeout=10)

    def click(self, place: tuple[float, float]) -> None:
        x, from_below = place
        self.do("mousemove", str(round(x)), str(round(HEIGHT - from_below)), "click", "1")

    def picture(self) -> Image.Image:
        return ImageGrab.grab(xdisplay=self.name).convert("L")

    def await_window(self) -> None:
        _await("the kiosk's window", lambda: len(self.picture().getcolors() or []) > 20)


@pytest.fixture
def display() -> Iterator[Display]:
    reader, writer = os.pipe()
    # Without -noreset it starts anew whenever its last client goes, and clients that come just then are lost.
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{SIZE}x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        assert select.select([reader], [], [], WAIT_SECONDS)[0], "Xvfb does not start"
        yield Display(f":{os.read(reader, 16).decode().strip()}")
    finally:
        os.close(reader)
        server.terminate()
        server.wait(WAIT_SECONDS)


def _environment(display: Display) -> dict[str, str]:
    """Tests that draw off screen in this process leave the choice of their video driver in its environment. Without
    docstrings, as ``./lodge kiosk run`` starts it.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KIVY_", "SDL_"))}
    return {**kept, "PYTHONPATH": str(ROOT), "DISPLAY": display.name, "WAYLAND_DISPLAY": "", "PYTHONOPTIMIZE": "2"}


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "kiosk.cli", *arguments]


@dataclass(frozen=True)
class Lobby:
    """The kiosk under test: an enrolled folder, a process, and the tray of its printer."""

    data: Path
    tray: Path
    process: subprocess.Popen[bytes]

    def people(self) -> list[str]:
        listed = subprocess.run(
            _command("roster", "--json", "--data", str(self.data)),
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
            timeout=60,
        )
        return [person["name"] for person in json.loads(listed.stdout)["people"]]


@pytest.fixture
def lobby(tmp_path: Path, display: Display) -> Iterator[Lobby]:
    data, tray = tmp_path / "kiosk", tmp_path / "tray"
    make_lone_kiosk(data)
    printer = f"virtual:QL-820NWB?out={tray}&media=62x100"
    options = ["--data", str(data), "--camera", "none", "--printer", printer, "--window", SIZE]
    with (tmp_path / "kiosk.log").open("wb") as log:
        process = subprocess.Popen(
            _command("run", *options),
            env=_environment(display),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        display.await_window()
        yield Lobby(data, tray, process)
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[TouchClient]:
    (tmp_path / "logs").mkdir()
    processes = Processes(ROOT, tmp_path / "logs", {})
    kiosk = DemoKiosk(processes, tmp_path / "twin", tmp_path / "twin", name="twin", printer="brother")
    make_lone_kiosk(kiosk.data)
    try:
        kiosk.start(touchable=True, size=SIZE)
        with kiosk.finger() as finger:
            yield finger
    finally:
        processes.stop_all()


@dataclass(frozen=True)
class Pair:
    """The real kiosk and its twin, led step by step through the same visit."""

    display: Display
    twin: TouchClient
    folder: Path

    def click(self, touch_id: str) -> None:
        place = self.twin.where(touch_id)
        self.twin.tap(touch_id)
        self.display.click(place)

    def type(self, letters: str) -> None:
        for letter in letters:
            self.click("keyboard.space" if letter == " " else f"keyboard.{letter}")
            time.sleep(KEY_SECONDS)

    def await_offline(self) -> None:
        """Wait for the line that says so: no server answers, and everything below moves when it appears."""
        self.twin.wait_for_words("No network")
        self.await_alike("offline")

    def await_alike(self, what: str) -> None:
        """Wait until both show the same; the twin is looked at anew each time, since clocks go on."""

        def alike() -> bool:
            expected = Image.open(self.twin.picture(self.folder / f"{what}.png")).convert("L")
            seen = self.display.picture()
            seen.save(self.folder / f"{what}-seen.png")
            return _difference(seen, expected) < ALIKE

        _await(f"the kiosk looks like its twin: {what}; both pictures are in {self.folder}", alike)
        time.sleep(SETTLE_SECONDS)


def _difference(one: Image.Image, other: Image.Image) -> float:
    return float(ImageStat.Stat(ImageChops.difference(_levelled(one), _levelled(other))).mean[0])


def _levelled(picture: Image.Image) -> Image.Image:
    """With the banner as one grey: where two kiosks went offline in different minutes, all of its line is shifted."""
    levelled, strip = picture.copy(), (0, 0, WIDTH, BANNER)
    levelled.paste(round(ImageStat.Stat(picture.crop(strip)).mean[0]), strip)
    return levelled


def test_a_visit_by_the_mouse_of_the_operating_system(
    tmp_path: Path, display: Display, lobby: Lobby, twin: TouchClient
) -> None:
    """F01: from the welcome screen to a recorded arrival and a badge, without any door into the process."""
    pair = Pair(display, twin, tmp_path / "twin")
    pair.await_offline()
    pair.click("welcome.visit")
    pair.await_alike("type")
    pair.click("type.visitor")
    pair.await_alike("details")
    pair.type("odo fen")
    pair.await_alike("name")
    for _ in range(3):
        pair.click("keyboard.next")
        time.sleep(KEY_SECONDS)
    pair.await_alike("host")
    pair.type("cald")
    twin.wait_for_words("Ines")
    pair.await_alike("found")
    pair.click(next(touch_id for touch_id in twin.targets if touch_id.startswith("host.row.")))
    pair.await_alike("photo")
    display.click(twin.where("photo.decline"))
    _await("the badge", (lobby.tray / "badge-001.png").exists)
    assert lobby.people() == ["Odo Fen"]
    assert len(zxingcpp.read_barcodes(Image.open(lobby.tray / "badge-001.png"))) == 1


def test_c45_no_key_leads_out_a_scanner_s_keys_are_a_code_and_sigterm_ends_it_cleanly(
    tmp_path: Path, display: Display, lobby: Lobby, twin: TouchClient
) -> None:
    """C45 (thin), C33: the keys that close windows elsewhere change nothing; the operator's signal does. What a hand
    scanner sends is a code, which nobody waits for here: a sheet says what it is.
    """
    Pair(display, twin, tmp_path / "twin").await_offline()
    before = display.picture()
    display.do("mousemove", str(WIDTH // 2), "20")
    for keys in ("Escape", "alt+F4", "ctrl+q", "ctrl+w", "ctrl+c", "ctrl+alt+Delete", "F1", "F11", "super", "Print"):
        display.do("key", keys)
    time.sleep(2 * SETTLE_SECONDS)
    assert lobby.process.poll() is None
    assert _difference(display.picture(), before) < ALIKE
    display.do("type", "--delay", "4", "WIFI:S:GUEST;T:WPA;P:7-+*.%$/;;")
    display.do("key", "Return")
    _await("the word about the code", lambda: _difference(display.picture(), before) > 10 * ALIKE)
    lobby.process.send_signal(signal.SIGTERM)
    assert lobby.process.wait(10) == 0
    assert lobby.people() == []
