"""Which API key an API key was made by: it ends with it."""

from cloud_api.migrations.statements import run_file

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0030_key_parents.sql", role="lodge_owner")
