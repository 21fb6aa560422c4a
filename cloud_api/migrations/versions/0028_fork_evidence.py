"""Of a second history the manifest is kept, and nothing that it tells of people."""

from cloud_api.migrations.statements import run_file

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0028_fork_evidence.sql", role="lodge_owner")
