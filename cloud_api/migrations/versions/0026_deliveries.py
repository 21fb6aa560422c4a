"""The organisation's logo, deliveries, and what programs may do."""

from cloud_api.migrations.statements import run_file

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0026_10_logo.sql", role="lodge_owner")
    run_file("0026_20_deliveries.sql", role="lodge_owner")
    run_file("0026_30_lookup.sql", role="lodge_lookup")
    run_file("0026_40_end.sql", role="lodge_owner")
    run_file("0026_50_programs.sql", role="lodge_owner")
