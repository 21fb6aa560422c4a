"""``lodge-kiosk`` as somebody types it: one clear line when it cannot, facts when it can."""

import json
import stat
from dataclasses import replace
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from rich.console import Console

from kiosk.badge_report import print_badges
from kiosk.composition.desks import build_desks
from kiosk.composition.station import open_station
from kiosk.ports import Arrived
from kiosk.printer_settings import read_printers
from sync.protocol.codes import readable_code
from tests.fakes.commands import lodge_kiosk
from tests.fakes.lone_station import draft
from workbench.lone_kiosk import LoneKiosk, make_lone_kiosk

ROOT = Path(__file__).resolve().parents[2]
CODE = "00000-00000-00000-00000-000000-0"


@pytest.fixture
def lone(tmp_path: Path) -> LoneKiosk:
    return make_lone_kiosk(tmp_path / "kiosk")


@pytest.mark.parametrize("command", [["status"], ["roster"], ["run"], ["roster", "--json"]])
def test_a_kiosk_that_is_not_enrolled_says_what_to_do_and_makes_nothing(tmp_path: Path, command: list[str]) -> None:
    done = lodge_kiosk(*command, "--data", str(tmp_path / "none"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "lodge-kiosk enrol" in done.stderr
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("code", "server", "words"),
    [
        ("ABC", "https://127.0.0.1:9", "27 letters and digits"),
        (CODE[:-1] + "1", "https://127.0.0.1:9", "misread"),
        (CODE, "http://127.0.0.1:9", "https://"),
        (CODE, "https://127.0.0.1:9", "not reached"),
    ],
)
def test_an_enrolment_that_cannot_be_says_why_in_one_line(tmp_path: Path, code: str, server: str, words: str) -> None:
    """C24: nothing is kept of it."""
    done = lodge_kiosk("enrol", code, "--server", server, "--data", str(tmp_path / "kiosk"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert words in done.stderr
    assert lodge_kiosk("status", "--data", str(tmp_path / "kiosk")).returncode == 1


def test_the_list_is_read_without_a_network_as_json_csv_and_pdf(lone: LoneKiosk, tmp_path: Path) -> None:
    with open_station(lone.configuration) as station:
        build_desks(station).check_in.arrive(draft(station, "Odalys Fernhollow", assistance=True))
    data = str(lone.configuration.data_folder)
    facts = json.loads(lodge_kiosk("roster", "--json", "--data", data).stdout)
    written = lodge_kiosk("roster", "--pdf", str(tmp_path / "l.pdf"), "--csv", str(tmp_path / "l.csv"), "--data", data)
    assert [(person["name"], person["needs_assistance"]) for person in facts["people"]] == [("Odalys Fernhollow", True)]
    assert facts["freshness"] == "complete"
    assert written.returncode == 0
    assert (tmp_path / "l.pdf").read_bytes().startswith(b"%PDF-")
    assert "Odalys Fernhollow" in (tmp_path / "l.csv").read_text("utf-8")


@pytest.mark.parametrize("words", [["roster"], ["roster", "--json"], ["roster", "--csv", "-"], ["status"]])
def test_what_cannot_be_printed_whole_is_told_in_one_line(lone: LoneKiosk, words: list[str]) -> None:
    """C03: a list that a full disk has cut short does not pass for the whole."""
    with Path("/dev/full").open("w") as full:
        done = lodge_kiosk(*words, "--data", str(lone.configuration.data_folder), stdout=full)
    assert (done.returncode, done.stderr) == (
        1,
        "lodge-kiosk: Standard output could not be written: No space left on device.\n",
    )


def test_the_list_is_a_table_for_a_person_and_who_needs_assistance_stands_first_everywhere(lone: LoneKiosk) -> None:
    with open_station(lone.configuration) as station:
        desk = build_desks(station).check_in
        desk.arrive(draft(station, "Aaron [red]Early[/red]"))
        desk.arrive(draft(station, "Zita Lastly", assistance=True))
    data = str(lone.configuration.data_folder)
    table = lodge_kiosk("roster", "--data", data)
    csv = lodge_kiosk("roster", "--csv", "-", "--data", data)
    facts = json.loads(lodge_kiosk("roster", "--json", "--data", data).stdout)
    assert (table.returncode, table.stderr) == (0, "")
    assert "Thistledown Works · Mill Lane" in table.stdout
    assert "2 people on site" in table.stdout
    assert "This kiosk’s own list" in table.stdout
    assert "Aaron [red]Early[/red]" in table.stdout
    assert "needs_assistance" not in table.stdout
    assert csv.stdout.startswith("name,company,host,zone,since,needs_assistance")
    assert [person["name"] for person in facts["people"]] == ["Zita Lastly", "Aaron [red]Early[/red]"]
    for text in (table.stdout, csv.stdout):
        assert text.index("Zita Lastly") < text.index("Aaron")


def test_the_list_says_what_was_written_and_keeps_standard_output_for_facts(lone: LoneKiosk, tmp_path: Path) -> None:
    data, pdf, csv = str(lone.configuration.data_folder), tmp_path / "l.pdf", tmp_path / "l.csv"
    done = lodge_kiosk("roster", "--pdf", str(pdf), "--csv", str(csv), "--data", data)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"0 people on site written to {pdf}\n0 people on site written to {csv}\n"
    with_facts = lodge_kiosk("roster", "--pdf", str(pdf), "--json", "--data", data)
    assert json.loads(with_facts.stdout)["count"] == 0
    assert str(pdf) in with_facts.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--pdf", "-"], "name of a file"),
        (["--json", "--csv", "-"], "both want standard output"),
        (["--pdf", "/absent/folder/l.pdf"], "could not be written"),
        (["--csv", "/absent/folder/l.csv"], "could not be written"),
    ],
)
def test_a_list_that_cannot_be_written_says_so_in_one_line(lone: LoneKiosk, options: list[str], words: str) -> None:
    done = lodge_kiosk("roster", *options, "--data", str(lone.configuration.data_folder))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert words in done.stderr


def test_a_deleted_witness_is_told_in_words_as_a_fact_and_in_the_journal_until_a_person_has_looked(
    lone: LoneKiosk,
) -> None:
    """ADR 34."""
    data = lone.configuration.data_folder
    with open_station(lone.configuration) as station:
        build_desks(station).check_in.arrive(draft(station, "Odalys Fernhollow"))
    assert json.loads(lodge_kiosk("status", "--json", "--data", str(data)).stdout)["doubt"] is None
    (data / "witness").unlink()
    first = lodge_kiosk("status", "--json", "--data", str(data))
    doubt = json.loads(first.stdout)["doubt"]
    assert (doubt["witness"], doubt["times"], doubt["recorded"]) == ("missing", 1, 3)
    line = json.loads(first.stderr)
    assert (line["event"], line["level"], line["witness"]) == ("records not checked", "warning", "missing")
    words = lodge_kiosk("status", "--data", str(data))
    assert words.stderr == "", "the witness was rebuilt"
    assert "NOT CHECKED since" in words.stdout
    listed = json.loads(lodge_kiosk("roster", "--json", "--data", str(data)).stdout)
    assert (listed["freshness"], listed["unchecked_since"]) == ("unknown", doubt["since"])
    assert "records could not be checked" in lodge_kiosk("roster", "--data", str(data)).stdout
    reviewed = lodge_kiosk("status", "--reviewed", "--data", str(data))
    assert "agree with their second witness" in reviewed.stdout
    assert "no doubt" in lodge_kiosk("status", "--reviewed", "--data", str(data)).stderr
    assert json.loads(lodge_kiosk("roster", "--json", "--data", str(data)).stdout)["freshness"] == "complete"


@pytest.mark.parametrize("command", [["status"], ["roster"], ["run"], ["status", "--json"]])
def test_a_missing_key_file_is_told_in_one_line_and_no_new_one_is_made(lone: LoneKiosk, command: list[str]) -> None:
    key = lone.configuration.data_folder / "lodge.key"
    key.unlink()
    done = lodge_kiosk(*command, "--data", str(key.parent))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    for words in ("lodge.key is gone", "nobody can be checked in", "Put lodge.key back into", str(key.parent)):
        assert words in done.stderr
    assert not key.exists(), "a new key would open nothing and hide what happened"


def test_f12_a_badge_again_is_asked_for_at_the_command_line_and_stands_in_the_list(lone: LoneKiosk) -> None:
    """F12: by its code, with who and why; printed by whatever lobby runs next, and never while one is to come."""
    data = ["--data", str(lone.configuration.data_folder)]
    with open_station(lone.configuration) as station:
        arrived = build_desks(station).check_in.arrive(draft(station, "Odalys [red]Fernhollow"))
        assert isinstance(arrived, Arrived)
        code = readable_code(UUID(arrived.stay_id))
    wish = ["reprint", code.lower(), "--why", "lost", "--by", "Reception", *data]
    asked, twice = lodge_kiosk(*wish), lodge_kiosk(*wish)
    (person,) = json.loads(lodge_kiosk("badges", "--json", *data).stdout)["people"]
    assert (asked.returncode, asked.stderr) == (0, "")
    assert "the next one that does prints it" in asked.stdout
    assert (twice.returncode, twice.stdout, twice.stderr.count("\n")) == (1, "", 1)
    assert "still to come" in twice.stderr
    assert (person["code"], person["name"]) == (code, "Odalys [red]Fernhollow")
    assert [(badge["state"], badge["by"], badge["why"]) for badge in person["badges"]] == [
        ("to come", "Reception", "lost")
    ]
    shown = StringIO()
    print_badges([person], Console(file=shown, width=120))
    assert "Odalys [red]Fernhollow" in shown.getvalue()


def test_several_printers_are_read_from_a_file_and_a_wrong_one_is_told_in_one_line(
    lone: LoneKiosk, tmp_path: Path
) -> None:
    data = lone.configuration.data_folder
    (data / "printers.toml").write_text('[[printer]]\nname = "Lobby"\naddress = "usb:"\nrole = "spare"\n', "utf-8")
    wrong = lodge_kiosk("run", "--data", str(data))
    assert (wrong.returncode, wrong.stdout, wrong.stderr.count("\n")) == (1, "", 1)
    assert "printers.toml does not describe printers" in wrong.stderr
    good = tmp_path / "two.toml"
    good.write_text(
        '[[printer]]\nname = "Desk"\naddress = "tcp:192.0.2.17?model=ZD421-203"\nmedium = "102x76-203dpi"\n'
        'role = "fallback"\n[[printer]]\nname = "Lobby"\naddress = "virtual:QL-820NWB"\n',
        "utf-8",
    )
    configuration = replace(lone.configuration, printers=read_printers(good))
    with open_station(configuration) as station:
        desks = build_desks(station)
        desks.badges.lanes[0].step()
    assert [(lane.bench.printer.name, lane.bench.printer.shared) for lane in desks.badges.lanes] == [
        ("Lobby", False),
        ("Desk", True),
    ]
    words = lodge_kiosk("status", "--data", str(data)).stdout
    assert "printer       Desk, fallback, 102x76-203dpi, tcp:192.0.2.17?model=ZD421-203: not looked at yet" in words
    assert "printer       Lobby, primary, 62x100, virtual:QL-820NWB: ready (since " in words


def test_status_tells_what_waits_and_which_key_to_compare(lone: LoneKiosk) -> None:
    done = lodge_kiosk("status", "--json", "--data", str(lone.configuration.data_folder))
    facts = json.loads(done.stdout)
    assert (facts["organisation"], facts["recorded"], facts["waiting"]) == ("Thistledown Works", 0, 0)
    assert len(facts["root"]) == 43


def test_a_flipped_byte_in_the_database_is_told_without_a_traceback(lone: LoneKiosk) -> None:
    """C05."""
    path = lone.configuration.data_folder / "lodge.db"
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    damaged[40] ^= 1
    path.write_bytes(bytes(damaged))
    done = lodge_kiosk("status", "--data", str(lone.configuration.data_folder))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_the_wrong_key_is_told_without_a_traceback(lone: LoneKiosk) -> None:
    (lone.configuration.data_folder / "lodge.key").write_text("ab" * 32)
    done = lodge_kiosk("roster", "--data", str(lone.configuration.data_folder))
    assert done.returncode == 1
    assert "does not open with its key" in done.stderr


@pytest.mark.parametrize("command", [["status"], ["roster"], ["salvage"]])
def test_a_file_that_cannot_be_what_it_is_called_is_told_in_one_line(lone: LoneKiosk, command: list[str]) -> None:
    data = lone.configuration.data_folder
    (data / "lodge.db").unlink()
    (data / "lodge.db").mkdir()
    (data / "lodge.db" / "something").touch()
    refused = lodge_kiosk(*command, "--data", str(data))
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert refused.stderr.startswith("lodge-kiosk: ")


def test_a_key_file_that_others_can_read_is_refused(lone: LoneKiosk) -> None:
    key = lone.configuration.data_folder / "lodge.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.chmod(0o644)
    done = lodge_kiosk("roster", "--data", str(lone.configuration.data_folder))
    assert done.returncode == 1
    assert "chmod 600" in done.stderr


@pytest.mark.parametrize(
    "command", [[], ["run"], ["enrol"], ["status"], ["roster"], ["salvage"], ["badges"], ["reprint"]]
)
def test_every_command_explains_itself(command: list[str]) -> None:
    done = lodge_kiosk(*command, "--help")
    assert done.returncode == 0
    assert "Usage: lodge-kiosk" in done.stdout
