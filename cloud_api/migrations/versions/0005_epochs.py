"""Epochs that kiosks begin by themselves, and branches beside the log."""

from cloud_api.migrations.statements import run_file

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0005_10_epochs.sql", role="lodge_owner")
    run_file("0005_20_branches.sql", role="lodge_ledger")
    run_file("0005_30_branch_bodies.sql", role="lodge_owner")
