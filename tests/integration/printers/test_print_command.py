"""``lodge-print``, run as people run it: its own process, its exit code, one line on standard error."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image, ImageChops

from printers.cli import commands
from printers.media import medium
from printers.models import MODELS
from tests.fakes.commands import lodge_print
from tests.vectors.printers.samples import CODE, dot_pattern, drawn_face

ROOT = Path(__file__).parents[3]


@pytest.fixture
def badge(tmp_path: Path) -> Path:
    drawn_face().save(tmp_path / "face.png")
    path = tmp_path / "badge.json"
    content = {
        "name": "Odalys Fernhollow",
        "company": "Larkspur Looms",
        "organisation": "Thistledown Works",
        "code_payload": CODE,
        "readable_code": "K7QF2M9D",
        "photo": "face.png",
    }
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_models_are_listed_as_json_with_the_agreed_members() -> None:
    done = lodge_print("models", "--json")
    listed = json.loads(done.stdout)
    assert done.returncode == 0
    assert [row["model"] for row in listed] == [model.name for model in MODELS]
    members = {"model", "family", "usb", "dpi", "media", "colours", "status", "proven"}
    assert all(set(row) == members for row in listed)
    assert b"QL-820NWB" in lodge_print("models").stdout


@pytest.mark.parametrize("mode", ["1", "L"])
def test_encoded_picture_is_printed_with_exactly_its_dots(tmp_path: Path, mode: str) -> None:
    pattern = dot_pattern(696, 1109, seed=11).preview().convert(mode, dither=Image.Dither.NONE)
    pattern.save(tmp_path / "in.png")
    done = lodge_print(
        "encode", "--model", "QL-820NWB", "--media", "62x100", tmp_path / "in.png", "-o", tmp_path / "job"
    )
    assert (done.returncode, done.stderr) == (0, b"")
    printed = lodge_print("simulate", "QL-820NWB", "--out", tmp_path / "out", tmp_path / "job")
    assert printed.returncode == 0, printed.stderr
    with Image.open(tmp_path / "out" / "badge-001.png") as picture:
        assert ImageChops.difference(picture.convert("RGB"), pattern.convert("RGB")).getbbox() is None


@pytest.mark.parametrize(
    ("model", "media", "wishes"),
    [
        ("ZD421-300", "102x51-300dpi", ["--compression", "acs", "--darkness", "20", "--speed", "6"]),
        ("TM-T88V", "80mm-180dpi", ["--cut", "full"]),
        ("LabelWriter-450", "dymo-99014", ["--darkness", "3"]),
        ("LabelWriter-5XL", "dymo-1744907", []),
        ("QL-1115NWB", "102", ["--no-cut"]),
    ],
)
def test_encoded_picture_of_every_family_is_printed_with_exactly_its_dots(
    tmp_path: Path, model: str, media: str, wishes: list[str]
) -> None:
    paper = medium(media)
    pattern = dot_pattern(paper.width_dots, paper.height_dots or 400, seed=11).preview().convert("1")
    pattern.save(tmp_path / "in.png")
    job = str(tmp_path / "job")
    run = CliRunner()
    encode = ["encode", "--model", model, "--media", media, *wishes, str(tmp_path / "in.png"), "-o", job]
    assert run.invoke(commands, encode, catch_exceptions=False).output == ""
    simulate = ["simulate", model, "--media", media, "--out", str(tmp_path), job]
    assert "1 printed" in run.invoke(commands, simulate, catch_exceptions=False).output
    with Image.open(tmp_path / "badge-001.png") as picture:
        assert ImageChops.difference(picture.convert("RGB"), pattern.convert("RGB")).getbbox() is None


def test_red_dots_of_a_picture_are_printed_red(tmp_path: Path) -> None:
    picture = Image.new("RGB", (696, 200), "white")
    picture.paste((200, 29, 37), (10, 10, 50, 50))
    picture.paste((0, 0, 0), (60, 10, 90, 50))
    picture.save(tmp_path / "in.png")
    encode = ("encode", "--model", "QL-800", "--media", "62red", "--red", tmp_path / "in.png", "-o", "/dev/stdout")
    done = lodge_print(*encode)
    printed = lodge_print("simulate", "QL-800", "--media", "62red", "--out", tmp_path, "-", stdin=done.stdout)
    assert printed.returncode == 0, printed.stderr
    with Image.open(tmp_path / "badge-001.png") as found:
        assert ImageChops.difference(found.convert("RGB"), picture).getbbox() is None


def test_preview_equals_what_is_printed(tmp_path: Path, badge: Path) -> None:
    assert lodge_print("preview", "--data", badge, "-o", tmp_path / "preview.png").returncode == 0
    sent = lodge_print("send", f"virtual:QL-820NWB?out={tmp_path}", badge)
    assert (sent.returncode, sent.stdout) == (0, b"The badge was printed.\n")
    with Image.open(tmp_path / "preview.png") as preview, Image.open(tmp_path / "badge-001.png") as printed:
        assert ImageChops.difference(preview.convert("RGB"), printed.convert("RGB")).getbbox() is None


def test_a_template_is_previewed_as_it_is_printed_and_says_what_has_no_room(tmp_path: Path, badge: Path) -> None:
    """F12: on a narrow label, by a built-in template that has become a file."""
    run = CliRunner()
    assert "contractor: logo, organisation" in run.invoke(commands, ["templates"], catch_exceptions=False).output
    ours, shown = tmp_path / "ours.json", tmp_path / "shown.png"
    ours.write_text(run.invoke(commands, ["templates", "contractor"], catch_exceptions=False).output, encoding="utf-8")
    preview = ["preview", str(ours), "--data", str(badge), "--media", "29x90", "-o", str(shown)]
    told = run.invoke(commands, preview, catch_exceptions=False).output
    assert told == "No room on 29x90 for: logo, organisation, photo.\n"
    send = ["send", f"virtual:QL-820NWB?out={tmp_path}&media=29x90", str(badge), "--media", "29x90"]
    assert "printed" in run.invoke(commands, [*send, "--template", str(ours)], catch_exceptions=False).output
    with Image.open(shown) as picture, Image.open(tmp_path / "badge-001.png") as printed:
        assert ImageChops.difference(picture.convert("RGB"), printed.convert("RGB")).getbbox() is None


def test_a_template_that_cannot_be_used_is_one_clear_line_and_no_picture(tmp_path: Path, badge: Path) -> None:
    ours, out = tmp_path / "ours.json", tmp_path / "out.png"
    for value, words in (
        ({"parts": ["name", "hologram"], "media": ["77x1"]}, "parts[1]: must be one of"),
        ({"parts": ["name"], "media": ["29x90"]}, "is not meant for 62x100: it names 29x90"),
    ):
        ours.write_text(json.dumps(value), encoding="utf-8")
        done = lodge_print("preview", ours, "--data", badge, "-o", out)
        assert (done.returncode, done.stdout, done.stderr.count(b"\n"), out.exists()) == (1, b"", 1, False)
        assert words in done.stderr.decode()


_NAMED = {"name": "Odalys Fernhollow"}
_CODED = {**_NAMED, "code_payload": "LODGE1:X", "readable_code": "K7QF2M9D"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"{name}", "is not JSON"),
        (b"\x89PNG\r\n", "is not JSON"),
        (b"[" * 5000, "is not JSON"),
        ([], "must hold one object"),
        ({}, 'Give it a "name"'),
        ({"name": " \t"}, "names nobody"),
        ({"nme": "x"}, "Did you mean name?"),
        ({**_NAMED, "colour": "red"}, "no badge has a member 'colour'"),
        ({**_NAMED, "style": "vip"}, "Styles are visitor, contractor, escort"),
        ({"name": 3}, "Expected `str`"),
        ({**_NAMED, "code_payload": "X"}, "here it has 0"),
        ({**_CODED, "readable_code": "K7"}, "here it has 2"),
        ({**_NAMED, "readable_code": "K7QF2M9D"}, 'only under a "code_payload"'),
        ({**_CODED, "code_payload": "abc"}, "it takes A to Z"),
        ({**_CODED, "code_payload": "A" * 161}, "160 are the most"),
        ({**_NAMED, "photo": "absent.png"}, "There is no picture"),
        ({**_NAMED, "photo": "."}, "is not a picture"),
    ],
)
def test_a_badge_that_cannot_be_drawn_says_in_one_line_what_to_change(
    tmp_path: Path, content: object, words: str
) -> None:
    path = tmp_path / "badge.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    done = lodge_print("preview", "--data", path, "-o", tmp_path / "out.png")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.count(b"\n") == 1
    assert words in done.stderr.decode()
    assert not (tmp_path / "out.png").exists()


@pytest.mark.parametrize("media", ["62x100", "29x90"])
@pytest.mark.parametrize(
    "content", [_NAMED, {**_NAMED, "organisation": "", "company": "", "host": ""}, {**_CODED, "code_payload": "X"}]
)
def test_a_badge_with_little_on_it_is_drawn_all_the_same(tmp_path: Path, content: object, media: str) -> None:
    (tmp_path / "badge.json").write_text(json.dumps(content), encoding="utf-8")
    out = tmp_path / "out.png"
    done = lodge_print("preview", "--data", tmp_path / "badge.json", "--media", media, "-o", out)
    assert (done.returncode, done.stderr) == (0, b"")
    with Image.open(out) as picture:
        assert picture.convert("L").getextrema() == (0, 255)


def test_files_that_cannot_be_read_or_written_are_named(tmp_path: Path, badge: Path) -> None:
    unread = lodge_print("preview", "--data", tmp_path, "-o", tmp_path / "out.png")
    unwritten = lodge_print("preview", "--data", badge, "-o", tmp_path / "absent" / "out.png")
    for done, words in ((unread, "cannot be read: Is a directory"), (unwritten, "cannot be written: No such file")):
        assert done.returncode == 1
        assert words in done.stderr.decode()
        assert done.stderr.count(b"\n") == 1


def test_badge_sent_to_a_file_is_unconfirmed_and_whole(tmp_path: Path, badge: Path) -> None:
    sent = lodge_print("send", f"file:{tmp_path}/job.bin?model=QL-820NWB", badge, "--json")
    assert json.loads(sent.stdout)["outcome"] == "sent-unconfirmed"
    assert lodge_print("simulate", "QL-820NWB", "--out", tmp_path, tmp_path / "job.bin").returncode == 0


@contextlib.contextmanager
def served(tmp_path: Path) -> Iterator[Path]:
    """A virtual printer served as a device file by a process of its own."""
    device = tmp_path / "lp0"
    command = [sys.executable, "-m", "printers.cli", "simulate", "QL-820NWB", "--out", str(tmp_path / "out")]
    command += ["--device", str(device), "--control", str(tmp_path / "control.sock")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert b"waits at" in process.stdout.readline()
        try:
            yield device
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
    assert not os.path.lexists(device)
    assert not (tmp_path / "control.sock").exists()


def test_served_device_is_used_as_a_printers_device_file(tmp_path: Path, badge: Path) -> None:
    with served(tmp_path) as device:
        uri = f"file:{device}?model=QL-820NWB"
        status = lodge_print("status", uri, "--media", "62x100", "--json")
        assert json.loads(status.stdout)["state"] == "ready"
        sent = lodge_print("send", uri, badge, "--json")
        assert (json.loads(sent.stdout), sent.returncode) == ({"outcome": "printed"}, 0)
        wrong = lodge_print("status", uri, "--media", "29x90")
        assert wrong.returncode == 1
        assert b"DK-11202" in wrong.stderr
    assert len(list((tmp_path / "out").glob("badge-*.png"))) == 1


def test_served_tcp_port_is_used_as_a_networked_printer(tmp_path: Path, badge: Path) -> None:
    command = [sys.executable, "-m", "printers.cli", "simulate", "ZD421-203", "--out", str(tmp_path / "out")]
    with subprocess.Popen([*command, "--tcp", "127.0.0.1:0"], cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        address = process.stdout.readline().decode().split(" waits at ")[1].split(";")[0]
        try:
            sent = lodge_print("send", f"{address}?model=ZD421-203", badge, "--json")
            assert (json.loads(sent.stdout), sent.returncode) == ({"outcome": "printed"}, 0)
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
    assert len(list((tmp_path / "out").glob("badge-*.png"))) == 1
    gone = lodge_print("status", f"{address}?model=ZD421-203")
    assert gone.returncode == 1
    assert b"refuses the connection" in gone.stderr


def test_doctor_tells_facts_as_json() -> None:
    done = lodge_print("doctor", "--json")
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)}
    assert findings["text shaping"]["ok"] is True
    assert findings["fonts"]["ok"] is True
    assert "USB" in findings


@pytest.mark.parametrize(
    "words",
    [[], ["models"], ["encode"], ["preview"], ["templates"], ["send"], ["status"], ["simulate"], ["order"], ["doctor"]],
    ids=lambda words: " ".join(words) or "lodge-print",
)
def test_every_command_explains_itself(words: list[str]) -> None:
    done = lodge_print(*words, "--help")
    assert done.returncode == 0
    assert b"Usage: lodge-print" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nope"], "No such command"),
        (["encode", "--model", "QL-1", "--media", "62", "in.png", "-o", "x"], "No printer model"),
        (["encode", "--model", "QL-800", "--media", "A4", "in.png", "-o", "x"], "No medium"),
        (["encode", "--model", "QL-800", "--media", "62", "missing.png", "-o", "x"], "no picture"),
        (["encode", "--model", "QL-800", "--media", "62", "pyproject.toml", "-o", "x"], "not a picture"),
        (["encode", "--model", "QL-800"], "Missing"),
        (["preview", "--data", "pyproject.toml", "-o", "x.png"], "does not describe a badge"),
        (["preview", "--data", "missing.json", "-o", "x.png"], "cannot be read"),
        (["send", "teapot:", "missing.json"], "cannot be read"),
        (["status", "teapot:"], "not a printer's address"),
        (["status", "file:/dev/usb/nothing"], "plug it in"),
        (["simulate", "QL-800", "--out", "badges"], "Give a file"),
        (["simulate", "QL-800", "--out", "/dev/null/x", "pyproject.toml"], "cannot be put"),
        (["simulate", "PDF", "--out", "badges", "pyproject.toml"], "file format"),
        (["status", "tcp:127.0.0.1"], "which model"),
        (["status", "usb:0a5f:0081?speed=4&cut=half"], "what no printer does"),
        (["status", "file:x.bin?model=LabelWriter-450&speed=4"], "do not heed a speed. They heed: darkness"),
    ],
)
def test_failure_is_one_clear_line_and_never_a_traceback(words: list[str], said: str) -> None:
    done = lodge_print(*words)
    lines = done.stderr.decode().splitlines()
    assert done.returncode != 0
    assert len(lines) == 1
    assert lines[0].startswith("lodge-print: ")
    assert said in lines[0]


def test_bytes_that_are_no_job_print_nothing_and_say_so(tmp_path: Path) -> None:
    done = lodge_print("simulate", "QL-800", "--out", tmp_path, "-", stdin=b"hello, printer")
    assert done.returncode == 1
    assert done.stderr.startswith(b"lodge-print: Nothing was printed")
    assert list(tmp_path.iterdir()) == []
