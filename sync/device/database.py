"""The kiosk's one database: SQLCipher, WAL, synchronous=FULL, a raw 256-bit key.

One connection behind one lock: a transaction is short and never spans the network.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver

from sync.device.errors import ConflictError, DiskFullError, StorageError, WrongKeyError
from sync.device.private_files import PRIVATE_MODE, create_private
from sync.device.salt_copy import keep_salt
from sync.device.schema import VERSION, create_tables
from sync.device.second_copy import copies_agree, keep_second_copies
from sync.device.tables import Tables

KEY_BYTES = 32
_BUSY_MS = 5000
_PRIMARY_CODE = 0xFF
_DAMAGED = (
    "The kiosk's database is damaged. People may be missing from its list. An administrator ends the kiosk's program "
    "and runs: lodge-kiosk salvage"
)
_WRONG_KEY = (
    "The kiosk's database does not open with its key, or its beginning is damaged. An administrator makes sure that "
    "the key file is the right one, then runs: lodge-kiosk salvage"
)
_FULL = "The kiosk's disk is full or failing: this was not recorded. Call an administrator."
_BUSY = "Another program holds the kiosk's database: this was not recorded. Try again."


class DeviceDatabase:
    """Opens, guards and closes the connection. All other modules go through ``transaction``."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Open, or make, the database at ``path``.

        Raises:
            WrongKeyError: it does not open with this key, or is damaged.
            StorageError: it cannot be used.
        """
        if len(key) != KEY_BYTES:
            raise WrongKeyError("a database key has 32 bytes")
        self.lock = threading.RLock()
        """Held by whoever needs several calls to see the same state."""
        self._path = path
        self._inside = False
        self._met_damage = False
        _keep_private(path)
        try:
            self._connection = driver.connect(str(path), check_same_thread=False, isolation_level=None)
        except driver.Error as error:
            raise self._translate(error) from error
        try:
            self._prepare(key)
            self._tables = Tables(self._connection)
            self._create_tables()
            keep_salt(path, bytes.fromhex(self.read("PRAGMA cipher_salt")[0]["cipher_salt"]))
        except driver.Error as error:
            self._connection.close()
            raise self._translate(error) from error
        except BaseException:
            self._connection.close()
            raise

    @property
    def folder(self) -> Path:
        """Where the database file is."""
        return self._path.parent

    def close(self) -> None:
        """Close the connection; the WAL is folded into the file when this was the last one."""
        with self.lock:
            try:
                self._connection.close()
            except driver.Error as error:
                raise self._translate(error) from error

    @contextmanager
    def transaction(self) -> Iterator[Tables]:
        """One durable transaction: committed and synced when the block ends, undone when it raises.

        Raises:
            DiskFullError: no space; nothing was recorded.
            ConflictError: a row is there already; nothing was recorded.
            StorageError: anything else that the disk refused, or a transaction inside another; nothing was
                recorded.
        """
        with self.lock:
            if self._inside:
                raise StorageError("The kiosk's database refused: a transaction within a transaction.")
            self._inside = True
            try:
                self._roll_back()
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._tables
                self._connection.execute("COMMIT")
            except (driver.Error, MemoryError) as error:
                self._roll_back()
                raise self._translate(error) from error
            except BaseException:
                self._roll_back()
                raise
            finally:
                self._inside = False

    def read(self, sql: str, parameters: tuple[object, ...] = ()) -> list[dict[str, Any]]:
        """Rows of a query, as dictionaries.

        Raises:
            WrongKeyError: a page that was read is damaged.
            StorageError: the disk refused.
        """
        with self.lock:
            try:
                cursor = self._connection.execute(sql, parameters)
                names = [column[0] for column in cursor.description]
                return [dict(zip(names, row, strict=True)) for row in cursor]
            except (driver.Error, MemoryError) as error:
                raise self._translate(error) from error

    def settle(self) -> None:
        """Fold the WAL into the file as far as no reader is in the way; for when nobody waits.

        Raises:
            StorageError: the disk refused; nothing is lost by that.
        """
        self.read("PRAGMA wal_checkpoint(PASSIVE)")

    def _prepare(self, key: bytes) -> None:
        run = self._connection.execute
        run("PRAGMA cipher_log_level=NONE")
        run(f"PRAGMA key=\"x'{key.hex()}'\"")
        run("PRAGMA cipher_memory_security=OFF")
        run(f"PRAGMA busy_timeout={_BUSY_MS}")
        run("PRAGMA temp_store=MEMORY")
        run("PRAGMA secure_delete=ON")
        run("PRAGMA journal_mode=WAL").fetchone()
        run("PRAGMA synchronous=FULL")

    def _create_tables(self) -> None:
        version = self.read("PRAGMA user_version")[0]["user_version"]
        if version > VERSION:
            raise StorageError("The kiosk's database was made by a newer version of Lodge. Update the kiosk.")
        if version < VERSION:
            with self.transaction() as tables:
                create_tables(tables)
        elif not copies_agree(self._tables):
            with suppress(DiskFullError), self.transaction() as tables:
                keep_second_copies(tables)

    def _translate(self, error: Exception) -> StorageError:
        found = _told(error)
        if self._met_damage and _is_refusal_after_damage(error):
            return WrongKeyError(_DAMAGED)
        self._met_damage = self._met_damage or isinstance(found, WrongKeyError)
        return found

    def _roll_back(self) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except driver.Error:
            # SQLite has undone it by itself, or the next transaction tries again before it begins.
            return


def _keep_private(path: Path) -> None:
    # Never opened here once it exists: closing any descriptor of a file drops this process's locks on it,
    # those of another connection included (POSIX fcntl; sqlite.org/howtocorrupt.html section 2.2).
    try:
        create_private(path, b"")
        for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
            file = path.with_name(name)
            if file.exists():
                file.chmod(PRIVATE_MODE)
    except OSError as error:
        raise StorageError(f"The kiosk's database cannot be used: {error.strerror}.") from error


def _is_refusal_after_damage(error: Exception) -> bool:
    # Once SQLCipher has met a page that is not authentic, that connection reads on, and refuses every write as
    # read-only, for want of memory, or as no database.
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
    refusals = (driver.SQLITE_READONLY, driver.SQLITE_NOMEM, driver.SQLITE_NOTADB)
    return isinstance(error, MemoryError) or code in refusals


def _told(error: Exception) -> StorageError:
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
    if code in (driver.SQLITE_FULL, driver.SQLITE_IOERR):
        return DiskFullError(_FULL)
    if code == driver.SQLITE_NOTADB:
        return WrongKeyError(_WRONG_KEY)
    if code == driver.SQLITE_CORRUPT:
        return WrongKeyError(_DAMAGED)
    if code == driver.SQLITE_CONSTRAINT:
        return ConflictError("The kiosk's database has this already: nothing was recorded.")
    if code in (driver.SQLITE_BUSY, driver.SQLITE_LOCKED):
        return StorageError(_BUSY)
    # The driver's own words may quote what it was to store.
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    return StorageError(f"The kiosk's database refused ({name}). Call an administrator.")
