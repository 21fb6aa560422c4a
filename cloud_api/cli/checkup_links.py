"""What ``doctor`` looks at beside the server itself: its certificate's end, its clock, and how others are reached."""

import ctypes
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import psycopg
from psycopg.conninfo import conninfo_to_dict

from cloud_api.cli.finding import Finding
from cloud_api.counting import counted
from cloud_api.notify.settings import SmtpSettings
from cloud_api.services.mail_addresses import is_mailable
from cloud_api.tls import end_of, is_for

_SOON: Final = timedelta(days=30)
_HERE: Final = ("127.0.0.1", "::1", "localhost")
_TIME_ERROR: Final = 5  # adjtimex(2): the clock is not synchronised
_TIMEX_BYTES: Final = 512  # struct timex has 208 on 64 bits; the kernel writes no more than it has


def certificate_findings(certificate: Path, now: datetime, host: str, *, pinned: bool) -> Iterator[Finding]:
    """Whether the certificate is the host's, and when it ends. Kiosks that pin its key go on working; browsers do not.

    Raises:
        ConfigurationError: it cannot be read.
    """
    if not is_for(certificate, host):
        what = f"the certificate is not for {host}, which people and kiosks ask for"
        yield Finding("weak" if pinned else "error", what, "put in a certificate that names it")
    end = end_of(certificate)
    left = end - now
    advice = "replace certificate and key; docs/operate/server.md says how kiosks learn of a new key"
    if left <= timedelta():
        yield Finding("weak" if pinned else "error", f"the certificate ended on {end:%Y-%m-%d}", advice)
    elif left < _SOON:
        yield Finding("weak", f"the certificate ends in {counted(left.days, 'day')}, on {end:%Y-%m-%d}", advice)
    else:
        yield Finding("ok", f"the certificate holds until {end:%Y-%m-%d}")


def mail_findings(mail: SmtpSettings) -> Iterator[Finding]:
    """Whether it has a sender, and mail to another machine is encrypted and its certificate verified."""
    if not is_mailable(mail.sender):
        advice = "put an address such as lodge@example.org into [mail]: until then hosts are not told of arrivals"
        yield Finding("error", f"sender = {mail.sender!r} is not an address that mail can come from", advice)
    elif mail.host in _HERE:
        yield Finding("ok", f"mail by {mail.host}")
    elif mail.security == "insecure":
        yield Finding("weak", f"mail goes to {mail.host} unencrypted", "use security = starttls or ssl")
    elif not mail.verify:
        what = f"the certificate of {mail.host} is not verified: who stands between can read mail and its password"
        yield Finding("weak", what, "take verify = false out of [mail]")
    else:
        yield Finding("ok", f"mail by {mail.host}")


def database_findings(url: str) -> Iterator[Finding]:
    """Whether a database on another machine is reached by TLS with a verified certificate."""
    try:
        words = conninfo_to_dict(url)
    except psycopg.Error:
        return  # libpq refuses it, and so does whoever connects
    named = str(words.get("host") or words.get("hostaddr") or os.environ.get("PGHOST", ""))
    hosts = [host for host in named.split(",") if host and not host.startswith(("/", "@")) and host not in _HERE]
    mode = words.get("sslmode") or os.environ.get("PGSSLMODE", "prefer")
    if not hosts:
        return
    if mode == "verify-full":
        yield Finding("ok", f"the database on {', '.join(hosts)} proves who it is by its certificate")
        return
    what = f"the database on {', '.join(hosts)} is asked with sslmode={mode}: nothing proves that it is the right one"
    yield Finding("weak", what, "add sslmode=verify-full and sslrootcert=FILE (or system) to DATABASE_URL")


def clock_findings() -> Iterator[Finding]:
    """Whether something keeps this machine's clock right; silent where the kernel does not tell."""
    state = _clock_state()
    if state == _TIME_ERROR:
        what = "this machine's clock is not synchronised"
        yield Finding("weak", what, "run a time service such as systemd-timesyncd or chrony")
    elif state >= 0:
        yield Finding("ok", "this machine's clock is synchronised")


def _clock_state() -> int:
    try:
        ask = ctypes.CDLL(None).adjtimex
    except (OSError, AttributeError):
        return -1
    return int(ask(ctypes.create_string_buffer(_TIMEX_BYTES)))
