"""Root keys that the key service keeps sealed, and events found by their ids."""

from cloud_api.migrations.statements import run_file

revision = "0025"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0025_10_sealed_roots.sql", role="lodge_owner")
    run_file("0025_20_events.sql", role="lodge_ledger")
