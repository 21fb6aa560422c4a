"""Evidence cannot be rewritten: signed manifests, forks, bodies, and the audit log's own row."""

from cloud_api.migrations.statements import run_file

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0003_evidence.sql", role="lodge_owner")
