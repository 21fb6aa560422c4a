"""Keeping in step, all rows: drain, memory and bytes; the fold; and PouchDB as a peer."""

from collections.abc import Iterator

from benchmarks import folding, pouch, sync_drain
from benchmarks.rows import Row

EVENTS, FOLDED = 100_000, 1_000_000


def rows(events: int = EVENTS) -> Iterator[Row]:
    """Every row of ``./lodge bench sync``."""
    yield from sync_drain.rows(events)
    yield from folding.rows(FOLDED)
    yield from pouch.rows()
