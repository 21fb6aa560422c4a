"""API keys, tokens of programs, and answers to requests that may come twice."""

from cloud_api.migrations.statements import run_file

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0019_api.sql", role="lodge_owner")
