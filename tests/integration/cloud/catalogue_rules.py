"""The rules that every table of the product follows, asked of the database's own catalogue (R13, R25).

Each gives what breaks it, so that the same question finds nothing in the real schema and finds what is planted.
"""

# ruff: noqa: S608 -- every query is made of the constants of this file
from collections.abc import Callable, Collection, Mapping

import psycopg

DOOR = "(tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)"
LOOKUP_INDEXES = {"enrolment_code_lookup", "kiosk_epoch_lookup", "staff_session_lookup", "staff_user_lookup"}
"""What is looked for before the organisation is known: not led by it."""
OWNERS = {"lodge_owner", "lodge_ledger"}
ANALYTICS = "lodge_analytics"
_TABLES = "c.relnamespace = 'lodge'::regnamespace and c.relkind in ('r', 'p')"
_COLUMNS = (
    "select c.relname, a.attname, a.atttypid::regtype::text, col_description(c.oid, a.attnum) from pg_class c"
    f" join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped where {_TABLES}"
)


def tables(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute(f"select relname from pg_class c where {_TABLES} order by 1".encode())
    return [row[0] for row in rows]


def other_relations(connection: psycopg.Connection) -> list[str]:
    """What could show rows past the policies of tables."""
    return _names(connection, "c.relnamespace = 'lodge'::regnamespace and c.relkind in ('v', 'm', 'f')")


def unforced(connection: psycopg.Connection) -> list[str]:
    return _names(connection, f"{_TABLES} and not (relrowsecurity and relforcerowsecurity)")


def without_door(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute(
        "select tablename from pg_policies where schemaname = 'lodge' and policyname = 'tenant_door'"
        " and roles = '{public}' and cmd = 'ALL' and permissive = 'PERMISSIVE' and qual = %s and with_check is null",
        (DOOR,),
    )
    return sorted(set(tables(connection)) - {row[0] for row in rows})


def other_policies(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute(
        "select tablename, policyname from pg_policies where schemaname = 'lodge' and policyname <> 'tenant_door'"
        " and not (policyname = 'lookup' and roles = '{lodge_lookup}' and cmd = 'SELECT')"
    )
    return [f"{table}.{policy}" for table, policy in rows]


def indexes_without_tenant(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute(
        "select i.relname from pg_index x join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid"
        f" left join pg_attribute a on a.attrelid = c.oid and a.attnum = x.indkey[0] where {_TABLES}"
        " and a.attname is distinct from 'tenant_id' order by 1".encode()
    )
    return [row[0] for row in rows if row[0] not in LOOKUP_INDEXES]


def without_tenant_key(connection: psycopg.Connection) -> list[str]:
    """No key (primary, or unique over all rows) that begins with the organisation, or one that may be null."""
    keyed = connection.execute(
        "select c.relname from pg_class c join pg_index x on x.indrelid = c.oid and x.indisunique and x.indpred is null"
        " join pg_attribute a on a.attrelid = c.oid and a.attnum = x.indkey[0]"
        f" where {_TABLES} and a.attname = 'tenant_id' and a.attnotnull and a.atttypid = 'uuid'::regtype".encode()
    )
    return sorted(set(tables(connection)) - {row[0] for row in keyed})


def foreign_keys_without_tenant(connection: psycopg.Connection) -> list[str]:
    """Foreign keys that could refer to another organisation's row, or out of the schema."""
    rows = connection.execute(
        "select k.conname from pg_constraint k join pg_class f on f.oid = k.confrelid"
        " join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]"
        " join pg_attribute b on b.attrelid = k.confrelid and b.attnum = k.confkey[1]"
        " where k.contype = 'f' and k.connamespace = 'lodge'::regnamespace"
        " and not (a.attname = 'tenant_id' and b.attname = 'tenant_id' and f.relnamespace = 'lodge'::regnamespace"
        " and (array_length(k.conkey, 1) > 1 or f.relname = 'organisation')) order by 1"
    )
    return [row[0] for row in rows]


def not_hanging_on_an_organisation(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute(
        "select distinct c.relname from pg_constraint k join pg_class c on c.oid = k.conrelid"
        " where k.contype = 'f' and k.connamespace = 'lodge'::regnamespace"
    )
    return sorted(set(tables(connection)) - {row[0] for row in rows} - {"organisation"})


def owned_by_others(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute(f"select c.relname, relowner::regrole::text from pg_class c where {_TABLES}".encode())
    return [table for table, owner in rows if owner not in OWNERS]


def unclassified(connection: psycopg.Connection) -> list[str]:
    return [
        f"{table}.{column}"
        for table, column, _, found in connection.execute(_COLUMNS.encode())
        if found not in ("public", "internal", "restricted")
    ]


def restricted_but_readable(connection: psycopg.Connection) -> list[str]:
    """Restricted columns are ciphertext, a wrapped key or a keyed token: bytes."""
    rows = connection.execute(_COLUMNS.encode())
    return [f"{row[0]}.{row[1]}" for row in rows if row[3] == "restricted" and row[2] != "bytea"]


def wrong_analytics_grants(connection: psycopg.Connection) -> list[str]:
    """Analytics reads each column that is public or internal and no other, and changes nothing."""
    wanted = {(row[0], row[1]) for row in connection.execute(_COLUMNS.encode()) if row[3] in ("public", "internal")}
    readable = connection.execute(
        f"select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0"
        f" and not a.attisdropped where {_TABLES} and has_column_privilege(%s, c.oid, a.attnum, 'select')".encode(),
        (ANALYTICS,),
    )
    changeable = connection.execute(
        f"select c.relname from pg_class c where {_TABLES} and (has_table_privilege(%s, c.oid, 'insert, update, delete,"
        " truncate, references, trigger')"
        " or has_any_column_privilege(%s, c.oid, 'insert, update, references'))".encode(),
        (ANALYTICS, ANALYTICS),
    )
    found = {(row[0], row[1]) for row in readable}
    return sorted(f"{table}.{column}" for table, column in wanted ^ found) + [row[0] for row in changeable]


RULES: Mapping[str, Callable[[psycopg.Connection], Collection[str]]] = {
    rule.__name__: rule
    for rule in (
        other_relations,
        unforced,
        without_door,
        other_policies,
        indexes_without_tenant,
        without_tenant_key,
        foreign_keys_without_tenant,
        not_hanging_on_an_organisation,
        owned_by_others,
        unclassified,
        restricted_but_readable,
        wrong_analytics_grants,
    )
}


def _names(connection: psycopg.Connection, condition: str) -> list[str]:
    return [row[0] for row in connection.execute(f"select c.relname from pg_class c where {condition}".encode())]
