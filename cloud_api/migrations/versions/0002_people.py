"""Staff, their sessions, rate limits shared by replicas, and the server's own log."""

from cloud_api.migrations.statements import run_file

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0002_10_people.sql", role="lodge_owner")
    run_file("0002_20_lookups.sql", role="lodge_lookup")
    run_file("0002_30_lookup_end.sql", role="lodge_owner")
