"""A SQLCipher connection on a disk that fills up, and on a machine whose power may go at any statement.

When it goes, that is kept which SQLite promises for the setting that the connection has then: with ``synchronous=FULL``
every commit; with less only what was checkpointed, for nothing else of the WAL has been synced for certain.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sync.device.database import DeviceDatabase
from tests.fakes.sync_faulty_disk import FULL, driver_error
from tests.simulation.card import WAL, Card, Image

_WRITES = ("insert", "update", "delete", "commit", "begin")
_SYNCHRONOUS_FULL = 2


class PowerLostError(BaseException):
    """The process ends here and now. No production code may catch it: it would have ended too."""


class Disk:
    """Counts statements and fails at those that a fault has chosen."""

    def __init__(self, card: Card, stream: random.Random) -> None:
        self.card = card
        self.full = False
        self.left: Image | None = None
        """What was on the card when the power went, or ``None`` while it is there."""
        self._stream = stream
        self._fuse: int | None = None
        self._connection: Any = None

    def arm(self, statements: int) -> None:
        """Cut the power at one of the next statements: before it, in the midst of it, or after it."""
        self._fuse = statements

    @property
    def calm(self) -> bool:
        """Whether nothing can strike at the next statement."""
        return self._fuse is None and not self.full and self.left is None

    @property
    def armed(self) -> bool:
        """Whether a cut is still to come."""
        return self._fuse is not None

    def disarm(self) -> None:
        """Whatever was to come does not come."""
        self._fuse = None

    def make_room(self) -> None:
        """The disk is full no more."""
        self.full = False

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """The simulator looks into the database; no fault may strike meanwhile."""
        fuse, full = self._fuse, self.full
        self._fuse, self.full = None, False
        try:
            yield
        finally:
            self._fuse, self.full = fuse, full

    def attach(self, database: DeviceDatabase) -> None:
        """Stand between a database that was opened just now and its file."""
        self._connection = database._connection
        (mode,) = self._connection.execute("PRAGMA journal_mode").fetchone()
        assert mode == "wal", "of other journals the simulator does not know what a loss of power leaves"
        connection = _Connection(self._connection, self)
        database._connection = connection
        database._tables.connection = connection
        self.left = None

    def cut(self) -> None:
        """The power goes in the midst of something.

        Raises:
            PowerLostError: always.
        """
        self.lose_power()
        raise PowerLostError

    def lose_power(self) -> None:
        """The power goes: what has been written to the card is left, if it was synced."""
        self.left = self._lasting()

    def run(self, sql: str, carry_out: Callable[[], Any]) -> Any:
        """Carry out a statement, if power and space allow it."""
        if self.left is not None:
            raise PowerLostError
        if self.full and sql.lower().startswith(_WRITES[:4]):
            raise driver_error(*FULL)
        if self._fuse is None:
            return carry_out()
        self._fuse -= 1
        if self._fuse > 0:
            return carry_out()
        self._fuse = None
        return self._cut_at(carry_out)

    def _cut_at(self, carry_out: Callable[[], Any]) -> Any:
        before = self._lasting()
        carry_out()
        after = self._lasting()
        self.left = self._stream.choice((before, after, _torn(before, after, self._stream)))
        raise PowerLostError

    def _lasting(self) -> Image:
        """What a loss of power leaves now; of a WAL that has not been synced, nothing or its beginning."""
        (synchronous,) = self._connection.execute("PRAGMA synchronous").fetchone()
        image = self.card.image()
        if synchronous >= _SYNCHRONOUS_FULL:
            return image
        wal, synced = image.files.get(WAL, b""), self.card.synced_wal_bytes()
        cut = self._stream.choice((synced, self._stream.randint(synced, max(synced, len(wal)))))
        return image.without(WAL) if cut == 0 else image.with_file(WAL, wal[:cut])


class _Connection:
    def __init__(self, real: Any, disk: Disk) -> None:
        self._real, self._disk = real, disk

    def __getattr__(self, name: str) -> Any:
        if self._disk.left is not None:
            raise PowerLostError
        return getattr(self._real, name)

    def execute(self, sql: str, *parameters: Any) -> Any:
        if self._disk.calm:
            return self._real.execute(sql, *parameters)
        return self._disk.run(sql, lambda: self._real.execute(sql, *parameters))

    def executemany(self, sql: str, rows: Any) -> Any:
        return self._disk.run(sql, lambda: self._real.executemany(sql, rows))

    def close(self) -> None:
        self._real.close()


def _torn(before: Image, after: Image, stream: random.Random) -> Image:
    """The first part of what the statement wrote to the WAL, and of the rest what stood there before."""
    old, new = before.files.get(WAL, b""), after.files.get(WAL, b"")
    if before.files.get("lodge.db") != after.files.get("lodge.db") or old == new:
        return after  # pages were moved from the WAL into the database, which SQLite syncs in an order of its own
    cut = stream.randrange(len(new) + 1)
    return after.with_file(WAL, new[:cut] + old[cut:])
