"""What an operator types: facts on stdout, one clear line on failure."""

import json
import shutil
import tempfile
from pathlib import Path

import pytest

from cloud_api.config import load_settings
from cloud_api.keys.local import LocalKeyService
from cloud_api.postgres.binaries import choose_binaries
from cloud_api.postgres.cluster import ClusterPlan
from cloud_api.postgres.lease import await_stop
from cloud_api.tls import read_pin
from sync.protocol.exchange import (
    BRANCHES_PATH,
    ENROL_FINISH_PATH,
    ENROL_START_PATH,
    EPOCHS_PATH,
    EVENTS_PATH,
    FEED_PATH,
)
from tests.fakes.cloud_site import ORGANISATION, Site, free_port

NOBODY = "00000000-0000-0000-0000-000000000000"


def test_the_keys_page_pins_the_certificate_and_a_new_one_needs_the_root(site: Site) -> None:
    settings = load_settings(site.folder)
    assert settings.tls is not None
    status = site.facts("keys", "status")
    assert {key["use"] for key in status["keys"]} == {"receipt", "feed", "command", "token", "log", "sealing"}
    page = site.facts("keys", "page", "--root-key", str(site.folder / "root.key"))
    assert page["page"] == status["page"] + 1
    assert len(read_pin(settings.tls)) == 64
    wrong = site.folder / "wrong.key"
    wrong.write_text("A" * 43 + "\n")
    wrong.chmod(0o600)
    assert "not the organisation's root key" in site.run("keys", "page", "--root-key", str(wrong), code=1).stderr


def test_doctor_finds_what_is_weak_and_what_is_broken(site: Site) -> None:
    findings = site.facts("doctor")["findings"]
    outgoing = next(item["what"] for item in findings if item["what"].startswith("connects to"))
    assert outgoing.startswith("connects to the mail server 127.0.0.1:")
    assert outgoing.endswith("to webhooks on public addresses, and nowhere else")  # R44
    assert any(item["what"].startswith("the certificate holds until ") for item in findings)
    clock = "this machine's clock is not synchronised"  # on many a test machine nobody keeps it
    assert {item["level"] for item in findings if item["what"] != clock} == {"ok"}
    key_file = site.folder / "kms.json"
    key_file.chmod(0o644)
    try:
        done = site.run("doctor", code=1)
        assert "chmod 600" in done.stdout
    finally:
        key_file.chmod(0o600)
    settings = site.folder / "lodge-cloud.toml"
    settings.chmod(0o644)
    try:
        found = site.facts("doctor")["findings"]
        assert any(item["level"] == "weak" and "mail password" in item["what"] for item in found)
    finally:
        settings.chmod(0o600)
    kept = key_file.rename(site.folder / "kms.kept.json")
    try:
        LocalKeyService.create(key_file)  # as after a restore, with the key file of another time
        assert "error the keys of Thistledown Works do not open\n" in site.run("doctor", code=1).stdout
    finally:
        kept.rename(key_file)


