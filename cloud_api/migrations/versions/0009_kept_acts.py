"""What waits for the audit log cannot be dropped."""

from cloud_api.migrations.statements import run_file

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0009_kept_acts.sql", role="lodge_owner")
