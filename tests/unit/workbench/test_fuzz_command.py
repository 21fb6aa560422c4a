"""./lodge fuzz: names its targets, finds what was planted, keeps it and plays it back."""

from pathlib import Path

import pytest

from sync.protocol.errors import EncodingError
from workbench.fuzz import __main__ as command
from workbench.fuzz.campaign import failure_of, replay, run_blind
from workbench.fuzz.environment import EngineError, Environment
from workbench.fuzz.registry import TARGETS
from workbench.fuzz.target import FindingError, Target, promise


def read(data: bytes) -> None:
    """A reader with a planted fault: it knows no zero."""
    if data[:2] != b"ok":
        raise EncodingError("it does not begin well")
    if b"\0" in data:
        raise KeyError(data)


PLANTED = Target("planted", "a faulty reader", read, lambda: [b"ok"])


@pytest.fixture(autouse=True)
def keep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing is kept in the checkout."""
    monkeypatch.setattr(command, "_KEEP", tmp_path)
    return tmp_path


def test_every_target_is_named_with_what_it_reads(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(TARGETS)
    assert all(len(line.split()) > 1 for line in lines)


def test_no_target_is_the_same_as_asking_for_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([]) == 0
    assert "batch-lines" in capsys.readouterr().out


@pytest.mark.parametrize("wrong", [["batsh"], ["batch", "--seconds", "0"], ["batch", "--seconds", "many"]])
def test_what_is_not_understood_is_said_and_ends_with_2(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(wrong)
    assert ended.value.code == 2
    assert wrong[-1] in capsys.readouterr().err


def test_a_planted_fault_is_found_kept_and_played_back(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], keep: Path
) -> None:
    monkeypatch.setitem(TARGETS, "planted", PLANTED)
    assert command.main(["planted", "--blind", "--seconds", "60"]) == 1
    said = capsys.readouterr().out
    (found,) = (keep / "found" / "planted").iterdir()
    assert "FOUND" in said
    assert f"./lodge fuzz planted --replay {found}" in said
    assert b"\0" in found.read_bytes()
    assert command.main(["planted", "--replay", str(found)]) == 1
    assert "KeyError" in capsys.readouterr().out
    found.write_bytes(b"ok")
    assert command.main(["planted", "--replay", str(found)]) == 0


def test_one_blind_run_is_like_another_with_the_same_seed(tmp_path: Path) -> None:
    first, second = (run_blind(PLANTED, seconds=60, seed=7, keep=tmp_path) for _ in range(2))
    assert (first, first.found is not None) == (second, True)


def test_a_sound_target_is_survived_and_its_inputs_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["header", "--blind", "--seconds", "1"]) == 0
    assert "nothing found" in capsys.readouterr().out


def test_without_the_engine_one_line_says_so_and_the_targets_run_all_the_same(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command.main(["header", "--no-install", "--seconds", "1"]) == 0
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert "atheris is not installed" in said.err
    assert "(blind)" in said.out


def test_an_engine_that_cannot_be_installed_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[tuple[str, ...]] = []
    original = Environment._call

    def without_pip(*arguments: str) -> object:
        asked.append(arguments)
        if "pip" in arguments:
            return original("sh", "-c", "echo first >&2; echo no such wheel >&2; exit 1")
        return original("sh", "-c", "exit 1") if "atheris" in arguments[-1] else original("true")

    monkeypatch.setattr(Environment, "_call", staticmethod(without_pip))
    with pytest.raises(EngineError, match=r"^atheris cannot be installed for Python 3\.\d+ here \(no such wheel\)$"):
        Environment(tmp_path / "environment", tmp_path).prepare(install=True)
    assert any("--require-hashes" in arguments for arguments in asked)


def test_a_refusal_is_no_failure_and_a_broken_promise_is_one(tmp_path: Path) -> None:
    refused, broken = tmp_path / "refused", tmp_path / "broken"
    refused.write_bytes(b"no")
    broken.write_bytes(b"ok\0")
    assert failure_of(PLANTED, b"no") == ""
    assert [line.split(": ")[1] for line in replay(PLANTED, [refused, broken])] == [str(broken)]
    with pytest.raises(FindingError, match="it was promised"):
        promise([], "it was promised")
    promise([1], "it was promised")
