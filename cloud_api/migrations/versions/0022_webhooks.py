"""Webhooks of organisations, and what was delivered to them."""

from cloud_api.migrations.statements import run_file

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0022_10_webhooks.sql", role="lodge_owner")
    run_file("0022_20_backlogs.sql", role="lodge_lookup")
    run_file("0022_30_end.sql", role="lodge_owner")
