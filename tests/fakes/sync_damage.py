"""Damage to a kiosk's database file, page by page, and its salvage."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

from sync.device.event_log import EventLog
from sync.device.muster_roll import MusterRoll
from sync.device.salvage.pages import PAGE_BYTES, Pages
from sync.device.salvage.rows import LEAF, page_kind, rows_of
from sync.device.salvage.salvage import Means, Outcome, Place, Salvaged, salvage
from sync.device.schema import SEQ_BITS
from sync.protocol.events import Event
from sync.protocol.kinds import Kind
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_records import DATABASE_KEY, TurnedClock

DATABASE = "lodge.db"
PLENTY = 10**12


def flip(path: Path, page: int, at: int = 1000, bit: int = 3) -> None:
    """Flip one bit of a page (the first is 1)."""
    content = bytearray(path.read_bytes())
    content[(page - 1) * PAGE_BYTES + at] ^= 1 << bit
    path.write_bytes(content)


def blank(path: Path, page: int) -> None:
    """A page that the card gives back as zeros."""
    content = bytearray(path.read_bytes())
    content[(page - 1) * PAGE_BYTES : page * PAGE_BYTES] = bytes(PAGE_BYTES)
    path.write_bytes(content)


def page_count(path: Path) -> int:
    return path.stat().st_size // PAGE_BYTES


def leaves(path: Path, key: bytes = DATABASE_KEY) -> Iterator[tuple[int, list[tuple[object, ...]]]]:
    """Every page of rows, with its rows: rowid first, then the columns."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        pages = Pages(key, database=descriptor, wal=None)
        for number in range(1, pages.count + 1):
            page = pages.read(number)
            if page is not None and page_kind(page, number) == LEAF:
                yield number, [(row.rowid, *row.values) for row in rows_of(page, number, pages.read) if row is not None]
    finally:
        os.close(descriptor)


def overflow_pages(path: Path) -> list[int]:
    """The pages that hold nothing but the rest of a long row: no b-tree page begins with a zero."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        pages = Pages(DATABASE_KEY, database=descriptor, wal=None)
        found = [(number, pages.read(number)) for number in range(2, pages.count + 1)]
        return [number for number, page in found if page is not None and page[0] == 0]
    finally:
        os.close(descriptor)


def page_with(path: Path, wanted: Callable[[tuple[object, ...]], bool]) -> int:
    """The page that holds a row."""
    return next(number for number, rows in leaves(path) if any(map(wanted, rows)))


def page_of_event(path: Path, seq: int, chain: int = 1) -> int:
    """The page of an event's row."""
    place = (chain << SEQ_BITS) + seq
    return page_with(path, lambda row: row[0] == place and len(row) == 7)


def root_of(path: Path, table: str, key: bytes = DATABASE_KEY) -> int:
    """The first page of a table's tree."""
    listed = (row for _, rows in leaves(path, key) for row in rows if row[1:3] == ("table", table))
    return next(int(str(row[4])) for row in listed)


def salvage_folder(
    folder: Path, *, free_bytes: int = PLENTY, stamp: str = "now", clock: TurnedClock | None = None
) -> Outcome:
    """Salvage as the kiosk's command does."""
    means = Means(
        key=DATABASE_KEY,
        clock=clock or TurnedClock(),
        entropy=random.SystemRandom().randbytes,
        build_floor_ms=0,
        free_bytes=lambda: free_bytes,
        stamp=stamp,
    )
    return salvage(Place(folder, DATABASE, "witness"), means)


def salvaged(folder: Path) -> Salvaged:
    """Salvage what must be salvageable."""
    outcome = salvage_folder(folder)
    assert isinstance(outcome, Salvaged), outcome
    return outcome


def arrived(log: EventLog) -> set[UUID]:
    """The stays whose arrival this kiosk has."""
    return {event.header.stay for event in log.of_kinds([Kind.VISITOR_ARRIVED]) if event.header.stay is not None}


def listed(log: EventLog) -> set[UUID]:
    """The stays on this kiosk's list."""
    return {stay.id for stay in MusterRoll(log).on_site()}


def taken(cloud: SyncCloud) -> list[Event]:
    """Every event that the cloud has taken, in logs and beside them."""
    return [event for device in cloud.devices.values() for event in (*device.events, *device.branch.values())]


def arrivals_at(cloud: SyncCloud) -> Counter[UUID]:
    """How often each stay arrived at the cloud."""
    stays = (event.header.stay for event in taken(cloud) if event.header.kind == Kind.VISITOR_ARRIVED)
    return Counter(stay for stay in stays if stay is not None)
