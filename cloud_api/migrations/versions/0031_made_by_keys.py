"""What API keys made ends with them, and kept answers are forgotten with what they speak of."""

from cloud_api.migrations.statements import run_file

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0031_made_by_keys.sql", role="lodge_owner")
