"""The security timeline finds its entries by a column."""

from cloud_api.migrations.statements import run_file

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0037_security_timeline.sql", role="lodge_owner")
