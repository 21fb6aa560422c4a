"""``lodge-cloud org`` and ``kiosk``: names that are taken or unclear, counts in words, pictures of codes."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from click.testing import CliRunner, Result
from PIL import Image

from cloud_api.cli.main import main
from cloud_api.composition import DatabaseAddresses
from tests.fakes.cloud_site import ORGANISATION
from workbench.sample_logo import draw_logo

pytestmark = pytest.mark.above_the_store

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
def run(folder: Path, addresses: DatabaseAddresses, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("DATABASE_URL", addresses.app)
    return lambda *words: CliRunner().invoke(main, ["--data", str(folder), *words])


def create(run: Run, tmp_path: Path, name: str, *more: str) -> Result:
    return run("org", "create", name, "--root-key", str(tmp_path / f"{len(list(tmp_path.iterdir()))}.key"), *more)


def test_a_name_that_is_taken_is_given_again_only_when_asked_for(run: Run, tmp_path: Path) -> None:
    assert create(run, tmp_path, "Ferry Works").exit_code == 0
    refused = create(run, tmp_path, "  ferry   WORKS")
    assert refused.exit_code == 1
    assert refused.output.startswith('lodge-cloud: there is an organisation "Ferry Works" already (')
    assert "--same-name" in refused.output
    assert refused.output.count("\n") == 1
    assert len(list(tmp_path.iterdir())) == 1  # no second root key
    assert create(run, tmp_path, "Ferry Works", "--same-name").exit_code == 0
    listed = json.loads(run("org", "list", "--json").output)
    assert [item["name"] for item in listed].count("Ferry Works") == 2


def test_r18_a_root_key_is_made_offline_and_taken_once(run: Run, tmp_path: Path) -> None:
    """R18: ``keys init`` needs no server and overwrites nothing; one root key belongs to one organisation."""
    file = tmp_path / "root.key"
    nowhere = CliRunner().invoke(
        main, ["--data", str(tmp_path / "no-server"), "keys", "init", "--root-key", str(file), "--json"]
    )
    made, held = json.loads(nowhere.output), file.read_bytes()
    assert (file.stat().st_mode & 0o777, (tmp_path / "no-server").exists()) == (0o600, False)
    again = run("keys", "init", "--root-key", str(file))
    assert (again.exit_code, "never overwritten" in again.output, file.read_bytes()) == (1, True, held)
    create_with = ("--root-key", str(file), "--json")
    assert json.loads(run("org", "create", "Bittern Works", *create_with).output)["root"] == made["root"]
    refused = run("org", "create", "Plover Works", *create_with)
    assert (refused.exit_code, "holds the root key of Bittern Works" in refused.output) == (1, True)
    assert file.read_bytes() == held


def test_an_unknown_and_an_unclear_organisation_are_told_apart(run: Run, tmp_path: Path) -> None:
    assert create(run, tmp_path, "Heron Works").exit_code == 0
    second = json.loads(create(run, tmp_path, "Heron Works", "--same-name", "--json").output)["id"]
    unknown = run("kiosk", "list", "--org", "Nobody")
    unclear = run("kiosk", "list", "--org", "Heron Works")
    unnamed = run("kiosk", "list")
    assert [done.exit_code for done in (unknown, unclear, unnamed)] == [1, 1, 1]
    assert unknown.output.startswith('lodge-cloud: there is no organisation "Nobody" on this server, but ')
    assert unclear.output.startswith('lodge-cloud: 2 organisations are called "Heron Works": name one by its id: ')
    assert second in unclear.output
    assert unnamed.output.startswith("lodge-cloud: there are ")
    assert "name one with --org" in unnamed.output
    by_id = run("kiosk", "list", "--org", second.upper())
    assert (by_id.exit_code, by_id.output) == (0, "There is no kiosk yet.\n")


def test_what_is_counted_agrees_with_its_noun(run: Run, tmp_path: Path) -> None:
    tenant = json.loads(create(run, tmp_path, "Count Works", "--json").output)["id"]
    path = tmp_path / "organisation.json"
    wanted: dict[str, Any] = copy.deepcopy(ORGANISATION)
    wanted["name"] = "Count Works"
    path.write_text(json.dumps(wanted))
    done = run("org", "apply", str(path), "--org", tenant)
    assert done.output == "Count Works has 1 site, 1 zone, 1 host, 0 documents, 1 type of visitor.\n"
    other: dict[str, Any] = copy.deepcopy(wanted)
    other["sites"][0]["zones"][0]["key"] = "hall"
    path.write_text(json.dumps(other))
    refused = run("org", "apply", str(path), "--org", tenant)
    assert (refused.exit_code, 'the name of the zone "lobby", which stays' in refused.output) == (1, True)
    wanted["hosts"] = [{"key": key, "name": key} for key in "ab"]
    wanted["sites"][0]["accent"] = "#FFDD00"
    path.write_text(json.dumps(wanted))
    done = run("org", "apply", str(path), "--org", tenant)
    counts, said = done.output.split(" The ")
    assert counts == "Count Works has 1 site, 1 zone, 2 hosts, 0 documents, 1 type of visitor. 1 host retired."
    assert said == "accent #FFDD00 of Mill Lane is too light for text: kiosks show #6B5D00.\n"


def test_r18_another_organisations_file_is_noticed(run: Run, tmp_path: Path) -> None:
    """R18: a name that another one has is refused, a new name is told, and so is each thing that was taken back."""
    tenant = json.loads(create(run, tmp_path, "Weir Works", "--json").output)["id"]
    path = tmp_path / "organisation.json"
    pin = {"id": "desk", "pin": "407715", "scopes": ["evacuation"], "site": "mill-lane"}
    watched = [{"key": key, "name": "Ada Crake"} for key in "ab"]
    path.write_text(json.dumps(ORGANISATION | {"name": "Weir Works", "staff_pins": [pin], "watchlist": watched}))
    first = run("org", "apply", str(path), "--org", tenant)
    assert first.exit_code == 0, first.output
    (act, *_) = json.loads(run("org", "log", "--json").output)
    assert (act["kind"], act["organisation"], act["detail"]["hosts"]) == ("configuration.applied", tenant, "1")
    create(run, tmp_path, "Sluice Works")
    path.write_text(json.dumps(ORGANISATION | {"name": "sluice works"}))
    refused = run("org", "apply", str(path), "--org", tenant)
    assert (refused.exit_code, 'an organisation "Sluice Works" already' in refused.output) == (1, True)
    path.write_text(json.dumps(ORGANISATION | {"name": "Otter Works"}))
    done = run("org", "apply", str(path), "--org", tenant)
    assert done.output == (
        "Weir Works is called Otter Works now. Otter Works has 1 site, 1 zone, 1 host, 0 documents, 1 type of visitor. "
        "Taken back, for the file does not name them: 1 staff PIN, 2 entries on the watchlist.\n"
    )


def test_r22_a_logo_is_put_shown_and_removed_by_the_operator(run: Run, tmp_path: Path) -> None:
    """R22: in words and facts; what is no picture is one line, and what cannot be seen in one colour is said."""
    tenant = json.loads(create(run, tmp_path, "Sedge Works", "--json").output)["id"]
    files = {name: tmp_path / f"{name}.png" for name in ("seen", "blank", "script")}
    draw_logo().save(files["seen"])
    Image.new("RGB", (40, 40), "silver").save(files["blank"])
    files["script"].write_text("<svg/>")

    def told(*words: str) -> tuple[bool, bool]:
        done = run("org", "logo", *words, "--org", tenant, "--json")
        assert done.exit_code == 0, done.output
        return tuple(json.loads(done.output).values())

    assert told() == (False, False)
    assert told(str(files["seen"])) == told() == (True, True)
    assert told(str(files["blank"])) == (True, False)
    refused = run("org", "logo", str(files["script"]), "--org", tenant)
    said = "lodge-cloud: this is no picture that Lodge reads: a logo is a PNG, JPEG or WebP\n"
    assert (refused.exit_code, refused.output) == (1, said)
    assert "nothing of it is left" in run("org", "logo", "--org", tenant).output
    assert told("--remove") == told() == (False, False)
    (act, *_) = json.loads(run("org", "log", "--json").output)
    assert (act["kind"], act["organisation"]) == ("organisation.logo_set", tenant)


def test_a_picture_of_a_code_is_said_to_be_written_and_none_is_lost(run: Run, tmp_path: Path) -> None:
    tenant = json.loads(create(run, tmp_path, "Picture Works", "--json").output)["id"]
    organisation = tmp_path / "organisation.json"
    organisation.write_text(json.dumps(ORGANISATION | {"name": "Picture Works"}))
    assert run("org", "apply", str(organisation), "--org", tenant).exit_code == 0
    nowhere = run("kiosk", "create", "Attic", "--org", tenant, "--qr", "/nonexistent/code.png")
    assert nowhere.output == "lodge-cloud: there is no folder /nonexistent to write the QR code to\n"
    assert run("kiosk", "list", "--org", tenant).output == "There is no kiosk yet.\n"
    path = tmp_path / "code.of-the-attic"
    made = run("kiosk", "create", "Attic", "--org", tenant, "--qr", str(path))
    assert f"The code as a picture is in {path}: delete it once the kiosk is enrolled." in made.output
    (kiosk,) = json.loads(run("kiosk", "list", "--org", tenant, "--json").output)
    facts = json.loads(run("kiosk", "code", kiosk["id"], "--org", tenant, "--qr", str(path), "--json").output)
    assert facts["qr"] == str(path)
    (read,) = zxingcpp.read_barcodes(Image.open(path))
    assert read.text == f"https://lodge.example.org/enrol#{facts['code']}"


def test_f03_the_code_of_an_announced_visitor_is_had_by_its_key(run: Run, tmp_path: Path) -> None:
    """F03: as text, facts and a picture; noted in the operator's log, and none of nobody and of what is over."""
    tenant = json.loads(create(run, tmp_path, "Code Works", "--json").output)["id"]
    guest = {"type": "visitor", "name": "Ada Sample"}
    announced = [
        {**guest, "key": key, "windows": [{"begins": f"{year}-01-01T09:00Z", "ends": f"{year}-01-02T17:00Z"}]}
        for key, year in (("ada", 2199), ("past", 2026))
    ]
    organisation, drawn = tmp_path / "organisation.json", tmp_path / "ada.png"
    organisation.write_text(json.dumps(ORGANISATION | {"name": "Code Works", "invitations": announced}))
    assert run("org", "apply", str(organisation), "--org", tenant).exit_code == 0
    asked = ("org", "invitation-code", "ada", "--org", tenant)
    facts = json.loads(run(*asked, "-o", str(drawn), "--json").output)
    (read,) = zxingcpp.read_barcodes(Image.open(drawn))
    assert (read.text, facts["expires"], facts["qr"]) == (facts["text"], "2106-02-07T06:28:15+00:00", str(drawn))
    shown = run(*asked).output
    assert (shown.splitlines()[0], f"To type: {facts['readable']}" in shown) == (facts["text"], True)
    (act, *_) = json.loads(run("org", "log", "--json").output)
    assert (act["kind"], act["detail"]) == ("invitation.code_shown", {"invitation": facts["invitation"]})
    over = run("org", "invitation-code", "past", "--org", tenant)
    nobody = run("org", "invitation-code", "nobody", "--org", tenant)
    nowhere = run(*asked, "-o", "/nonexistent/ada.png")
    assert [done.exit_code for done in (over, nobody, nowhere)] == [1, 1, 1]
    assert "the last day of this invitation is over" in over.output
    assert "there is no invitation of this key" in nobody.output


