"""The peer of all that stores batches: the same rows of the same tables, as binary arrays, and nothing else done.

Copies of the tables have the same columns, keys and indexes; they have no policies, no triggers and no foreign keys.
What a batch's transaction inserted is read back from the product's tables and put into the copies by one statement a
table, in one transaction on one connection, synced at its end.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from sync.protocol.chain import Identity

_BARE, _PRODUCT = "bench", "lodge"
_TABLES = (
    "select c.relname, array_agg(a.attname::text order by a.attnum),"
    " array_agg(format_type(a.atttypid, a.atttypmod) order by a.attnum)"
    " from pg_class c join pg_attribute a on a.attrelid = c.oid"
    " where c.relnamespace = 'lodge'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition"
    " and a.attnum > 0 and not a.attisdropped group by c.relname order by c.relname"
)
_TRANSACTIONS = (
    "select xmin::text from lodge.event_header where kiosk_id = %s and epoch = %s and seq > %s"
    " group by 1 order by min(seq)"
)
_CHANGED_IN_PLACE = frozenset({"kiosk", "kiosk_epoch", "kiosk_head"})
_WRITTEN_AGAIN = frozenset({"stay"})
_PLAIN = frozenset({"uuid", "bigint", "integer", "smallint", "text", "bytea", "boolean", "timestamp with time zone"})


@dataclass(frozen=True, slots=True)
class _Table:
    insert: sql.Composed
    read: sql.Composed


class SameRows:
    """Keeps copies of the product's tables on a superuser's connection, which it puts into autocommit."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        connection.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(_BARE)))
        connection.execute("set synchronous_commit to on")
        self._tables = {
            name: self._copy(name, dict(zip(columns, kinds, strict=True)))
            for name, columns, kinds in connection.execute(_TABLES).fetchall()
            if name not in _CHANGED_IN_PLACE
        }

    def batches(self, identity: Identity, after: int) -> list[str]:
        """The transactions that stored this log's events with a seq above ``after``, in order."""
        cursor = self._connection.execute(_TRANSACTIONS, (identity.kiosk, identity.epoch, after))
        return [row[0] for row in cursor.fetchall()]

    def read(self, transaction: str) -> dict[str, Sequence[list[object]]]:
        """The rows that a transaction inserted and nobody changed since, as columns, by table."""
        found: dict[str, Sequence[list[object]]] = {}
        for name, table in self._tables.items():
            rows = self._connection.execute(table.read, (transaction,), binary=True).fetchall()
            if rows:
                found[name] = [list(column) for column in zip(*rows, strict=True)]
        return found

    def insert(self, rows: Mapping[str, Sequence[list[object]]]) -> float:
        """Store these rows in one transaction and return the seconds that it took."""
        begun = time.perf_counter()
        with self._connection.transaction(), self._connection.pipeline():
            for name, columns in rows.items():
                self._connection.execute(self._tables[name].insert, columns)
        return time.perf_counter() - begun

    def _copy(self, name: str, columns: Mapping[str, str]) -> _Table:
        copy, product = sql.Identifier(_BARE, name), sql.Identifier(_PRODUCT, name)
        self._connection.execute(
            sql.SQL("create table {} (like {} including defaults including indexes)").format(copy, product)
        )
        names = [sql.Identifier(column) for column in columns]
        # What has no plain array of its own travels as text, as an array of arrays could not be taken apart.
        shown = [
            sql.Identifier(column) + sql.SQL("" if kind in _PLAIN else "::text") for column, kind in columns.items()
        ]
        taken = [
            sql.Identifier(column) + sql.SQL("" if kind in _PLAIN else f"::{kind}") for column, kind in columns.items()
        ]
        arrays = [sql.SQL(f"%b::{kind if kind in _PLAIN else 'text'}[]") for kind in columns.values()]
        comma = sql.SQL(", ")
        end = sql.SQL(" on conflict do nothing" if name in _WRITTEN_AGAIN else "")
        return _Table(
            insert=sql.SQL("insert into {} ({}) select {} from unnest({}) as fresh ({}){}").format(
                copy, comma.join(names), comma.join(taken), comma.join(arrays), comma.join(names), end
            ),
            read=sql.SQL("select {} from {} where xmin::text = %s").format(comma.join(shown), product),
        )
