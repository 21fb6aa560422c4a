"""``init``, ``migrate``, ``doctor``: from an empty folder to a server that can start."""

import asyncio
import os
import stat
from pathlib import Path

import click

from cloud_api.cli.checkup import check_server
from cloud_api.cli.finding import Finding
from cloud_api.cli.frame import Frame, clear_failures, fail, json_option, tell
from cloud_api.clock import SystemClock
from cloud_api.composition import database_addresses
from cloud_api.config import (
    FILE_NAME,
    MailEntry,
    SettingsFile,
    TlsEntry,
    check_database_url,
    check_origin,
    load_settings,
    render_settings,
)
from cloud_api.counting import counted
from cloud_api.errors import ConfigurationError
from cloud_api.keys.local import LocalKeyService
from cloud_api.keys.opening import open_key_service
from cloud_api.keys.ring import KeyRing
from cloud_api.kms_entry import KmsEntry, key_service_settings
from cloud_api.migrations import UpgradeReport, upgrade
from cloud_api.migrations.roles import RolePasswords
from cloud_api.services.mail_addresses import is_mailable
from cloud_api.tls import make_certificate, read_pin

_SHORTEST_LOGIN_PASSWORD = 16
_READY = """\
{folder} is ready for {origin}.
Keep a copy of {keys} somewhere safe and apart from the database: without it nothing can be read any more."""
_READY_KMS = """\
{folder} is ready for {origin}.
The AWS KMS key {keys} protects all data: where it is deleted, nothing can be read any more."""


