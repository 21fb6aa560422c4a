"""A SQLCipher connection whose statements fail when a test says so, as the driver fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlcipher3.dbapi2 as driver

from sync.device.database import DeviceDatabase


def driver_error(code: int, text: str) -> Exception:
    """An error as the driver makes it."""
    error = driver.OperationalError(text)
    error.sqlite_errorcode = code
    return error  # type: ignore[no-any-return]  # the driver has no types


FULL = (driver.SQLITE_IOERR | 3 << 8, "disk I/O error")
BUSY = (driver.SQLITE_BUSY, "database is locked")


class FaultyConnection:
    """Passes everything on, but fails statements that begin with ``verb``; ``carry_out`` does them first."""

    def __init__(self, real: Any, verb: str, error: BaseException, *, carry_out: bool) -> None:
        self._real, self._verb, self._error, self._carry_out = real, verb.lower(), error, carry_out

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def execute(self, sql: str, *parameters: Any) -> Any:
        self._fail(sql, lambda: self._real.execute(sql, *parameters))
        return self._real.execute(sql, *parameters)

    def executemany(self, sql: str, rows: Any) -> Any:
        self._fail(sql, lambda: self._real.executemany(sql, rows))
        return self._real.executemany(sql, rows)

    def _fail(self, sql: str, carry_out: Any) -> None:
        if sql.lower().startswith(self._verb):
            if self._carry_out:
                carry_out()
            raise self._error


@contextmanager
def failing(
    database: DeviceDatabase, verb: str, error: BaseException | None = None, *, carry_out: bool = False
) -> Iterator[None]:
    """While inside, statements that begin with ``verb`` fail with ``error`` (a full disk unless told)."""
    real = database._connection
    faulty = FaultyConnection(real, verb, error or driver_error(*FULL), carry_out=carry_out)
    database._connection = faulty
    database._tables.connection = faulty
    try:
        yield
    finally:
        database._connection = database._tables.connection = real
