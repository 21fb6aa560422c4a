"""Writing single rows: sqlite-utils reads the schema anew for each, which costs more than the row."""

from collections.abc import Mapping
from functools import lru_cache

from sync.device.tables import Tables


def put_row(tables: Tables, table: str, row: Mapping[str, object], *, key: str) -> None:
    """Write a row in the place of the one with the same ``key``, within a transaction that the caller holds."""
    tables.execute(_statement(table, tuple(row), key), tuple(row.values()))


@lru_cache(maxsize=64)
def _statement(table: str, columns: tuple[str, ...], key: str) -> str:
    names, places = ", ".join(f'"{name}"' for name in columns), ", ".join("?" for _ in columns)
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name != key)
    return f'insert into "{table}" ({names}) values ({places}) on conflict ("{key}") do update set {changes}'  # noqa: S608 -- constant names
