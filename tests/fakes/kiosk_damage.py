"""A bit flipped in pages of a kiosk's database that matter."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import UUID

from sync.device.key_provider import FileKeyProvider
from sync.device.salvage.pages import Pages
from sync.device.salvage.rows import LEAF, page_kind, rows_of
from tests.fakes.sync_damage import flip, root_of

_EVENT_COLUMNS = 6


def damage_arrival(folder: Path, stay: UUID) -> None:
    """Damage the page of an arrival; the kiosk must not run."""
    flip(folder / "lodge.db", _page_of(folder, stay))


def damage_identity(folder: Path) -> None:
    """Damage both copies of who the kiosk is (ADR 111): nothing of it can be salvaged. It must not run."""
    path, key = folder / "lodge.db", FileKeyProvider(folder / "lodge.key").load_or_create()
    pages = [root_of(path, table, key) for table in ("setting", "second_copy")]
    for page in pages:
        flip(path, page)


def _page_of(folder: Path, stay: UUID) -> int:
    key = FileKeyProvider(folder / "lodge.key").load_or_create()
    descriptor = os.open(folder / "lodge.db", os.O_RDONLY)
    try:
        pages = Pages(key, database=descriptor, wal=None)
        for number in range(1, pages.count + 1):
            page = pages.read(number)
            if page is None or page_kind(page, number) != LEAF:
                continue
            for row in rows_of(page, number, pages.read):
                if row is not None and row.columns == _EVENT_COLUMNS and stay.bytes in row.values:
                    return number
    finally:
        os.close(descriptor)
    raise LookupError(stay)
