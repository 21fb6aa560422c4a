"""``lodge-cloud user``: accounts from the command line, on a database named by DATABASE_URL."""

import json
import os
import pty
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cloud_api.cli.main import main
from cloud_api.composition import DatabaseAddresses

pytestmark = pytest.mark.above_the_store

ROOT = Path(__file__).resolve().parents[3]
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, addresses: DatabaseAddresses) -> Path:
    """One server's folder: its key file belongs to the module's database."""
    del addresses
    path = tmp_path_factory.mktemp("server")
    made = CliRunner().invoke(main, ["--data", str(path), "init", "--origin", "https://lodge.example.org"])
    assert made.exit_code == 0, made.output
    return path


@pytest.fixture
def run(tmp_path: Path, folder: Path, addresses: DatabaseAddresses, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("DATABASE_URL", addresses.app)

    def command(*words: str, typed: str | bytes | None = None) -> Result:
        return CliRunner().invoke(main, ["--data", str(folder), *words], input=typed)

    organisation = tmp_path.name
    assert command("org", "create", organisation, "--root-key", str(tmp_path / "root.key")).exit_code == 0

    def in_organisation(*words: str, typed: str | bytes | None = None) -> Result:
        return command(*words, "--org", organisation, typed=typed)

    return in_organisation


def word_file(folder: Path, text: str) -> str:
    path = folder / "password"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_an_account_is_made_listed_and_given_another_password(run: Run, tmp_path: Path) -> None:
    address = f"{tmp_path.name}@example.org"
    path = word_file(tmp_path, "seven lamps over the weir\n")
    made = run("user", "create", address, "--name", "Ines Caldermoor", "--password-file", path, "--json")
    assert made.exit_code == 0, made.output
    assert json.loads(made.output)["sign_in"] == "https://lodge.example.org/sign-in"
    listed = json.loads(run("user", "list", "--json").output)
    assert [(item["email"], item["name"], item["signed_in"]) for item in listed] == [(address, "Ines Caldermoor", None)]
    changed = run("user", "set-password", address, typed="eight lamps over the weir\n")
    assert changed.exit_code == 0, changed.output
    assert changed.output == "The password is changed. Nobody was signed in with the old one.\n"
    again = run("user", "create", address, "--name", "Ines", "--role", "admin", "--password-file", path)
    assert again.exit_code == 1
    assert "has an account on this server already" in again.output
    assert "Traceback" not in again.output


@pytest.mark.parametrize(
    ("text", "said"),
    [("password1234", "strangers"), ("short", "12 signs"), ("", "is empty"), (None, "No such file")],
)
def test_a_password_that_cannot_be_is_refused_in_one_line(
    run: Run, tmp_path: Path, text: str | None, said: str
) -> None:
    path = str(tmp_path / "nothing") if text is None else word_file(tmp_path, text)
    refused = run("user", "create", "ines@example.org", "--name", "Ines", "--password-file", path)
    assert refused.exit_code == 1
    assert refused.output.startswith("lodge-cloud: ")
    assert refused.output.count("\n") == 1
    assert said in refused.output


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (b"", "there is no terminal to ask for the password at: pipe it in as one line, or name a --password-file"),
        (b"\n", "12 signs"),
        (b"\xff\xfe\n", "standard input is not text"),
    ],
)
def test_without_a_terminal_a_password_comes_from_a_pipe_or_is_refused_in_one_line(
    run: Run, tmp_path: Path, typed: bytes, said: str
) -> None:
    refused = run("user", "create", f"{tmp_path.name}@example.org", "--name", "Ines", typed=typed)
    assert refused.exit_code == 1
    assert refused.output.startswith("lodge-cloud: ")
    assert refused.output.count("\n") == 1
    assert said in refused.output
    assert "Warning" not in refused.output


def test_a_piped_password_signs_in(run: Run, tmp_path: Path) -> None:
    address = f"{tmp_path.name}@example.org"
    made = run("user", "create", address, "--name", "Ines Caldermoor", typed="seven lamps over the weir\nnot this\n")
    assert made.output == f"Ines Caldermoor can sign in at https://lodge.example.org/sign-in as {address}.\n"


