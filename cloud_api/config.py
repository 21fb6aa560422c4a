"""Settings of one server: a folder with ``lodge-cloud.toml``, the key file, the TLS key and, by default, the data."""

import os
import re
import tomllib
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from cloud_api.errors import ConfigurationError
from cloud_api.keys.settings import KeyServiceSettings
from cloud_api.kms_entry import KmsEntry, key_service_settings
from cloud_api.notify.settings import SmtpSettings
from cloud_api.observing.forms import LogFormat

FILE_NAME = "lodge-cloud.toml"
_HOST = re.compile(r"[a-z0-9.-]+|[0-9a-f:.]+")  # a name in ASCII, or an address
_DEFAULT_PORTS = {"https": 443, "http": 80}
THIS_MACHINE = ("127.0.0.1", "::1")

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]


class MailEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``[mail]``: the mail server for alerts."""

    host: str
    port: Port = 587
    sender: str
    sender_name: str = "Lodge"
    user: str = ""
    password: str = ""
    security: Literal["starttls", "ssl", "insecure"] = "starttls"
    verify: bool = True


class TlsEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``[tls]``: certificate and key in PEM, relative to the folder. ``pinned``: kiosks trust this key alone."""

    certificate: str
    key: str
    pinned: bool


class LogEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``[log]``: how the server's log is written; with ``requests`` a line for each, not for failures alone."""

    format: LogFormat = "text"
    requests: bool = False


class MetricsEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``[metrics]``: the token with which a Prometheus server reads ``/metrics``."""

    token: Annotated[str, msgspec.Meta(min_length=20, pattern=r"^[!-~]+\Z")]


class OutgoingEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``[outgoing]``: networks of your own that webhooks may reach beside the public internet."""

    allowed: tuple[str, ...] = ()


class SettingsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The file. ``origin`` is the address that kiosks and people use; without ``tls`` a proxy must provide it.
    ``erasure_journal``: where that is, relative to the folder. ``drain_seconds``: how long a server that was told to
    stop goes on answering while it says that it is not ready any more, so that a balancer turns to another.
    ``redirect_port``: where plain HTTP is answered by a redirect to the origin; nowhere where it is absent.
    ``trusted_proxies``: whose word on a client's address and scheme is believed (``X-Forwarded-For``, ``-Proto``).
    ``api_origins``: whose pages may ask the API from a browser, each as ``https://host[:port]``.
    """

    origin: str
    listen: str = "127.0.0.1"
    port: Port = 8443
    postgres_major: int | None = None
    erasure_journal: str | None = None
    drain_seconds: Annotated[float, msgspec.Meta(ge=0, le=600)] = 0
    trusted_proxies: tuple[str, ...] | None = None
    redirect_port: Port | None = None
    tls: TlsEntry | None = None
    kms: KmsEntry | None = None
    mail: MailEntry | None = None
    log: LogEntry = LogEntry()
    metrics: MetricsEntry | None = None
    outgoing: OutgoingEntry | None = None
    api_origins: Annotated[tuple[str, ...], msgspec.Meta(max_length=50)] = ()


_PLAIN_LOG = LogEntry()
_KEY_FILE = KeyServiceSettings()


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Where certificate and key are, and whether kiosks pin the key."""

    certificate: Path
    key: Path
    pinned: bool


@dataclass(frozen=True, slots=True)
class CloudSettings:
    """Everything that a server needs to know to start."""

    folder: Path
    origin: str
    listen: str
    port: int
    tls: TlsFiles | None
    mail: SmtpSettings | None
    database_url: str | None
    postgres_major: int | None
    journal: Path | None = None
    drain_seconds: float = 0
    trusted_proxies: tuple[str, ...] = ()
    redirect_port: int | None = None
    log: LogEntry = _PLAIN_LOG
    metrics_token: str = ""
    outgoing_allowed: tuple[str, ...] = ()
    api_origins: tuple[str, ...] = ()
    key_service: KeyServiceSettings = _KEY_FILE

    @property
    def erasure_journal(self) -> Path:
        """Which visits were erased; never part of a backup that is put back."""
        return self.journal or self.folder / "erasures.journal"

    @property
    def key_file(self) -> Path:
        """The local key service's file."""
        return self.folder / "kms.json"

    @property
    def postgres_folder(self) -> Path:
        """The cluster that Lodge runs by itself, where no ``DATABASE_URL`` is set."""
        return self.folder / "postgres"

    @property
    def objects_folder(self) -> Path:
        """Where photos and signatures are, encrypted."""
        return self.folder / "objects"

    @property
    def host(self) -> str:
        """The host name (and port, unless it is the usual one) of the origin, in lower case."""
        return urlsplit(self.origin).netloc.lower()


def default_folder() -> Path:
    """``LODGE_CLOUD_DATA``, else the system's place for root, else the user's."""
    chosen = os.environ.get("LODGE_CLOUD_DATA")
    if chosen:
        return Path(chosen)
    if os.geteuid() == 0:
        return Path("/var/lib/lodge-cloud")
    return Path(os.environ.get("XDG_DATA_HOME", str(Path.home() / ".local/share"))) / "lodge-cloud"


