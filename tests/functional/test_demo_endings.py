"""However the demo is asked to end, and however often: one line, the right exit code, no process and no folder left."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fakes.started_demo import demo_command, demo_environment, leaves_nothing, temporary_folder
from tests.fakes.terminal import CTRL_C, TerminalProgram


@pytest.fixture
def temporary() -> Iterator[Path]:
    with temporary_folder() as made:
        yield made


def _stand_in_command(temporary: Path, mode: str) -> list[str]:
    """Started as from a shell: whoever runs the tests under nohup would have it ignore SIGHUP."""
    return ["env", "--default-signal=HUP", *_deaf_stand_in_command(temporary, mode)]


def _deaf_stand_in_command(temporary: Path, mode: str) -> list[str]:
    return [sys.executable, "-P", "-m", "tests.fakes.demo_stand_in", str(temporary), mode]


@contextmanager
def _stand_in(temporary: Path, mode: str) -> Iterator[subprocess.Popen[str]]:
    demo = subprocess.Popen(
        _stand_in_command(temporary, mode),
        env=demo_environment(temporary),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with demo:
        assert demo.stdout is not None
        assert demo.stdout.readline() == "Here.\n"
        yield demo


@pytest.mark.parametrize("request_to_end", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize(("mode", "exit_code"), [("rest", 0), ("play", 1)])
def test_each_request_to_end_leaves_nothing_and_only_a_demo_at_play_calls_it_a_failure(
    temporary: Path, mode: str, exit_code: int, request_to_end: signal.Signals
) -> None:
    with _stand_in(temporary, mode) as demo:
        demo.send_signal(request_to_end)
        said = demo.communicate(timeout=30)[0]
    assert demo.returncode == exit_code
    assert said.split("\n")[-2:] == ["Stopping.", ""]
    assert "Traceback" not in said
    assert leaves_nothing(temporary)


def test_impatience_changes_nothing(temporary: Path) -> None:
    with _stand_in(temporary, "rest") as demo:
        for _ in range(5):
            demo.send_signal(signal.SIGINT)
            demo.send_signal(signal.SIGTERM)
        said = demo.communicate(timeout=30)[0]
    assert (demo.returncode, said) == (0, "\nStopping.\n")
    assert leaves_nothing(temporary)


def test_ctrl_c_in_a_terminal_ends_it_in_one_line(temporary: Path) -> None:
    """The terminal interrupts its whole foreground group, not the demo alone."""
    with TerminalProgram(_stand_in_command(temporary, "rest"), demo_environment(temporary)) as demo:
        demo.await_words("Here.")
        demo.type(CTRL_C)
        assert demo.exit_code() == 0
    assert demo.said.replace("^C", "").split() == ["Here.", "Stopping."]
    assert leaves_nothing(temporary)


def test_a_terminal_that_is_closed_ends_it(temporary: Path) -> None:
    """Nobody can read its last words; writing them must not be what it fails of."""
    with TerminalProgram(_stand_in_command(temporary, "rest"), demo_environment(temporary)) as demo:
        demo.await_words("Here.")
        demo.close()
        assert demo.exit_code() == 0
    assert leaves_nothing(temporary)


def test_under_nohup_it_outlives_its_terminal(temporary: Path) -> None:
    command = ["nohup", *_deaf_stand_in_command(temporary, "rest")]
    with subprocess.Popen(command, env=demo_environment(temporary), stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        assert demo.stdout.readline() == "Here.\n"
        demo.send_signal(signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            demo.wait(0.5)
        demo.terminate()
        assert demo.wait(30) == 0
    assert leaves_nothing(temporary)


def test_a_display_that_does_not_answer_is_told_before_anything_is_started(temporary: Path) -> None:
    done = subprocess.run(
        demo_command("--out", str(temporary / "out")),
        env=demo_environment(temporary, display=":4711"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == ""
    assert done.stdout.strip().startswith("The demo failed. The display :4711 does not answer")
    assert done.stdout.strip().count("\n") == 0
    assert "--headless" in done.stdout
    assert list((temporary / "out").iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told_in_one_line(temporary: Path) -> None:
    (temporary / "out").write_text("a file stands where the folder should be")
    done = subprocess.run(
        demo_command("--headless", "--out", str(temporary / "out" / "deeper")),
        env=demo_environment(temporary),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "Not a directory" in done.stderr
    assert list(temporary.glob("lodge-demo-*")) == []


def test_a_demo_that_is_interrupted_at_work_leaves_nothing_and_is_no_success(tmp_path: Path, temporary: Path) -> None:
    """The database has just begun: nothing of it may stay."""
    with subprocess.Popen(
        demo_command("--headless", "--out", str(tmp_path)),
        env=demo_environment(temporary),
        stdout=subprocess.PIPE,
        text=True,
    ) as demo:
        while not list(temporary.glob("lodge-demo-*/cloud/postgres/data/postmaster.pid")):
            assert demo.poll() is None, "it ended before its database began"
            time.sleep(0.02)
        demo.send_signal(signal.SIGTERM)
        said = demo.communicate(timeout=60)[0]
    assert demo.returncode == 1
    assert "\nStopping.\n" in said
    assert "Traceback" not in said
    assert "SIGTERM" in json.loads((tmp_path / "summary.json").read_bytes())["error"]
    assert leaves_nothing(temporary)