def test_at_a_terminal_the_password_is_asked_for_twice_and_never_shown(
    folder: Path, addresses: DatabaseAddresses
) -> None:
    """On a real terminal, where ``getpass`` turns the echo off."""
    environment = {**os.environ, "DATABASE_URL": addresses.app, "PYTHONPATH": str(ROOT)}
    words = ("--data", str(folder), "user", "create", "x@example.org", "--name", "Ines", "--org", "Nobody")
    child, terminal = pty.fork()
    if child == 0:
        os.execve(sys.executable, [sys.executable, "-m", "cloud_api.cli", *words], environment)  # noqa: S606  no shell
    seen = b""
    for asked in (b"Password: ", b"Repeat for confirmation: "):
        while asked not in seen:
            seen += os.read(terminal, 1024)
        os.write(terminal, b"seven lamps over the weir\n")
    while not seen.endswith(b"on this server, but"):
        piece = _read_end(terminal)
        if not piece:
            break
        seen += piece
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    assert b"there is no organisation" in seen
    assert b"lamps" not in seen


def _read_end(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1024)
    except OSError:  # the other end of a terminal that was closed
        return b""


def test_the_first_account_is_the_owner_and_all_others_are_given_a_role(run: Run, tmp_path: Path) -> None:
    """R11, R12: an organisation has an owner from its first account on, and nobody has a role by accident."""
    path = word_file(tmp_path, "seven lamps over the weir\n")
    zones = [{"key": "lobby", "name": "Lobby", "muster_point": "Car park"}]
    sites = [{"key": "mill", "name": "Mill Lane", "time_zone": "UTC", "zones": zones}]
    types = [{"id": "visitor", "words": {"en": "Visitor"}, "badge": "visitor"}]
    file = tmp_path / "organisation.json"
    file.write_text(json.dumps({"name": tmp_path.name, "sites": sites, "visitor_types": types}))
    applied = run("org", "apply", str(file))
    assert applied.exit_code == 0, applied.output

    def create(who: str, *words: str) -> Result:
        address = f"{who}-{tmp_path.name}@example.org"
        return run("user", "create", address, "--name", who, "--password-file", path, *words)

    refusals = {
        "must be its owner": ("first", "--role", "receptionist"),
        "for the whole organisation": ("first", "--role", "owner", "--site", "mill"),
        "the locations are Mill Lane (mill)": ("first", "--role", "host", "--site", "Harbour House"),
    }
    for said, words in refusals.items():
        assert said in create(*words).output
    assert create("first").exit_code == 0
    assert "say what this person may do" in create("second").output
    assert create("second", "--role", "receptionist", "--role", "host", "--site", "Mill Lane").exit_code == 0
    listed = json.loads(run("user", "list", "--json").output)
    assert [item["described"] for item in listed] == ["owner", "receptionist at Mill Lane, host at Mill Lane"]
    assert "owner  last signed in: never" in run("user", "list").output
    changes = {
        "second": ("is owner now", "--role", "owner"),
        "first": ("is read-only now", "--role", "read_only"),
    }
    why = ("--reason", "as agreed")
    for who, (said, *role) in changes.items():
        assert said in run("user", "set-roles", f"{who}-{tmp_path.name}@example.org", *role, *why).output
    last = run("user", "set-roles", f"second-{tmp_path.name}@example.org", "--role", "admin")
    assert (last.exit_code, "before the last one is none" in last.output) == (1, True)


def test_nobody_s_password_cannot_be_changed(run: Run, tmp_path: Path) -> None:
    path = word_file(tmp_path, "seven lamps over the weir")
    refused = run("user", "set-password", "nobody@example.org", "--password-file", path)
    assert refused.exit_code == 1
    assert "nobody of this organisation" in refused.output
    assert "Nobody has an account yet" in run("user", "list").output


def test_the_operator_takes_lost_factors_away_with_a_reason_and_sets_how_long_sessions_last(
    run: Run, tmp_path: Path
) -> None:
    """R07, R09, R26."""
    address = f"{tmp_path.name}@example.org"
    assert run("user", "create", address, "--name", "Ines", typed="seven lamps over the weir\n").exit_code == 0
    assert "--reason" in run("user", "reset-factors", address).output
    blank = run("user", "reset-factors", address, "--reason", " ")
    assert (blank.exit_code, blank.output.count("\n")) == (1, 1)
    done = run("user", "reset-factors", address, "--reason", "telephone lost on a train", "--json")
    assert json.loads(done.output) == {"email": address, "sessions_ended": 0}
    held = {"idle_minutes": 30, "longest_minutes": 720, "second_factor": "by-role"}
    assert json.loads(run("org", "policy", "--json").output) == held
    refused = run("org", "policy", "--idle", "2")
    assert (refused.exit_code, refused.output) == (1, "lodge-cloud: a session may rest for 5 to 240 minutes\n")
    assert run("org", "policy", "--idle", "15").exit_code == 0
    ends = "Sessions end after 15 minutes without use, and after 720 in any case."
    assert run("org", "policy").output.startswith(f"{ends} Owners, admins and location admins need")
