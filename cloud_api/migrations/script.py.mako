"""${message}."""

from cloud_api.migrations.statements import run_file

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("${up_revision}_10_what.sql", role="lodge_owner")
