"""Keeping in step, all rows: drain, memory and bytes; ingest; the fold; a log that has grown; and PouchDB as a peer."""

from collections.abc import Iterator

from benchmarks import folding, growth, ingest, pouch, sync_drain
from benchmarks.rows import Row

EVENTS, FOLDED = 100_000, 1_000_000
GROWN, GROWN_SLOW = 1_000_000, 10_000_000


def rows(events: int = EVENTS, *, slow: bool = False) -> Iterator[Row]:
    """Every row of ``./lodge bench sync``; ``slow`` lets the log grow ten times as far, which takes 30 GB of disk."""
    yield from sync_drain.rows(events)
    yield from ingest.rows()
    yield from folding.rows(FOLDED)
    yield from growth.rows(GROWN_SLOW if slow else GROWN)
    yield from pouch.rows()
