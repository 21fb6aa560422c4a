"""What a transaction gives: SQL, and sqlite-utils for the seldom work that is about tables as such."""

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import sqlcipher3
import sqlcipher3.dbapi2 as driver

if TYPE_CHECKING:
    from sqlite_utils import Database
    from sqlite_utils.db import Table


class Tables:
    """The connection within a transaction. sqlite-utils is loaded when it is first asked for: at the start of a kiosk
    whose tables are there nothing needs it.
    """

    def __init__(self, connection: driver.Connection) -> None:
        self.connection = connection
        self._whole: Database | None = None

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> driver.Cursor:
        """Run a statement."""
        return self.connection.execute(sql, parameters)

    def execute_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement for each of the rows."""
        self.connection.executemany(sql, rows)

    def table(self, name: str) -> "Table":
        """A table by sqlite-utils: to make it, or to write rows whose columns are not known before."""
        if self._whole is None:
            self._whole = _open_whole(self.connection)
        return self._whole.table(name)


def _open_whole(connection: driver.Connection) -> "Database":
    # sqlite-utils catches pysqlite3's exceptions when that is present; SQLCipher's do not derive from sqlite3's.
    sys.modules.setdefault("pysqlite3", sqlcipher3)
    sys.modules.setdefault("pysqlite3.dbapi2", driver)
    from sqlite_utils import Database  # noqa: PLC0415 -- must see the modules above, and see the class

    return Database(connection, use_counts_table=False)
