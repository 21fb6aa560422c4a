"""By what entries of the audit log are found, and how long the operator's log is kept."""

from cloud_api.migrations.statements import run_file

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0021_10_open.sql", role="lodge_owner")
    run_file("0021_20_ledger.sql", role="lodge_ledger")
    run_file("0021_30_end.sql", role="lodge_owner")
