"""An organisation may ask everybody of its team for a second factor."""

from cloud_api.migrations.statements import run_file

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0027_factor_for_all.sql", role="lodge_owner")
