"""Alembic's entry: runs the revisions on the connection that ``upgrade`` hands over, in its transaction."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=None,
    version_table="migration",
    version_table_schema="ops",
)
context.run_migrations()