@click.command()
@click.option("--origin", default="https://localhost:8443", show_default=True, help="The address of the server.")
@click.option("--listen", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8443, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option("--behind-proxy", is_flag=True, help="Make no certificate: a proxy in front provides TLS.")
@click.option("--postgres", "postgres_major", type=int, help="Use PostgreSQL of this major version only.")
@click.option("--mail-host", help="The mail server for alerts.")
@click.option("--mail-port", default=587, show_default=True, type=click.IntRange(1, 65535))
@click.option("--mail-sender", help="The address that alerts come from.")
@click.option("--mail-user", default="", help="The user at the mail server; its password goes into the settings file.")
@click.option(
    "--mail-security", default="starttls", show_default=True, type=click.Choice(["starttls", "ssl", "insecure"])
)
@click.option("--kms-key", help="An AWS KMS key (id, ARN or alias) that protects all data, instead of a key file.")
@click.option("--kms-region", help="The AWS region of that key.")
@click.option("--kms-endpoint", default="", help="The address of a VPC endpoint for KMS, where there is one.")
@json_option
@click.pass_obj
@clear_failures
def init(  # noqa: PLR0913  one parameter an option
    frame: Frame,
    *,
    origin: str,
    listen: str,
    port: int,
    behind_proxy: bool,
    postgres_major: int | None,
    mail_host: str | None,
    mail_port: int,
    mail_sender: str | None,
    mail_user: str,
    mail_security: str,
    kms_key: str | None,
    kms_region: str | None,
    kms_endpoint: str,
    as_json: bool,
) -> None:
    """Make a data folder: settings, the key file that protects all data (or AWS KMS does), and a certificate."""
    if bool(mail_host) != bool(mail_sender):
        raise ConfigurationError("name both --mail-host and --mail-sender, or neither")
    if mail_sender and not is_mailable(mail_sender):
        raise ConfigurationError(f"--mail-sender: {mail_sender!r} is not an address such as lodge@example.org")
    mail = None
    if mail_host and mail_sender:
        mail = MailEntry(host=mail_host, port=mail_port, sender=mail_sender, user=mail_user, security=mail_security)  # type: ignore[arg-type]  # click checked the choice
    read = SettingsFile(
        origin=check_origin(origin),
        listen=listen,
        port=port,
        postgres_major=postgres_major,
        tls=None if behind_proxy else TlsEntry(certificate="tls.crt", key="tls.key", pinned=True),
        kms=_kms(frame.folder, kms_key, kms_region, kms_endpoint),
        mail=mail,
    )
    _make_folder(frame.folder, render_settings(read), with_key_file=read.kms is None)
    settings = load_settings(frame.folder)
    facts: dict[str, object] = {"folder": str(frame.folder), "origin": settings.origin}
    if settings.tls is not None:
        make_certificate(settings.tls, settings.origin, SystemClock().now())
        facts["tls_pin"] = read_pin(settings.tls)
    ready = _READY if read.kms is None else _READY_KMS
    tell(
        facts,
        ready.format(folder=frame.folder, origin=settings.origin, keys=kms_key or settings.key_file),
        as_json=as_json,
    )


@click.command()
@click.option("--url", help="Migrate this database (default: DATABASE_URL, else the server's own).")
@json_option
@click.pass_obj
@clear_failures
def migrate(frame: Frame, *, url: str | None, as_json: bool) -> None:
    """Bring the database up to date; safe to run twice, and by two at once.

    With LODGE_APP_PASSWORD and LODGE_WORKER_PASSWORD in the environment, the logins lodge_app and lodge_worker of a
    database of yours get these passwords: what serves people need not log in as whoever may change everything.
    """
    chosen = check_database_url(url or os.environ.get("DATABASE_URL", ""))
    if chosen:
        _tell(upgrade(chosen, passwords=_login_passwords()), as_json=as_json)
        return
    with database_addresses(frame.settings()) as addresses:
        _tell(addresses.upgraded or upgrade(addresses.migrator), as_json=as_json)


@click.command()
@json_option
@click.pass_obj
@clear_failures
def doctor(frame: Frame, *, as_json: bool) -> None:
    """Say what is configured, what is weak, and what to do about it; exit 1 when something is broken."""
    findings = check_server(frame.settings())
    lines = [f"{finding.level:5} {finding.what}{_advice(finding)}" for finding in findings]
    broken = any(finding.level == "error" for finding in findings)
    facts = [{"level": item.level, "what": item.what, "do": item.advice} for item in findings]
    tell({"ok": not broken, "findings": facts}, "\n".join(lines), as_json=as_json)
    if broken:
        fail("something is broken; see above")


def _login_passwords() -> RolePasswords:
    """Of the environment, where neither other users of the machine nor the shell's history see them.

    Raises:
        ConfigurationError: one is too short to stand against guessing.
    """
    chosen = {}
    for name in ("LODGE_APP_PASSWORD", "LODGE_WORKER_PASSWORD"):
        text = os.environ.get(name) or None
        if text is not None and len(text) < _SHORTEST_LOGIN_PASSWORD:
            raise ConfigurationError(f"{name} is shorter than {_SHORTEST_LOGIN_PASSWORD} characters")
        chosen[name] = text
    return RolePasswords(None, chosen["LODGE_APP_PASSWORD"], chosen["LODGE_WORKER_PASSWORD"])


def _tell(report: UpgradeReport, *, as_json: bool) -> None:
    facts: dict[str, object] = {
        "before": report.before,
        "after": report.after,
        "applied": [{"revision": step.revision, "what": step.what} for step in report.applied],
        "postgresql": report.server_version,
    }
    if not report.applied:
        text = f"Nothing to do: the database is up to date at revision {report.after}"
    else:
        found = "was empty" if report.before is None else f"was at revision {report.before}"
        text = (
            f"The database {found} and is now at revision {report.after}: {counted(len(report.applied), 'migration')}"
        )
    steps = "".join(f"\n  {step.revision}  {step.what}" for step in report.applied)
    tell(facts, f"{text} (PostgreSQL {report.server_version}).{steps}", as_json=as_json)


def _kms(folder: Path, key: str | None, region: str | None, endpoint: str) -> KmsEntry | None:
    """The settings of AWS KMS, which answers with them: a server that cannot reach its keys is not made."""
    if bool(key) != bool(region) or (endpoint and not key):
        raise ConfigurationError("name both --kms-key and --kms-region, or neither")
    if not key or not region:
        return None
    entry = KmsEntry(key=key, region=region, endpoint=endpoint)
    service = open_key_service(key_service_settings(folder / FILE_NAME, entry), folder / "kms.json")
    asyncio.run(KeyRing(service).probe())
    return entry


def _make_folder(folder: Path, settings: str, *, with_key_file: bool) -> None:
    path = folder / FILE_NAME
    if path.exists():
        raise ConfigurationError(f"{path} exists already: init never overwrites a server")
    folder.mkdir(parents=True, exist_ok=True)
    # As root, PostgreSQL runs under another account that must pass through; it can list nothing here.
    folder.chmod(stat.S_IRWXU | (stat.S_IXGRP | stat.S_IXOTH if os.geteuid() == 0 else 0))
    if with_key_file:
        LocalKeyService.create(folder / "kms.json")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(settings)


def _advice(finding: Finding) -> str:
    return f"\n      {finding.advice}" if finding.advice else ""
