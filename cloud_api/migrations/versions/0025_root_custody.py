"""Root keys that the key service keeps sealed, events found by their ids, and a tenant door that is planned sooner."""

from cloud_api.migrations.statements import run_file, run_text

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0025_10_sealed_roots.sql", role="lodge_owner")
    # An index belongs to its table's owner, who may make nothing in the schema but here.
    run_text("grant create on schema lodge to lodge_ledger", role="lodge_owner")
    run_file("0025_20_events.sql", role="lodge_ledger")
    run_text("revoke create on schema lodge from lodge_ledger", role="lodge_owner")
    run_file("0025_30_door.sql", role="lodge_owner")
    for owner in ("lodge_owner", "lodge_ledger"):
        run_file("0025_40_doors.sql", role=owner)
