"""The latest start of each kiosk is found without reading its log."""

from cloud_api.migrations.statements import run_file, run_text

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    # An index belongs to its table's owner, who may make nothing in the schema but here.
    run_text("grant create on schema lodge to lodge_ledger", role="lodge_owner")
    run_file("0004_fleet.sql", role="lodge_ledger")
    run_text("revoke create on schema lodge from lodge_ledger", role="lodge_owner")
