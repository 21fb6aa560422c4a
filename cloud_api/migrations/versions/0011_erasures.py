"""Visits that were erased."""

from cloud_api.migrations.statements import run_file

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0011_erasures.sql", role="lodge_owner")
