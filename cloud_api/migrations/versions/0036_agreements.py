"""What an invited person agreed to before, and codes that are mailed to visitors."""

from cloud_api.migrations.statements import run_file

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    for name in ("agreements", "20_mailed_codes"):
        run_file(f"0036_{name}.sql", role="lodge_owner")
