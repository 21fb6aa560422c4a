"""The settings file and addresses."""

from pathlib import Path

import pytest

from cloud_api.config import (
    FILE_NAME,
    MailEntry,
    SettingsFile,
    TlsEntry,
    check_origin,
    default_folder,
    load_settings,
    render_settings,
)
from cloud_api.errors import ConfigurationError


def test_settings_come_back_as_they_were_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    written = SettingsFile(
        origin="https://lodge.example.org",
        port=9443,
        postgres_major=18,
        tls=TlsEntry(certificate="tls.crt", key="tls.key", pinned=True),
        mail=MailEntry(host="mail.example.org", sender="lodge@example.org", password='quo"te\\\x7f', security="ssl"),
    )
    (tmp_path / FILE_NAME).write_text(render_settings(written), "utf-8")
    read = load_settings(tmp_path)
    assert (read.origin, read.port, read.postgres_major, read.database_url) == (written.origin, 9443, 18, None)
    assert read.tls is not None
    assert read.tls.certificate == tmp_path / "tls.crt"
    assert read.mail is not None
    assert (read.mail.password, read.mail.security) == ('quo"te\\\x7f', "ssl")


def test_the_environment_decides_about_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / FILE_NAME).write_text('origin = "https://lodge.example.org"\n', "utf-8")
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example.org/lodge")
    assert load_settings(tmp_path).database_url == "postgresql://db.example.org/lodge"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("origin = 5", "expected"),
        ("origin =", "Invalid value"),
        ('origin = "https://a.example.org"\ncolour = "red"', "colour"),
        ('origin = "https://a.example.org"\nport = 0', "port"),
        ('origin = "ftp://a.example.org"', "not an address"),
    ],
)
def test_a_faulty_file_is_refused_in_words(tmp_path: Path, content: str, fault: str) -> None:
    (tmp_path / FILE_NAME).write_text(content, "utf-8")
    with pytest.raises(ConfigurationError, match=f"(?i){fault}"):
        load_settings(tmp_path)


def test_a_missing_folder_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="lodge-cloud init"):
        load_settings(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://Lodge.Example.org/", "https://lodge.example.org"),
        ("https://lodge.example.org:443", "https://lodge.example.org"),
        ("https://lodge.example.org:8443", "https://lodge.example.org:8443"),
        ("https://[::1]:8443", "https://[::1]:8443"),
        ("http://localhost", "http://localhost"),
    ],
)
def test_an_origin_has_one_form(given: str, kept: str) -> None:
    assert check_origin(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        *("", "lodge", "https://", "https://a/path", "https://u:p@a", "https://a?x", "https://a:99999", "https://a#f"),
        'https://lodge.example.org" x = "1',
        "https://l\N{LATIN SMALL LETTER O WITH DIAERESIS}dge.example.org",  # browsers name it in ASCII
        "http://lodge.example.org",  # without TLS for this machine alone (ASVS 12.2.1)
    ],
)
def test_what_is_no_origin_is_refused(given: str) -> None:
    with pytest.raises(ConfigurationError):
        check_origin(given)


def test_the_data_folder_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LODGE_CLOUD_DATA", "/srv/lodge")
    assert default_folder() == Path("/srv/lodge")