def load_settings(folder: Path) -> CloudSettings:
    """Read the settings of a server; ``DATABASE_URL`` of the environment decides about the database.

    Raises:
        ConfigurationError: there is no such folder, or the file is not usable; the message names the place.
    """
    path = folder / FILE_NAME
    try:
        raw = path.read_text("utf-8")
    except FileNotFoundError as error:
        raise ConfigurationError(f"there is no {path}: run lodge-cloud init, or name the folder with --data") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error
    try:
        read = msgspec.convert(tomllib.loads(raw), type=SettingsFile)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigurationError(f"{path}: {error}") from error
    return CloudSettings(
        folder=folder,
        origin=check_origin(read.origin),
        listen=read.listen,
        port=read.port,
        tls=None if read.tls is None else _tls_files(folder, read.tls),
        mail=None if read.mail is None else _mail_settings(read.mail),
        database_url=check_database_url(os.environ.get("DATABASE_URL", "")),
        postgres_major=read.postgres_major,
        journal=folder / read.erasure_journal if read.erasure_journal else None,
        drain_seconds=read.drain_seconds,
        trusted_proxies=_trusted(path, read),
        redirect_port=read.redirect_port,
        log=read.log,
        metrics_token=read.metrics.token if read.metrics else "",
        outgoing_allowed=_networks(path, "outgoing.allowed", read.outgoing.allowed) if read.outgoing else (),
        api_origins=tuple(check_origin(origin) for origin in read.api_origins),
        key_service=key_service_settings(path, read.kms),
    )


def check_database_url(text: str) -> str | None:
    """A URL or libpq's ``name=value`` words; ``None`` for nothing.

    Raises:
        ConfigurationError: neither; it does not repeat what it was given, for that may hold a password.
    """
    if not text:
        return None
    is_url = "://" in text
    try:
        parts = urlsplit(text)
        fits = parts.scheme in {"postgresql", "postgres"} and parts.port != 0 if is_url else "=" in text
    except ValueError:
        fits = False
    if not fits:
        raise ConfigurationError(
            "the database's URL is not an address such as postgresql://user:password@host:5432/lodge"
        )
    return text


def check_origin(text: str) -> str:
    """An origin in its only form: scheme, host, and a port unless it is the scheme's own.

    Raises:
        ConfigurationError: not ``https://host[:port]``.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ConfigurationError(f"{text!r} is not an address such as https://lodge.example.org") from error
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise ConfigurationError(f"{text!r} is not an address such as https://lodge.example.org")
    if not _HOST.fullmatch(parts.hostname):
        raise ConfigurationError(f"{text!r} is not an address such as https://lodge.example.org")
    if parts.username or parts.password or parts.fragment:
        raise ConfigurationError(f"{text!r} holds more than scheme, host and port")
    if parts.scheme == "http" and parts.hostname not in (*THIS_MACHINE, "localhost"):
        raise ConfigurationError(f"{text!r} is not encrypted: use https:// (http:// is for this machine alone)")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    shown = "" if port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{host}{shown}"


def render_settings(read: SettingsFile) -> str:
    """The text of a settings file."""
    lines = [
        "# Settings of a Lodge server. Every value is explained in docs/operate.",
        f"origin = {_quote(read.origin)}",
        f"listen = {_quote(read.listen)}",
        f"port = {read.port}",
    ]
    if read.postgres_major is not None:
        lines.append(f"postgres_major = {read.postgres_major}")
    if read.erasure_journal is not None:
        lines.append(f"erasure_journal = {_quote(read.erasure_journal)}")
    if read.trusted_proxies is not None:
        lines.append(f"trusted_proxies = {_shown(read.trusted_proxies)}")
    if read.redirect_port is not None:
        lines.append(f"redirect_port = {read.redirect_port}")
    if read.api_origins:
        lines.append(f"api_origins = {_shown(read.api_origins)}")
    if read.drain_seconds:
        lines.append(f"drain_seconds = {read.drain_seconds:g}")
    log = None if read.log == _PLAIN_LOG else read.log
    for name, entry in (
        ("tls", read.tls),
        ("kms", read.kms),
        ("mail", read.mail),
        ("log", log),
        ("metrics", read.metrics),
        ("outgoing", read.outgoing),
    ):
        if entry is None:
            continue
        lines += ["", f"[{name}]"]
        for key, value in msgspec.structs.asdict(entry).items():
            lines.append(f"{key} = {_shown(value)}")
    return "\n".join(lines) + "\n"


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_quote(str(item)) for item in value)}]"
    return str(value).lower() if isinstance(value, bool | int | float) else _quote(str(value))


def _quote(value: str) -> str:
    # JSON's strings are TOML's basic strings, save for DEL, which JSON leaves as it is.
    return msgspec.json.encode(value).decode("utf-8").replace("\x7f", "\\u007F")


def _trusted(path: Path, read: SettingsFile) -> tuple[str, ...]:
    """Without TLS of our own there is a proxy; unless the settings say where, it is on this machine."""
    if read.trusted_proxies is None:
        return () if read.tls is not None else THIS_MACHINE
    return _networks(path, "trusted_proxies", read.trusted_proxies)


def _networks(path: Path, name: str, texts: tuple[str, ...]) -> tuple[str, ...]:
    for text in texts:
        try:
            network = ip_network(text)
        except ValueError as error:
            raise ConfigurationError(f"{path}: {name} has {text!r}, no address or network") from error
        if network.prefixlen == 0:
            raise ConfigurationError(f"{path}: {name} has {text!r}, which is every address")
    return texts


def _tls_files(folder: Path, entry: TlsEntry) -> TlsFiles:
    return TlsFiles(folder / entry.certificate, folder / entry.key, entry.pinned)


def _mail_settings(entry: MailEntry) -> SmtpSettings:
    return SmtpSettings(**msgspec.structs.asdict(entry))
