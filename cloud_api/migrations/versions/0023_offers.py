"""The offer of an authenticator app belongs to one session, and what a passkey is asked to sign has an age."""

from cloud_api.migrations.statements import run_file

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    run_file("0023_offers.sql", role="lodge_owner")
