"""Commands to kiosks, and an index of what kiosks said of them."""

from cloud_api.migrations.statements import run_file, run_text

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0013_10_commands.sql", role="lodge_owner")
    # An index belongs to its table's owner, who may make nothing in the schema but here.
    run_text("grant create on schema lodge to lodge_ledger", role="lodge_owner")
    run_file("0013_20_answers.sql", role="lodge_ledger")
    run_text("revoke create on schema lodge from lodge_ledger", role="lodge_owner")
