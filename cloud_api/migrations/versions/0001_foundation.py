"""Schemas, the tenant door, organisations, events, the audit log, and the job queue."""

from procrastinate.schema import SchemaManager

from cloud_api.migrations.statements import run_file, run_text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    for name in ("10_tools", "20_organisation", "30_events"):
        run_file(f"0001_{name}.sql", role="lodge_owner")
    run_file("0001_40_ledger.sql", role="lodge_ledger")
    for name in ("50_audit", "60_lookup_rights"):
        run_file(f"0001_{name}.sql", role="lodge_owner")
    run_file("0001_61_lookups.sql", role="lodge_lookup")
    # procrastinate names its objects without a schema: they land in, and are found through, the search path.
    run_text(SchemaManager.get_schema(), role="lodge_owner", search_path="queue, pg_catalog")
    run_file("0001_70_queue.sql", role="lodge_owner")
