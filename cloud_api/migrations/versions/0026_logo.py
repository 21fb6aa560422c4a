"""The organisation's logo."""

from cloud_api.migrations.statements import run_file

revision = "0026"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0026_10_logo.sql", role="lodge_owner")
