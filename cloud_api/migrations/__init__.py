"""Bringing a database up to date: roles first, then Alembic's revisions, one upgrade at a time.

Usage::

    report = upgrade("postgresql://...", passwords=None)   # an empty database, or an earlier version's
    print(report.before, "->", report.after)

Alembic runs inside one transaction under an advisory lock, so that a second upgrade waits and then finds
nothing to do, and a failed one leaves the database as it was. SQL stands in ``sql/``, one file a concept.
"""

from cloud_api.migrations.revisions import (
    UpgradeReport,
    UpgradeStep,
    current_revision,
    ensure_database,
    newest_revision,
)
from cloud_api.migrations.roles import RolePasswords

__all__ = ["UpgradeReport", "UpgradeStep", "current_revision", "ensure_database", "newest_revision", "upgrade"]


def upgrade(url: str, *, passwords: RolePasswords | None = None) -> UpgradeReport:
    """Bring the database up to date; safe to run twice, and by two at once.

    Raises:
        MigrationError: the database cannot be reached, is too old, or a revision failed; nothing is changed.
    """
    from cloud_api.migrations.upgrading import run_upgrade  # noqa: PLC0415 -- Alembic takes longer to load than most commands

    return run_upgrade(url, passwords=passwords)
