"""What is not possible is said in words that help, and nothing hangs on a file that never ends."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from printers.bitmap import BadgeBitmap
from printers.cli import commands
from printers.clock import SystemClock
from printers.driver import SentUnconfirmed
from printers.drivers import VirtualSetup
from printers.errors import ControlError
from printers.media import medium
from printers.models import printer_model
from printers.simulator.control import ControlSocket
from printers.simulator.network import VirtualSocket
from printers.simulator.paper import Tray
from printers.simulator.printer import VirtualPrinter
from printers.simulator.zpl_stream import ZplStream
from tests.contract.printers.virtual_bus import virtual_desk
from tests.vectors.printers.samples import dot_pattern


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(commands, [str(word) for word in words])


def refusal(*words: str | Path) -> str:
    done = run(*words)
    assert done.exit_code != 0
    return str(done.exception)


@pytest.fixture
def badge(tmp_path: Path) -> Path:
    path = tmp_path / "badge.json"
    path.write_text('{"name": "Odalys Fernhollow"}', encoding="utf-8")
    return path


def virtual(model: str = "ZD421-203", out: Path | None = None) -> VirtualPrinter:
    return VirtualSetup(printer_model(model), out=out).printer(SystemClock())


def test_pipe_or_device_in_the_place_of_a_file_is_refused_and_not_waited_for(tmp_path: Path, badge: Path) -> None:
    pipe, out = tmp_path / "pipe", tmp_path / "o.png"
    os.mkfifo(pipe)
    said = "it is a pipe or a device, not a file"
    assert said in refusal("preview", "--data", pipe, "-o", out)
    assert said in refusal("preview", pipe, "--data", badge, "-o", out)
    assert said in refusal("preview", "/dev/zero", "--data", badge, "-o", out)
    assert said in refusal("encode", "--model", "QL-800", "--media", "62x100", pipe, "-o", out)
    assert said in refusal("simulate", "QL-800", "--out", tmp_path / "tray", "/dev/zero")
    badge.write_text(json.dumps({"name": "Odalys Fernhollow", "photo": "pipe"}), encoding="utf-8")
    assert said in refusal("preview", "--data", badge, "-o", out)


def test_preview_says_which_endings_there_are(tmp_path: Path, badge: Path) -> None:
    assert "a preview ends in .png or .pdf" in refusal("preview", "--data", badge, "-o", tmp_path / "badge.gif")


def test_red_is_refused_where_no_red_can_come_out(tmp_path: Path) -> None:
    picture = tmp_path / "red.png"
    Image.new("RGB", (600, 200), (220, 0, 0)).save(picture)
    words = ("encode", "--red", picture, "-o", tmp_path / "job", "--model")
    assert "A QL-500 prints no red on 62 x 100 mm" in refusal(*words, "QL-500", "--media", "62x100")
    assert run(*words, "QL-800", "--media", "62red").exit_code == 0


def test_order_reaches_a_virtual_printer_without_any_other_program(tmp_path: Path) -> None:
    printer, path = virtual(), tmp_path / "control"
    with closing(ControlSocket(printer, path)):
        done = run("order", path, '{"fault":\n "no-media"}')
        assert json.loads(done.output) == {
            "ok": True, "model": "ZD421-203", "media": "76x102-203dpi", "fault": "no-media", "printed": 0,
        }  # fmt: skip
        assert "did not obey" in refusal("order", path, "nonsense")
    assert "No virtual printer listens at" in refusal("order", path, "{}")


def test_address_that_cannot_be_listened_at_says_why() -> None:
    with closing(VirtualSocket(virtual(), "127.0.0.1", 0)) as taken:
        with pytest.raises(ControlError, match="another program listens there already"):
            VirtualSocket(virtual(), "127.0.0.1", taken.port)
        with pytest.raises(ControlError, match="that is not an address of this machine"):
            VirtualSocket(virtual(), "192.0.2.17", taken.port)
        with pytest.raises(ControlError, match="there is no such port"):
            VirtualSocket(virtual(), "127.0.0.1", 70_000)


def test_folder_that_takes_no_picture_is_told_once_and_the_printer_goes_on(tmp_path: Path) -> None:
    told: list[str] = []
    tray = Tray(tmp_path / "tray", told.append)
    badge = dot_pattern(16, 8, seed=1)
    shutil.rmtree(tmp_path / "tray")
    assert [tray.take(badge), tray.take(badge)] == [None, None]
    assert told == [f"The picture of a badge cannot be kept in {tmp_path / 'tray'}: No such file or directory."]
    (tmp_path / "tray").mkdir()
    assert tray.take(badge) == tmp_path / "tray" / "badge-001.png"
    assert (tray.trouble, tray.printed) == ("", 3)


def test_full_disk_is_told_by_a_virtual_printer_that_goes_on(tmp_path: Path) -> None:
    """No space is what ``/dev/full`` says to whatever is written there."""
    tray = tmp_path / "tray"
    printer = virtual("QL-800", tray)
    (tray / "badge-001.part").symlink_to("/dev/full")
    job = tmp_path / "job"
    Image.new("1", (696, 1109), 1).save(tmp_path / "white.png")
    assert run("encode", "--model", "QL-800", "--media", "62x100", tmp_path / "white.png", "-o", job).exit_code == 0
    printer.receive(job.read_bytes())
    assert "No space left on device" in str(printer.control({"status": True})["trouble"])
    printer.receive(job.read_bytes())
    assert "trouble" not in printer.control({"status": True})
    assert [path.name for path in tray.iterdir()] == ["badge-001.png"]


def test_command_that_never_ends_does_not_fill_the_memory() -> None:
    stream = ZplStream()
    assert [command for _ in range(40) for command in stream.feed(b"^GFA,1" + bytes(65_536))] != []
    assert list(stream.feed(b"^FX")) != []
    for _ in range(40):
        assert not list(stream.feed(b"x" * 65_536))
        assert len(stream._buffer) < 500_000
    assert [command.code for command in stream.feed(b"~HS")] == ["HS"]  # type: ignore[union-attr]


def test_zebra_that_lost_its_counter_is_not_said_to_have_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = virtual_desk(tmp_path, model="ZD421-203", media="51x76-203dpi")
    monkeypatch.setattr(desk.printer, "_answer_question", lambda _: None)
    paper = medium("51x76-203dpi")
    outcome = desk.driver.print_badge(BadgeBitmap(16, 1, b"\xff\xff"), paper)
    assert isinstance(outcome, SentUnconfirmed)
    assert "the printer did not tell its label counter" in outcome.sentence
