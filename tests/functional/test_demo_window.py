"""The demo with a window: what it tells, what a person may do, and what the window system may do to it."""

import re
import ssl
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fakes.started_demo import demo_command, demo_environment, leaves_nothing, temporary_folder
from tests.fakes.terminal import TerminalProgram
from tests.fakes.x_server import XServer, x_server
from workbench.demo.lobby import DemoKiosk
from workbench.demo.processes import DemoError, Processes
from workbench.lone_kiosk import make_lone_kiosk

ROOT = Path(__file__).resolve().parents[2]
NAME = "Lobby"


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[XServer]:
    with x_server() as server:
        monkeypatch.setenv("DISPLAY", server.display)
        yield server


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    (tmp_path / "logs").mkdir()
    made = Processes(ROOT, tmp_path / "logs", {})
    yield made
    made.stop_all()


@pytest.fixture
def kiosk(tmp_path: Path, screen: XServer, processes: Processes) -> DemoKiosk:
    made = DemoKiosk(processes, tmp_path / "kiosk", tmp_path / "tray", name=NAME, printer="brother")
    make_lone_kiosk(made.data)
    made.start(touchable=False)
    return made


def _await(what: str, test: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not test():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.05)


def test_a_window_that_somebody_destroys_counts_as_closed(
    screen: XServer, kiosk: DemoKiosk, processes: Processes
) -> None:
    """As ``xdotool windowclose`` does; the X library alone would end the kiosk with an error."""
    screen.destroy(screen.await_window("Lodge"))
    _await("the kiosk ends", lambda: not processes.is_running(NAME))
    kiosk.require_sound()
    assert processes.ended_well(NAME)


def test_a_display_that_goes_away_is_told_as_such(screen: XServer, kiosk: DemoKiosk, processes: Processes) -> None:
    screen.process.terminate()
    _await("the kiosk ends", lambda: not processes.is_running(NAME))
    with pytest.raises(DemoError, match=f"The display {screen.display} does not answer"):
        kiosk.require_sound()


def test_a_demo_that_is_shown_tells_where_all_is_and_ends_when_its_window_is_closed(tmp_path: Path) -> None:
    command = demo_command("--out", str(tmp_path / "out"))
    with (
        temporary_folder() as temporary,
        x_server() as screen,
        TerminalProgram(command, demo_environment(temporary, display=screen.display)) as demo,
    ):
        demo.await_words("press Ctrl-C to stop.")
        origin = _told(r"Console +(https://127\.0\.0\.1:\d+)", demo.said)
        assert _told(r"Account +(\S+@example\.org) +[0-9a-f-]{19}\n", demo.said)
        assert _told(r"Owner +(\S+@example\.org) +[0-9a-f-]{19} +\(have an authenticator app to hand\)\n", demo.said)
        assert _told(r"Staff PIN +(\d+)\n", demo.said) == "246810"
        assert str(tmp_path / "out") in demo.said
        assert _answers(origin)
        demo.type("\n")
        demo.await_words("The cloud is stopped")
        assert not _answers(origin)
        demo.type("\n")
        demo.await_words("The cloud is back")
        assert _answers(origin)
        screen.click_away(screen.await_window("Lodge"))
        assert demo.exit_code() == 0
        assert leaves_nothing(temporary)
    assert demo.said.endswith("\nThe window was closed: stopping.\n")
    assert "FAILED" not in demo.said


def _told(pattern: str, said: str) -> str:
    found = re.search(pattern, said)
    assert found is not None, f"{pattern} is not in: {said}"
    return found.group(1)


def _answers(origin: str) -> bool:
    context = ssl._create_unverified_context()  # noqa: S323 -- the demo's certificate is its own
    try:
        with urllib.request.urlopen(f"{origin}/sign-in", context=context, timeout=5) as page:  # noqa: S310 -- https only
            return b"Sign in" in page.read()
    except OSError:
        return False
