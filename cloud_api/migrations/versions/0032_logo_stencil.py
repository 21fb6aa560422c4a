"""The logo in one colour, for kiosks and badges."""

from cloud_api.migrations.statements import run_file

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0032_logo_stencil.sql", role="lodge_owner")
