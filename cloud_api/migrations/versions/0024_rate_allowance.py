"""Rate limits keep one moment for each key."""

from cloud_api.migrations.statements import run_file

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0024_rate_allowance.sql", role="lodge_owner")
