"""Invitations, resets and proofs of addresses by one-time links; signed links, and hosts who want no mail."""

from cloud_api.migrations.statements import run_file, run_text

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0020_10_people.sql", role="lodge_owner")
    run_file("0020_20_lookups.sql", role="lodge_lookup")
    run_text("revoke create on schema lodge from lodge_lookup", role="lodge_owner")