def test_f19_kiosks_are_commanded_by_file_and_by_command_and_listed_with_what_they_said(
    run: Run, tmp_path: Path
) -> None:
    """F19."""
    tenant = json.loads(create(run, tmp_path, "Order Works", "--json").output)["id"]
    wanted = copy.deepcopy(ORGANISATION) | {"name": "Order Works"}
    wanted["sites"][0]["kiosks"] = [{"name": "Gate", "zone": "lobby"}]  # type: ignore[index]
    told = {"name": "first", "site": "mill-lane", "order": "stop_photos", "hours": 1, "reason": "asked for"}
    path = tmp_path / "organisation.json"
    path.write_text(json.dumps(wanted | {"commands": [told]}))
    applied = run("org", "apply", str(path), "--org", tenant)
    said = "1 kiosk created: lodge-cloud kiosk code enrols it. 1 command given.\n"
    assert applied.output.endswith(f"1 type of visitor. {said}")
    assert run("org", "apply", str(path), "--org", tenant).output.endswith("1 type of visitor.\n")
    for_all = run("kiosk", "command", "wipe", "--reason", "stolen", "--org", tenant)
    assert (for_all.exit_code, for_all.output) == (1, "lodge-cloud: a wipe names the one kiosk that it is for\n")
    assert "Code   " in run("kiosk", "code", "Gate", "--org", tenant).output  # by its name
    unknown = run("kiosk", "revoke", "Gat", "--reason", "sold", "--org", tenant)
    assert (unknown.exit_code, 'there is no kiosk "Gat"' in unknown.output) == (1, True)
    giving = ("kiosk", "command", "wipe", "--kiosk", "Gate", "--reason", "stolen", "--org", tenant)
    assert run(*giving).exit_code == 1  # asked, and nobody answered
    facts = json.loads(run(*giving, "--yes", "--json").output)
    (wipe, first) = json.loads(run("kiosk", "commands", "--org", tenant, "--json").output)
    assert (wipe["command"], wipe["order"], wipe["kiosk"], wipe["answers"]) == (facts["command"], "wipe", "Gate", [])
    assert (first["name"], first["order"], first["kiosk"], first["site"]) == ("first", "stop_photos", None, "mill-lane")
    shown = run("kiosk", "commands", "--org", tenant).output.splitlines()
    assert [line.partition("  ")[2].split("  ", 1)[1] for line in shown] == [
        "wipe          Gate: no answer yet",
        "stop_photos   all of mill-lane: no answer yet",
    ]
    (gate,) = json.loads(run("kiosk", "list", "--org", tenant, "--json").output)
    closing = ("kiosk", "reviewed", gate["id"], "--reason", "compared", "--org", tenant)
    assert [run(*closing).exit_code for _ in range(2)] == [0, 1]
