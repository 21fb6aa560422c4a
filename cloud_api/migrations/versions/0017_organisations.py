"""Organisations that are suspended and closed, quotas, and the one way by which a ledger's rows go."""

from cloud_api.migrations.statements import run_file, run_text

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0017_10_organisations.sql", role="lodge_owner")
    run_file("0017_20_lookups.sql", role="lodge_lookup")
    run_text("revoke create on schema lodge from lodge_lookup", role="lodge_owner")
