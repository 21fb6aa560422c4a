"""Backups that an operator makes: what each covers, and whether receipts wait for them."""

from cloud_api.migrations.statements import run_file

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0012_backups.sql", role="lodge_owner")
