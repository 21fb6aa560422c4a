"""A role for analytics that reads what is not restricted, and changes nothing."""

from cloud_api.migrations.statements import run_file

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision. The grants themselves are made at the end of every upgrade."""
    run_file("0016_analytics.sql", role="lodge_owner")
