"""Figures for a metrics page, and the oldest version that a database still serves."""

from cloud_api.migrations.statements import run_file

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0018_10_figures.sql", role="lodge_owner")
    run_file("0018_20_function.sql", role="lodge_lookup")
    run_file("0018_30_end.sql", role="lodge_owner")
