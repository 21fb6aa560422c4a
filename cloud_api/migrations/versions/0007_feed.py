"""Pages of the feed by head and content, and what an organisation's file puts on them."""

from cloud_api.migrations.statements import run_file

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0007_feed.sql", role="lodge_owner")