EXPORT = ("audit", "export", "--reason", "drill", "-o")


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("init",), "exists already"),
        (("org", "create", "Again", "--root-key", "ROOT/root.key"), "holds the root key of"),
        (("keys", "init", "--root-key", "ROOT/stick/root.key"), "there is no folder"),
        (
            ("keys", "replace-root", "--new-root-key", "ROOT/root.key", "--lost", "--reason", "drill"),
            "holds the present root key",
        ),
        (("org", "suspend", "--reason", "x\n2026-11-29 12:00:00  organisation.resumed"), "--reason is one line"),
        (("org", "apply", "ROOT/bad.json"), 'sites[0].time_zone: "Mars/Olympus" is not a time zone'),
        (("kiosk", "create", "Second", "--site", "nowhere"), "name one of the organisation's sites (mill-lane)"),
        (("kiosk", "revoke", NOBODY, "--reason", "sold"), "no such kiosk"),
        (("kiosk", "epochs", NOBODY), "there is no such kiosk"),
        (("kiosk", "confirm", NOBODY, "x"), "This kiosk has no such log."),
        (("kiosk", "fork-proof", NOBODY, "-o", "/nonexistent/fork.json"), "there is no folder"),
        (("kiosk", "fork-proof", NOBODY, "-o", "ROOT/fork.json"), "no two histories of this kiosk are known"),
        ((*EXPORT, "/nonexistent/audit.zip"), "there is no folder"),
        (
            ("kiosk", "list", "--org", "Nobody"),
            'there is no organisation "Nobody" on this server, but Thistledown Works (',
        ),
        (("kiosk", "create", "Third", "--qr", "/nonexistent/code.png"), "there is no folder /nonexistent to write"),
        (
            ("org", "create", "thistledown  works", "--root-key", "ROOT/other.key"),
            'there is an organisation "Thistledown Works" already (',
        ),
    ],
)
def test_a_failure_is_one_clear_line_on_stderr(site: Site, arguments: tuple[str, ...], fault: str) -> None:
    bad = json.loads(json.dumps(ORGANISATION))
    bad["sites"][0]["time_zone"] = "Mars/Olympus"
    (site.folder / "bad.json").write_text(json.dumps(bad))
    done = site.run(*(item.replace("ROOT", str(site.folder)) for item in arguments), code=1)
    assert done.stderr.startswith("lodge-cloud: ")
    assert fault in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_a_kiosk_without_logs_and_a_quarantine_without_entries_say_so(site: Site) -> None:
    made = site.facts("kiosk", "create", "Loading bay")
    again = site.run("kiosk", "create", "Loading bay", code=1).stderr
    assert (
        f"there is a kiosk Loading bay at Mill Lane already. For its code: lodge-cloud kiosk code {made['kiosk']}"
        in again
    )
    assert site.facts("kiosk", "epochs", made["kiosk"]) == []
    assert "No log yet." in site.run("kiosk", "epochs", made["kiosk"]).stdout
    assert site.facts("kiosk", "quarantine") == []
    assert "Every entry could be read." in site.run("kiosk", "quarantine").stdout


def test_the_description_of_the_interface_is_openapi_3_1(site: Site) -> None:
    described = json.loads(site.run("openapi").stdout)
    assert described["openapi"] == "3.1.0"
    assert {
        EVENTS_PATH,
        BRANCHES_PATH,
        EPOCHS_PATH,
        FEED_PATH,
        ENROL_START_PATH,
        ENROL_FINISH_PATH,
        "/healthz",
        "/readyz",
    } <= set(described["paths"])
    for path, operations in described["paths"].items():
        for operation in operations.values():
            assert any(int(status) >= 400 for status in operation["responses"]), path


@pytest.mark.parametrize(
    "url", ["mysql://lodge:canary@h/x", "postgresql://[canary", "canary", "postgresql://h:99999/x"]
)
def test_an_address_that_is_none_is_told_and_not_repeated(site: Site, url: str) -> None:
    """R17: a password may stand in it."""
    said = site.run("migrate", "--url", url, code=1).stderr
    assert "postgresql://user:password@host:5432/lodge" in said
    assert "canary" not in said


def test_an_empty_database_named_by_url_is_migrated(site: Site) -> None:
    with site.superuser() as connection:
        connection.execute("drop database if exists elsewhere")
        connection.execute("create database elsewhere")
        info = connection.info
        url = f"postgresql://postgres:{info.password}@/elsewhere?host={info.host}"
    first = site.facts("migrate", "--url", url)
    assert first["before"] is None
    assert [step["revision"] for step in first["applied"]][-1] == first["after"]
    assert first["applied"][0]["what"].startswith("Schemas, the tenant door")
    second = site.facts("migrate", "--url", url)
    assert (second["before"], second["after"], second["applied"]) == (first["after"], first["after"], [])
    said = site.run("migrate", "--url", url).stdout
    assert said.startswith(f"Nothing to do: the database is up to date at revision {first['after']} (PostgreSQL ")


def test_the_first_migration_of_a_server_s_own_database_says_that_it_made_everything() -> None:
    folder = Path(tempfile.mkdtemp(prefix="lodge-test-migrate-"))
    fresh = Site(folder / "server", free_port())
    try:
        folder.chmod(0o711)  # PostgreSQL runs as another user where tests run as root
        fresh.run("init", "--behind-proxy")
        plan = ClusterPlan(fresh.folder / "postgres", choose_binaries(folder=fresh.folder / "postgres"))
        said = fresh.run("migrate").stdout
        assert said.startswith("The database was empty and is now at revision ")
        assert "migrations (PostgreSQL " in said
        assert "  0001  Schemas, the tenant door" in said
        assert await_stop(plan, seconds=30)
    finally:
        shutil.rmtree(folder)
