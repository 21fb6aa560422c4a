"""When an invitation is over, and who announced somebody by the API."""

from cloud_api.migrations.statements import run_file

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0029_ended_invitations.sql", role="lodge_owner")
