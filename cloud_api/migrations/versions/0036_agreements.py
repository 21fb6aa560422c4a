"""What an invited person agreed to before."""

from cloud_api.migrations.statements import run_file

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0036_agreements.sql", role="lodge_owner")
