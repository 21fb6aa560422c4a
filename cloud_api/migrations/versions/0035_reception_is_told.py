"""Reception and security are told of who waits at a kiosk."""

from cloud_api.migrations.statements import run_file

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0035_10_reception_calls.sql", role="lodge_owner")
    run_file("0035_20_lookup.sql", role="lodge_lookup")
    run_file("0035_30_topics.sql", role="lodge_owner")
