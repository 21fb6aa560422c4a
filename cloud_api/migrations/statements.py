"""How a revision runs its SQL: whole files, as the role that shall own what they make."""

from importlib.resources import files

import psycopg
from alembic import op

from cloud_api.errors import MigrationError


def run_file(name: str, *, role: str, search_path: str = "pg_catalog") -> None:
    """Run ``sql/NAME`` as ``role``; every name in it is qualified unless ``search_path`` says otherwise."""
    text = (files("cloud_api.migrations") / "sql" / name).read_text("utf-8")
    run_text(text, role=role, search_path=search_path)


def run_text(text: str, *, role: str, search_path: str = "pg_catalog") -> None:
    """Run several statements as ``role`` inside the upgrade's transaction."""
    connection = op.get_bind().connection.driver_connection
    if not isinstance(connection, psycopg.Connection):
        raise MigrationError("migrations run on a live database only")
    connection.execute("select set_config('role', %s, true), set_config('search_path', %s, true)", (role, search_path))
    # Without parameters psycopg sends the text as it is: several statements, and % means nothing.
    connection.execute(text.encode("utf-8"))
    connection.execute("select set_config('role', 'lodge_owner', true), set_config('search_path', 'pg_catalog', true)")
