"""Photos and signatures: what is known of them here; their bytes are in the object store."""

from cloud_api.migrations.statements import run_file

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0006_objects.sql", role="lodge_owner")
