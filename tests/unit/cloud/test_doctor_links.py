"""What ``doctor`` says of how others are reached: R16, R43, ASVS 12.2 and 12.3."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cloud_api.cli.checkup_links import certificate_findings, database_findings, mail_findings
from cloud_api.config import TlsFiles
from cloud_api.notify.settings import SmtpSettings
from cloud_api.tls import make_certificate

NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "level"),
    [
        ("postgresql://lodge_app:secret@db.example.org/lodge", "weak"),
        ("postgresql://lodge_app:secret@db.example.org/lodge?sslmode=require", "weak"),
        ("postgresql://lodge_app:secret@db.example.org/lodge?sslmode=verify-full&sslrootcert=system", "ok"),
        ("host=127.0.0.1,db.example.org dbname=lodge", "weak"),
        ("postgresql://lodge_app:secret@127.0.0.1/lodge", ""),
        ("host=/run/postgresql dbname=lodge", ""),
        ("postgresql:///lodge", ""),
    ],
)
def test_a_database_elsewhere_must_prove_who_it_is(url: str, level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGSSLMODE"):
        monkeypatch.delenv(name, raising=False)
    findings = list(database_findings(url))
    assert [finding.level for finding in findings] == ([level] if level else [])
    assert "secret" not in repr(findings)


def test_mail_elsewhere_is_encrypted_and_verified_or_said_to_be_weak() -> None:
    def levels(host: str, **more: object) -> list[str]:
        return [found.level for found in mail_findings(SmtpSettings(host, 587, "lodge@example.org", **more))]  # type: ignore[arg-type]

    assert levels("smtp.example.org") == ["ok"]
    assert levels("smtp.example.org", verify=False) == ["weak"]
    assert levels("smtp.example.org", security="insecure") == ["weak"]
    assert levels("localhost", security="insecure") == ["ok"]


def test_a_sender_that_is_no_address_is_named() -> None:
    for sender in ("notanaddress", "lodge@example.org\nBcc: x@example.org"):
        (found,) = mail_findings(SmtpSettings("localhost", 25, sender))
        assert found.level == "error"


def test_a_certificate_that_ends_soon_is_named_before_it_does(tmp_path: Path) -> None:
    files = TlsFiles(tmp_path / "tls.crt", tmp_path / "tls.key", pinned=False)
    make_certificate(files, "https://lodge.example.org", NOW)
    for days, pinned, level in ((0, False, "ok"), (3640, False, "weak"), (3651, False, "error"), (3651, True, "weak")):
        at = NOW + timedelta(days=days)
        (found,) = certificate_findings(files.certificate, at, "lodge.example.org", pinned=pinned)
        assert (found.level, "2036-11-26" in found.what) == (level, True), found


def test_a_certificate_of_another_host_is_named(tmp_path: Path) -> None:
    files = TlsFiles(tmp_path / "tls.crt", tmp_path / "tls.key", pinned=False)
    make_certificate(files, "https://*.example.org", NOW)
    for host, pinned, levels in (
        ("lodge.example.org", False, ["ok"]),
        ("127.0.0.1", False, ["ok"]),
        ("lodge.example.com", False, ["error", "ok"]),
        ("a.lodge.example.org", False, ["error", "ok"]),
        ("192.0.2.7", True, ["weak", "ok"]),
    ):
        found = certificate_findings(files.certificate, NOW, host, pinned=pinned)
        assert [item.level for item in found] == levels, host
