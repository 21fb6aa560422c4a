"""Generations of the audit log, what its witnesses hold, withdrawn keys, and moves of the root key."""

from cloud_api.migrations.statements import run_file

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0008_trust.sql", role="lodge_owner")
