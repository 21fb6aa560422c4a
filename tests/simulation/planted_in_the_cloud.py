"""Bugs that sync engines are known for, planted into the cloud's half one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

from cloud_api.clock import unix_ms
from cloud_api.errors import StoreError
from cloud_api.services import ingest
from sync.device.outbox import Outbox
from sync.device.settlement import Finding
from sync.protocol.fold import Standing
from sync.protocol.hlc import Hlc
from tests.fakes.ingest_memory import MemoryIngestStore
from tests.fakes.ingest_memory_rows import MemoryIngest
from tests.fakes.memory_tables import Rows
from tests.simulation.planting import replaced

_DAY_MS = 86_400_000


def accepted_past_a_failed_write() -> AbstractContextManager[object]:
    """The cloud moves an epoch's head outside the transaction that stores its events."""

    def make(add_to_log: Any) -> Any:
        async def adds(self: MemoryIngest, addition: Any, now: Any) -> None:
            rows = self._store.rows(self._tenant)  # type: ignore[attr-defined]  # the whole store, not the part it needs
            rows.heads[addition.batch.name.epoch] = addition.head
            await add_to_log(self, addition, now)

        return adds

    return replaced(MemoryIngest, "add_to_log", make)


@contextmanager
def clones_merge() -> Iterator[None]:
    """Nobody compares hashes: numbers alone say what is known already."""

    async def no_fork(*_: object) -> None:
        return None

    def go_on(*_: object) -> Finding:
        return Finding.GO_ON

    with (
        patch("cloud_api.services.ingest._find_fork", no_fork),
        patch("sync.device.uploader.judge", go_on),
        patch.object(Outbox, "answers", lambda *_: True),
    ):
        yield


@contextmanager
def any_departure_counts() -> Iterator[None]:
    """The standing of a key is not asked for."""

    def clear(*_: object, **__: object) -> Standing:
        return Standing.CLEAR

    with (
        patch("cloud_api.services.event_standings.standing_of", clear),
        patch("sync.device.standing.standing_of", clear),
    ):
        yield


def alert_again_on_replay() -> AbstractContextManager[object]:
    """A batch that was answered before tells the hosts once more."""

    def make(find_receipt: Any) -> Any:
        async def finds(self: MemoryIngest, name: Any) -> Any:
            receipt = await find_receipt(self, name)
            alerts: dict[Any, Any] = self._rows.alerts
            if receipt is not None:
                alerts.update({(*key, len(alerts)): alert for key, alert in list(alerts.items())[-1:]})
            return receipt

        return finds

    return replaced(MemoryIngest, "find_receipt", make)


def half_a_transaction() -> AbstractContextManager[object]:
    """The cloud keeps what a transaction wrote before it broke off."""

    def make(open_: Any) -> Any:
        @asynccontextmanager
        async def opens(self: MemoryIngestStore, tenant: Any) -> Any:
            with patch.object(Rows, "copy", lambda rows: rows):
                async with open_(self, tenant) as tx:
                    yield tx

        return opens

    return replaced(MemoryIngestStore, "open", make)


def quarantine_blocks() -> AbstractContextManager[object]:
    """A batch with a body that cannot be read is refused as a whole."""

    def make(read_event: Any) -> Any:
        def reads(*parts: Any, **named: Any) -> Any:
            reading = read_event(*parts, **named)
            if reading.row.fault is not None:
                raise StoreError("what is this")
            return reading

        return reads

    return replaced(ingest, "read_event", make)


def wrong_clocks_refused() -> AbstractContextManager[object]:
    """A batch with a time that is a day off cannot be, and is refused as a whole."""

    def make(read_event: Any) -> Any:
        def reads(event: Any, *parts: Any, received_at: datetime, **named: Any) -> Any:
            if abs(Hlc.parse(event.header.hlc).wall_ms - unix_ms(received_at)) > _DAY_MS:
                raise StoreError("not the time")
            return read_event(event, *parts, received_at=received_at, **named)

        return reads

    return replaced(ingest, "read_event", make)


def gap_taken_for_a_fork() -> AbstractContextManager[object]:
    """What comes behind a gap is a second history, instead of waiting for what is missing."""

    def make(take_new: Any) -> Any:
        async def takes(tx: Any, held: Any, arriving: ingest.Arriving) -> ingest.Outcome:
            outcome: ingest.Outcome = await take_new(tx, held, arriving)
            if not isinstance(outcome, ingest.Gap):
                return outcome
            await ingest._keep_fork(tx, held, arriving, arriving.batch.manifest.first)
            return ingest.Forked(arriving.batch.manifest.first)

        return takes

    return replaced(ingest, "_take_new", make)
