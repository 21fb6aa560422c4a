"""Visitors are sent copies of what they agreed to."""

from cloud_api.migrations.statements import run_file

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0038_document_copies.sql", role="lodge_owner")
