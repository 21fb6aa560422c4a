"""./lodge on machines that lack this or that. Nothing is installed: installers are planted scripts."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.fakes.bare_machine import BareMachine
from workbench.tasks.tree import CHECKOUT


@pytest.fixture
def machine(tmp_path: Path) -> BareMachine:
    return BareMachine(tmp_path / "machine")


@pytest.fixture
def ready(machine: BareMachine) -> BareMachine:
    machine.has("shellcheck", "chromium")
    assert machine.lodge("check").returncode == 0
    return machine


def said(ended: subprocess.CompletedProcess[str]) -> list[str]:
    return ended.stderr.splitlines()


def as_root(packages: str) -> str:
    return f"(as root, type: apt-get update && apt-get install --no-install-recommends {packages})"


def test_unknown_command_is_refused_in_one_line(machine: BareMachine) -> None:
    ended = machine.lodge("chekc")
    assert ended.returncode == 2
    assert said(ended) == ["lodge: there is no command chekc; ./lodge help lists them"]
    assert not machine.state.exists()


def test_command_that_this_version_lacks_is_refused_and_not_offered(machine: BareMachine) -> None:
    ended = machine.lodge("demo")
    assert ended.returncode == 2
    assert said(ended) == ["lodge: demo is not in this version; ./lodge help lists what is"]
    offered = machine.lodge("help").stdout
    assert "./lodge check" in offered
    assert "./lodge demo" not in offered


def test_help_installs_nothing(machine: BareMachine) -> None:
    ended = machine.lodge()
    assert ended.returncode == 0
    assert "./lodge verify" in ended.stdout
    assert machine.calls() == []
    assert not machine.state.exists()


def test_no_apt_names_the_missing_packages_and_the_command_to_type(machine: BareMachine) -> None:
    machine.write_packages("shellcheck check\nxvfb demo\nlibmtdev1|libmtdev1t64 check\nlibgl1 check demo\n")
    machine.has("libgl1")
    ended = machine.lodge("--no-apt", "check")
    assert ended.returncode == 1
    assert ended.stderr == (f"lodge: missing Debian packages: shellcheck libmtdev1 {as_root('shellcheck libmtdev1')}\n")
    assert machine.calls() == []


def test_no_apt_names_python_too_where_none_is_fit(machine: BareMachine) -> None:
    machine.state_that("python-is-unfit")
    ended = machine.lodge("check", "--no-apt")
    assert ended.returncode == 1
    assert said(ended)[-1].startswith("lodge: missing Debian packages: shellcheck python3 (as root")


def test_missing_packages_are_named_then_installed_once(machine: BareMachine) -> None:
    ended = machine.lodge("check")
    assert ended.returncode == 0
    assert said(ended)[0].endswith("this installs with apt-get: shellcheck")
    update, install = machine.calls("apt-get")
    assert update.endswith("update -q")
    assert install.endswith("install -q -y --no-install-recommends shellcheck")
    machine.lodge("check")
    assert len(machine.calls("apt-get")) == 2


def test_package_under_its_other_name_counts_as_installed(machine: BareMachine) -> None:
    machine.write_packages("chromium|chromium-browser check\n")
    machine.has("chromium-browser")
    assert machine.lodge("check").returncode == 0
    assert machine.calls("apt-get") == []


def test_python_is_installed_where_none_is_fit(machine: BareMachine) -> None:
    machine.state_that("python-is-unfit")
    assert machine.lodge("check").returncode == 0
    assert machine.calls("apt-get")[1].endswith(" shellcheck python3")


def test_verifying_demands_no_packages(machine: BareMachine) -> None:
    ended = machine.lodge("--no-apt", "verify", "audit.zip")
    assert ended.returncode == 0
    assert "<sync.verify_cli>\n<audit.zip>" in ended.stdout


def test_user_installs_with_sudo(machine: BareMachine) -> None:
    machine.become_a_user(with_sudo=True)
    assert machine.lodge("check").returncode == 0
    assert [call.split(" -o ")[0] for call in machine.calls("sudo")] == [
        "sudo -n true",
        *["sudo -n env DEBIAN_FRONTEND=noninteractive apt-get"] * 2,
    ]


@pytest.mark.parametrize("sudo", [None, "#!/bin/sh\necho 'a password is required' >&2\nexit 1\n"])
def test_user_who_may_not_install_is_told_what_root_must_type(machine: BareMachine, sudo: str | None) -> None:
    machine.become_a_user(with_sudo=False)
    if sudo is not None:
        machine.plant("sudo", sudo)
    ended = machine.lodge("check")
    assert ended.returncode == 1
    intention, refusal = said(ended)
    assert intention == "lodge: step 1 of 3: Debian packages; this installs with apt-get: shellcheck"
    assert refusal.startswith("lodge: you may not install Debian packages here")
    assert refusal.endswith(as_root("shellcheck"))
    assert machine.calls() == []


def test_state_that_cannot_be_written_is_told(machine: BareMachine) -> None:
    (machine.state / "lock").mkdir(parents=True)
    ended = machine.lodge("check")
    assert ended.returncode == 1
    assert said(ended) == [f"lodge: cannot write to {machine.state}: is the disk full, or is it another user's?"]


def test_machine_without_apt_is_told_what_is_missing(machine: BareMachine) -> None:
    machine.lacks("apt-get")
    machine.lacks("dpkg-query")
    ended = machine.lodge("check")
    assert ended.returncode == 1
    assert len(said(ended)) == 1
    assert said(ended)[0].endswith("cannot be had: shellcheck")


@pytest.mark.parametrize(
    ("fault", "words", "meaning"),
    [
        ("apt-fails", "Temporary failure resolving 'mirror.example.org'", "is there a network?"),
        ("apt-fails", "E: You don't have enough free space in /var/cache", "the disk is full"),
        ("pip-fails", "NewConnectionError: Failed to establish a new connection", "is there a network?"),
        ("pip-fails", "OSError: [Errno 28] No space left on device", "the disk is full"),
        ("pip-fails", "THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "is not the file"),
        ("pip-fails", "something new", "the log says why"),
    ],
)
def test_failed_installation_says_why_and_the_next_run_repairs_it(
    machine: BareMachine, fault: str, words: str, meaning: str
) -> None:
    machine.state_that(fault, words + "\n")
    ended = machine.lodge("check")
    assert ended.returncode == 1
    assert meaning in said(ended)[-1]
    assert ended.stdout == ""
    machine.mend(fault)
    assert machine.lodge("check").returncode == 0


def test_second_run_installs_nothing_and_says_nothing(ready: BareMachine) -> None:
    before = ready.calls()
    ready.state_that("pip-fails")
    ready.state_that("apt-fails")
    ended = ready.lodge("check")
    assert ended.returncode == 0
    assert said(ended) == []
    assert ready.calls() == before


def test_packages_are_checked_against_hashes_and_never_built(ready: BareMachine) -> None:
    (call,) = ready.calls("pip")
    assert "--require-hashes --only-binary :all: --no-deps" in call
    assert call.endswith("/requirements-dev.txt")


def test_changed_requirements_are_installed_into_the_same_environment(ready: BareMachine) -> None:
    ready.pin("click==8.5.2")
    assert ready.lodge("check").returncode == 0
    assert len(ready.calls("pip")) == 2
    assert len(ready.calls("venv")) == 1


@pytest.mark.parametrize("damage", ["stamp", "package"])
def test_damaged_environment_is_filled_up(ready: BareMachine, damage: str) -> None:
    if damage == "stamp":
        (ready.state / "ready-requirements-dev.txt").write_text("nonsense", encoding="utf-8")
    else:
        next(ready.state.glob("venv/lib/*/site-packages/*.dist-info")).rmdir()
    assert ready.lodge("check").returncode == 0
    assert len(ready.calls("pip")) == 2
    assert ready.lodge("check").stderr == ""


@pytest.mark.parametrize("damage", ["half-made", "no interpreter", "interpreter gone"])
def test_environment_that_cannot_be_trusted_is_made_anew(ready: BareMachine, damage: str) -> None:
    interpreter = ready.state / "venv" / "bin" / "python"
    if damage == "half-made":
        (ready.state / "incomplete").touch()
    else:
        interpreter.unlink()
    if damage == "interpreter gone":
        interpreter.symlink_to("/nowhere/python3.11")
    left = ready.state / "venv" / "left-behind"
    left.touch()
    assert ready.lodge("check").returncode == 0
    assert len(ready.calls("venv")) == 2
    assert not left.exists()


def test_moved_checkout_gets_an_environment_of_its_own_place(ready: BareMachine) -> None:
    moved = ready.checkout.with_name("moved")
    ready.checkout.rename(moved)
    assert ready.lodge("check", script=moved / "lodge").returncode == 0
    assert ready.calls("venv")[-1] == f"venv {moved}/.lodge/venv"


def test_command_runs_in_the_callers_folder_with_its_arguments_as_typed(ready: BareMachine, tmp_path: Path) -> None:
    elsewhere = tmp_path / "else where"
    elsewhere.mkdir()
    link = elsewhere / "lodge-link"
    link.symlink_to(ready.checkout / "lodge")
    ended = ready.lodge("check", "two words", "", "*", script=link, cwd=elsewhere)
    assert ended.stdout.splitlines() == [
        f"ran in {elsewhere}:",
        *("<-P>", "<-m>", "<workbench.tasks.check>", "<two words>", "<>", "<*>"),
        f"path <{ready.checkout}>",
    ]


@pytest.mark.parametrize(
    ("program", "answer", "meaning"),
    [
        ("uname", "[ $1 = -s ] && echo Linux || echo armv7l", "this machine is Linux armv7l"),
        ("uname", "[ $1 = -s ] && echo Darwin || echo arm64", "this machine is Darwin arm64"),
        ("getconf", "echo 32", "this one is 32-bit"),
        ("df", "echo head; echo 'disk 9 9 102400 99% /'", "100 MB are free"),
    ],
)
def test_machine_that_cannot_hold_lodge_is_told_so(
    machine: BareMachine, program: str, answer: str, meaning: str
) -> None:
    machine.plant(program, f"#!/bin/sh\n{answer}\n")
    ended = machine.lodge("check")
    assert ended.returncode == 1
    assert len(said(ended)) == 1
    assert meaning in said(ended)[0]
    assert machine.calls() == []


def test_pythons_that_do_not_run_are_passed_over(machine: BareMachine) -> None:
    machine.has("shellcheck")
    machine.plant("python3", "#!/bin/sh\necho 'shim: no such version' >&2\nexit 127\n")
    machine.plant("python3.12", "#!/bin/sh\nexit 127\n")
    machine.plant("python3.11")
    ended = machine.lodge("check")
    assert ended.returncode == 0
    assert said(ended)[0].endswith("/bin/python3.11)")
    assert "shim" not in ended.stderr


def test_chosen_python_that_does_not_run_is_refused(machine: BareMachine) -> None:
    machine.has("shellcheck")
    machine.environment["LODGE_PYTHON"] = "/nowhere/python3"
    ended = machine.lodge("check")
    assert ended.returncode == 1
    assert said(ended) == ["lodge: LODGE_PYTHON is /nowhere/python3, which is no Python from 3.11 to 3.13 that runs"]


def test_concurrent_first_runs_install_once(machine: BareMachine) -> None:
    machine.has("shellcheck")
    machine.state_that("pip-is-slow")
    runs = [machine.start("check") for _ in range(3)]
    codes = []
    for run in runs:
        with run:
            run.communicate(timeout=60)
        codes.append(run.returncode)
    assert codes == [0, 0, 0]
    assert len(machine.calls("venv")) == 1
    assert len(machine.calls("pip")) == 1


def test_every_package_line_names_commands_that_exist() -> None:
    commands = {"python", "demo", "test", "check", "bench", "gallery", "kiosk", "cloud", "print", "verify"}
    lines = [
        line.split()
        for line in (CHECKOUT / "apt-packages.txt").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    assert {"chromium|chromium-browser", "xvfb", "xdotool", "libraqm0"} <= {line[0] for line in lines}
    assert all(line[1:] and set(line[1:]) <= commands for line in lines)
    assert not [line[0] for line in lines if "verify" in line]


@pytest.mark.parametrize(
    ("words", "lean"), [(("run",), True), (("run", "--help"), False), (("status",), False), ((), False)]
)
def test_the_lobby_screen_alone_runs_without_docstrings(
    ready: BareMachine, words: tuple[str, ...], *, lean: bool
) -> None:
    module = ready.checkout / "kiosk" / "cli.py"
    module.parent.mkdir()
    module.touch()
    ended = ready.lodge("kiosk", *words)
    flags = ("<-P>", "<-OO>") if lean else ("<-P>",)
    assert ended.stdout.splitlines()[1:-1] == [*flags, "<-m>", "<kiosk.cli>", *(f"<{word}>" for word in words)]
