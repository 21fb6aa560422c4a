"""The new database, made beside the damaged one from what is good of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.device.database import DeviceDatabase
from sync.device.event_rows import INSERT_EVENT, event_row
from sync.device.salvage.events import GoodEvents, Owner, good_events
from sync.device.salvage.resupply import forget_hearing
from sync.device.salvage.starts import Starts
from sync.device.salvage.tables import EPOCH, EVENT, Contents, Row
from sync.device.salvage.vouching import Vouching, key_of, read_keys_page
from sync.device.schema import INDEX_EVENTS, columns
from sync.device.second_copy import TABLE as SECOND_COPY
from sync.device.second_copy import copied_rows
from sync.device.settings import Enrolment, Settings
from sync.protocol.batch import OpenedBatch

_HINTS = ("event_index", "present_stay", "present_mark")
_SETTING = "setting"
_JUDGED = (_SETTING, EPOCH, SECOND_COPY, "chain", EVENT, "epoch_start", *_HINTS)
_AT_ONCE = 500


class Refusal(StrEnum):
    """Why nothing can be salvaged. ``KEY``: no page opens with the key, or what the key of all was made with is lost;
    ``SETTINGS``: who the kiosk is, or a key of its log, cannot be read, nor its second copy; ``NOT_ENROLLED``: there is
    nothing to save.
    """

    KEY = "key"
    SETTINGS = "settings"
    NOT_ENROLLED = "not_enrolled"


@dataclass(frozen=True, slots=True)
class Written:
    """What the new database holds. ``dropped``: rows of other tables that were read and are not good, by table."""

    enrolment: Enrolment
    events: GoodEvents
    dropped: dict[str, int]

    @property
    def epochs(self) -> frozenset[str]:
        """Every epoch that there was, the one that the kiosk was in included."""
        return frozenset(chain.epoch for chain in self.events.chains.values()) | {self.enrolment.epoch}


def write_draft(database: DeviceDatabase, contents: Contents) -> Written | Refusal:
    """Fill a new database, a few rows a transaction; what belongs together only counts once all of it is there.

    Raises:
        DiskFullError, StorageError: the disk refused.
    """
    _insert(database, _SETTING, _settings(contents))
    settings = Settings(database)
    try:
        enrolment = settings.enrolment()
    except msgspec.MsgspecError:
        return Refusal.SETTINGS
    if enrolment is None:
        return Refusal.SETTINGS if contents.rows.get(EPOCH) or contents.unreadable else Refusal.NOT_ENROLLED
    found = _keys(contents)
    keys = {kid: key for kid, (_, key) in found.items()}
    vouching = Vouching(enrolment, read_keys_page(settings), keys)
    batches = [batch for row in _rows(contents, "batch") for batch in _opened(vouching, row)]
    good = good_events(contents, Owner(enrolment.tenant, enrolment.site, enrolment.kiosk), batches)
    epochs = {chain.epoch for chain in good.chains.values()} | {enrolment.epoch}
    if not epochs <= set(keys):
        return Refusal.SETTINGS
    _insert(database, EPOCH, (row for row, _ in found.values()))
    _write_events(database, good)
    _insert(database, "epoch_start", Starts(enrolment, keys, good).rows(list(_rows(contents, "epoch_start"))))
    return Written(enrolment, good, dict(_write_others(database, contents, vouching)))


def _opened(vouching: Vouching, row: Row) -> tuple[OpenedBatch, ...]:
    batch = vouching.open_batch(row)
    return () if batch is None else (batch,)


def _write_events(database: DeviceDatabase, good: GoodEvents) -> None:
    _insert(database, "chain", ({"number": chain.number, "epoch": chain.epoch} for chain in good.chains.values()))
    rows = (
        event_row(good.chains[number], kept.event) for number in sorted(good.chains) for kept in good.events[number]
    )
    while some := list(islice(rows, _AT_ONCE)):
        with database.transaction() as tables:
            tables.execute_many(INSERT_EVENT, some)
    with database.transaction() as tables:
        tables.execute(INDEX_EVENTS)


def _write_others(database: DeviceDatabase, contents: Contents, vouching: Vouching) -> Iterator[tuple[str, int]]:
    for table in columns():
        if table in _JUDGED:
            continue
        rows = list(_rows(contents, table))
        sound = [vouching.proven(table, row) for row in rows if vouching.takes(table, row)]
        kept = (forget_hearing(table, row) for row in sound)
        _insert(database, table, (row for row in kept if row is not None))
        if len(sound) < len(rows):
            yield table, len(rows) - len(sound)


def _rows(contents: Contents, table: str) -> Iterator[Row]:
    """In the order in which they were first written."""
    return (row for _, row in sorted(contents.rows.get(table, {}).items()))


def _settings(contents: Contents) -> list[Row]:
    """The settings, and those of the second copy that are missing: none where the first is whole, for what was deleted
    must not rise again.
    """
    rows = list(_rows(contents, _SETTING))
    if _SETTING in contents.whole:
        return rows
    known = {row["name"] for row in rows}
    return [*rows, *(row for row in copied_rows(_SETTING, _rows(contents, SECOND_COPY)) if row["name"] not in known)]


def _keys(contents: Contents) -> dict[str, tuple[Row, Ed25519PrivateKey]]:
    """The good keys, wherever one was read: none was ever deleted, and each proves itself by its name."""
    later = {table: [row for _, row in rows] for table, rows in contents.later.items()}
    rows = (
        *_rows(contents, EPOCH),
        *copied_rows(EPOCH, _rows(contents, SECOND_COPY)),
        *later[EPOCH],
        *copied_rows(EPOCH, later[SECOND_COPY]),
    )
    found = ((row, key_of(row)) for row in reversed(rows))
    return {str(row["kid"]): (row, key) for row, key in found if key is not None}


def _insert(database: DeviceDatabase, table: str, rows: Iterable[Row]) -> None:
    due = iter(rows)
    while some := list(islice(due, _AT_ONCE)):
        with database.transaction() as tables:
            tables.table(table).insert_all([dict(row) for row in some], replace=True)
