"""Every row of a database as text, as a superuser without the key file sees it."""

import psycopg
from psycopg import sql


def every_row(url: str) -> str:
    """All tables of the product, the operator's and the queue's."""
    shown = ""
    with psycopg.connect(url) as connection:
        for schema, table in connection.execute(
            "select schemaname, tablename from pg_tables where schemaname in ('lodge', 'ops', 'queue')"
        ).fetchall():
            query = sql.SQL("select t::text from {}.{} t").format(sql.Identifier(schema), sql.Identifier(table))
            shown += "".join(row[0] for row in connection.execute(query).fetchall())
    return shown
