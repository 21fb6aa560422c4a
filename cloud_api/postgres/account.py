"""Whom the server runs as: PostgreSQL refuses to run as root, so root lends it an unprivileged account."""

import grp
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from cloud_api.errors import PostgresError

PREFERRED_ACCOUNTS = ("lodge", "postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """An unprivileged system account."""

    name: str
    uid: int
    gid: int


def service_account() -> Account | None:
    """The account to run PostgreSQL as; ``None`` when we are not root and simply run it ourselves.

    Raises:
        PostgresError: we are root and no unprivileged account exists.
    """
    if os.geteuid() != 0:
        return None
    for name in PREFERRED_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise PostgresError("PostgreSQL cannot run as root and no unprivileged account exists: create one named lodge")


def identity(account: Account | None) -> dict[str, int | list[int]]:
    """The ``Popen`` arguments that drop to the account (nothing when there is none)."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def unreachable_parent(path: Path, account: Account | None) -> Path | None:
    """The first folder on the way to ``path`` that the account may not pass through, if any."""
    if account is None:
        return None
    groups = {account.gid, *(entry.gr_gid for entry in grp.getgrall() if account.name in entry.gr_mem)}
    for parent in reversed(path.absolute().parents):
        facts = parent.stat()
        if facts.st_uid == account.uid:
            allowed = facts.st_mode & stat.S_IXUSR
        elif facts.st_gid in groups:
            allowed = facts.st_mode & stat.S_IXGRP
        else:
            allowed = facts.st_mode & stat.S_IXOTH
        if not allowed:
            return parent
    return None


def make_private_folder(path: Path, account: Account | None) -> None:
    """A folder of mode 0700 that belongs to the account (or to us)."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    if account is not None:
        os.chown(path, account.uid, account.gid)
