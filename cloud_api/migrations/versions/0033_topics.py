"""Entries of the audit log are found by their topic."""

from cloud_api.migrations.statements import run_file

revision = "0033"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0033_topics.sql", role="lodge_owner")
