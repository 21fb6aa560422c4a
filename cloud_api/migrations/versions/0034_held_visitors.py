"""A held visitor is an entry about visits."""

from cloud_api.migrations.statements import run_file

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0034_held_visitors.sql", role="lodge_owner")
