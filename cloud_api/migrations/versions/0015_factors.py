"""Second factors, what is half signed in, and what a session is known by."""

from cloud_api.migrations.statements import run_file

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0015_factors.sql", role="lodge_owner")
