"""What follows on in a log is found without reading the log."""

from cloud_api.migrations.statements import run_file

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0010_muster.sql", role="lodge_owner")
