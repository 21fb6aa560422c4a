"""Bringing a database up to date: roles first, then Alembic's revisions, one upgrade at a time.

Usage::

    report = upgrade("postgresql://...", passwords=None)   # an empty database, or an earlier version's
    print(report.before, "->", report.after)

Alembic runs inside one transaction under an advisory lock, so that a second upgrade waits and then finds
nothing to do, and a failed one leaves the database as it was. SQL stands in ``sql/``, one file a concept.
"""

from cloud_api.migrations.upgrade import (
    UpgradeReport,
    UpgradeStep,
    current_revision,
    ensure_database,
    newest_revision,
    upgrade,
)

__all__ = ["UpgradeReport", "UpgradeStep", "current_revision", "ensure_database", "newest_revision", "upgrade"]
