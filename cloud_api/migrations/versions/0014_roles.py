"""Roles of staff, and which hosts of the directory somebody is."""

from cloud_api.migrations.statements import run_file

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0014_roles.sql", role="lodge_owner")
