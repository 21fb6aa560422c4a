"""What ``doctor`` looks at."""

import os
import socket
import stat
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import psycopg

from cloud_api.cli.checkup_links import certificate_findings, clock_findings, database_findings, mail_findings
from cloud_api.cli.finding import Finding
from cloud_api.cli.key_checkup import check_key_service, check_stored_keys
from cloud_api.clock import SystemClock
from cloud_api.composition import database_addresses
from cloud_api.config import FILE_NAME, THIS_MACHINE, CloudSettings
from cloud_api.counting import counted
from cloud_api.erasure_journal import read_journal
from cloud_api.errors import CloudError
from cloud_api.migrations import current_revision, newest_revision
from cloud_api.migrations.roles import APPLICATION
from cloud_api.postgres.binaries import find_binaries
from cloud_api.tls import server_context

_KNOCK_SECONDS = 5.0
_BACKUP_AGE = timedelta(days=2)


def check_server(settings: CloudSettings) -> list[Finding]:
    """Look at everything; nothing is changed but what starting the server's own database brings about."""
    return [
        *_keys(settings),
        *_listening(settings),
        *_tls(settings),
        *_mail(settings),
        *_outgoing(settings),
        *_journal(settings),
        *clock_findings(),
        *_database(settings),
    ]


def _keys(settings: CloudSettings) -> Iterator[Finding]:
    yield from check_key_service(settings)
    mode = settings.folder.stat().st_mode
    if mode & (stat.S_IRGRP | stat.S_IROTH | stat.S_IWGRP | stat.S_IWOTH):
        yield Finding("weak", f"{settings.folder} can be read by others", f"chmod 711 {settings.folder}")
    path = settings.folder / FILE_NAME
    if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        what = f"{path}, which may hold the mail password and the metrics token, can be read by others"
        yield Finding("weak", what, f"chmod 600 {path}")


def _listening(settings: CloudSettings) -> Iterator[Finding]:
    try:
        socket.getaddrinfo(settings.listen, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        advice = "use an address of this machine, 0.0.0.0 or ::"
        yield Finding("error", f"cannot listen on {settings.listen!r}: it is no address of a machine", advice)


def _tls(settings: CloudSettings) -> Iterator[Finding]:
    if settings.tls is None:
        yield Finding("weak", "no TLS of our own", "make sure that a proxy provides it and nothing else can connect")
        if settings.trusted_proxies == THIS_MACHINE and settings.listen not in THIS_MACHINE:
            what = f"listens on {settings.listen}, and believes a proxy on this machine alone"
            yield Finding("weak", what, "listen on 127.0.0.1, or name the proxy's address in trusted_proxies")
        return
    if settings.tls.key.exists() and settings.tls.key.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        what = f"{settings.tls.key}, the private key of the certificate, can be read by others"
        yield Finding("weak", what, f"chmod 600 {settings.tls.key}")
    try:
        server_context(settings.tls)
    except CloudError as error:
        yield Finding("error", str(error))
    else:
        yield Finding("ok", f"TLS 1.3 with {settings.tls.certificate}")
        host = urlsplit(settings.origin).hostname or ""
        yield from certificate_findings(settings.tls.certificate, SystemClock().now(), host, pinned=settings.tls.pinned)


def _mail(settings: CloudSettings) -> Iterator[Finding]:
    mail = settings.mail
    if mail is None:
        yield Finding(
            "weak",
            "no mail server: hosts are not told of arrivals, and visitors get no copies of documents",
            "add [mail] to the settings",
        )
    elif not _answers(mail.host, mail.port):
        advice = "see that it runs and can be reached from here; until then hosts are not told of arrivals"
        yield Finding("error", f"the mail server {mail.host}:{mail.port} does not answer", advice)
    else:
        yield from mail_findings(mail)


def _outgoing(settings: CloudSettings) -> Iterator[Finding]:
    """Every place that the server connects to by itself (R44)."""
    mail = "no mail server" if settings.mail is None else f"the mail server {settings.mail.host}:{settings.mail.port}"
    beside = f" and {', '.join(settings.outgoing_allowed)}" if settings.outgoing_allowed else ""
    yield Finding("ok", f"connects to {mail}, to webhooks on public addresses{beside}, and nowhere else")


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=_KNOCK_SECONDS):
            return True
    except OSError:
        return False


def _journal(settings: CloudSettings) -> Iterator[Finding]:
    path = settings.erasure_journal
    try:
        reading = read_journal(path)
    except CloudError as error:
        yield Finding("error", str(error), "nobody can be erased, and the server does not start, until it can be read")
        return
    if reading.damaged:
        what = f"{path} has {counted(reading.damaged, 'line')} that cannot be read"
        yield Finding("error", what, "replay an undamaged copy: lodge-cloud erasures replay --from FILE")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        yield Finding("error", f"{path} cannot be written: nobody can be erased", "see to its owner and its disk")
    elif not reading.damaged:
        yield Finding("ok", f"erasure journal {path}")


def _database(settings: CloudSettings) -> Iterator[Finding]:
    if settings.database_url is None and not (settings.postgres_folder / "data").exists():
        yield Finding("weak", "there is no database yet", "run lodge-cloud migrate; serve and org create make it too")
        return
    try:
        with database_addresses(settings) as addresses:
            yield from _revision(addresses.app)
            yield from check_stored_keys(settings, addresses.app)
            yield from _backups(addresses.app)
            if settings.database_url is not None:
                yield from database_findings(settings.database_url)
                yield from _login(addresses.app)
            else:
                origins = {binaries.major: binaries.origin for binaries in find_binaries()}
                yield Finding("ok", f"own PostgreSQL in {settings.postgres_folder} (present: {origins})")
    except CloudError as error:
        yield Finding("error", str(error))


def _revision(url: str) -> Iterator[Finding]:
    found, needed = current_revision(url), newest_revision()
    if found == needed:
        yield Finding("ok", f"database at revision {found}")
    else:
        yield Finding("error", f"database at revision {found or 'none'}, needed {needed}", "run lodge-cloud migrate")


def _backups(url: str) -> Iterator[Finding]:
    query = (
        "select expected, (select max(begun_at) from ops.backup where confirmed_at is not null) > now() - %s"
        " from ops.backup_terms"
    )
    try:
        with psycopg.connect(url) as connection:
            row = connection.execute(query, (_BACKUP_AGE,)).fetchone()
    except psycopg.Error:
        return  # not up to date, or out of reach: that has been said
    expected, fresh = row or (False, None)
    if expected and not fresh:
        what = "backups are expected, and none that began within the last two days is confirmed"
        yield Finding("weak", what, "kiosks keep their visitors' data until one is: lodge-cloud backup status")
    elif expected:
        yield Finding("ok", "a backup that began within the last two days is confirmed")


def _login(url: str) -> Iterator[Finding]:
    query = "select current_user, rolsuper or rolbypassrls from pg_roles where rolname = current_user"
    try:
        with psycopg.connect(url) as connection:
            row = connection.execute(query).fetchone()
    except psycopg.Error as error:
        yield Finding("error", f"the database cannot be reached: {type(error).__name__}")
        return
    name, mighty = row or ("nobody", False)
    if mighty:
        yield Finding(
            "weak",
            f"the service logs in as {name}, who may bypass row-level security; it works as {APPLICATION} only by "
            "its own choice",
            f"alter role {APPLICATION} password '...', and put that login into DATABASE_URL; migrate keeps {name}",
        )
    else:
        yield Finding("ok", f"database login {name}")
