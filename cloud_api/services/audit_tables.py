"""The audit log as CSV or JSON, for a period: read and written a page at a time, however long the log is.

These are for reading on; they prove nothing. What an outsider verifies is the signed archive (``audit_export``), which
is always of the whole log, for a part of a tree would be none.
"""

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from uuid import UUID

import msgspec

from cloud_api.clock import Clock
from cloud_api.keys.ring import KeyRing
from cloud_api.services.audit_reading import AuditLine, Names, describe, read_names
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.store import audit_listing, audit_search, data_keys
from cloud_api.store.db import Database, Tenant

_AT_ONCE = 500
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
COLUMNS = (
    "entry", "happened", "received", "kind", "what", "reason", "who", "from", "kiosk", "visit", "personal", "detail",
)  # fmt: skip


class TableFormat(StrEnum):
    """How a table is written."""

    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Period:
    """Days in the time zone of most of the organisation's sites, both included; ``None`` for no bound."""

    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """What will be written: of which organisation, the first and last number of its entries, and how."""

    tenant: UUID
    first: int
    last: int
    form: TableFormat
    made_at: datetime


class AuditTables:
    """Makes tables."""

    def __init__(self, db: Database, ring: KeyRing, trail: AuditTrail, clock: Clock) -> None:
        self._db = db
        self._ring = ring
        self._trail = trail
        self._clock = clock

    async def begin(self, tenant: UUID, form: TableFormat, period: Period, actor: Actor) -> Table:
        """Record that a table is made, and settle what is in it: what has entered the log by now.

        Raises:
            ReasonNeededError: a person gives no reason.
        """
        async with self._db.tenant(tenant) as tx:
            names = await read_names(tx, await data_keys.open_organisation_key(tx, self._ring))
            first, last = await _bounds(tx, period, names.zone)
            detail = {"format": form.value.upper(), "first": str(first), "last": str(last)}
            await self._trail.record(tx, AdminAct("audit.exported", actor, detail))
        return Table(tenant, first, last, form, self._clock.now())

    async def write(self, table: Table) -> AsyncIterator[bytes]:
        """The file, in pieces. Each is read in a transaction of its own: whoever reads slowly holds no connection."""
        write = CsvWriter() if table.form is TableFormat.CSV else JsonWriter()
        yield write.head(table)
        for start in range(table.first, table.last + 1, _AT_ONCE):
            numbers = range(start, min(start + _AT_ONCE, table.last + 1))
            async with self._db.tenant(table.tenant, snapshot=True) as tx:
                cipher = await data_keys.open_organisation_key(tx, self._ring)
                names = await read_names(tx, cipher)
                found = await audit_listing.list_numbers(tx, cipher, numbers)
            rows = [_facts(describe(entry, names), names) for entry in reversed(found)]
            yield write.rows(rows, is_first=start == table.first)
        yield write.tail()


async def _bounds(tx: Tenant, period: Period, zone: tzinfo) -> tuple[int, int]:
    first, last = 1, (await audit_listing.read_head(tx)).entries
    if period.since is not None:
        first = 1 + await audit_search.entries_by(tx, datetime.combine(period.since, time(), zone))
    if period.until is not None and period.until < date.max:
        end = datetime.combine(period.until + timedelta(days=1), time(), zone)
        last = min(last, await audit_search.entries_by(tx, end))
    return first, last


def _facts(line: AuditLine, names: Names) -> dict[str, object]:
    return {
        "entry": line.number,
        "happened": line.at.isoformat(timespec="milliseconds"),
        "received": line.received_at.isoformat(timespec="milliseconds"),
        "kind": line.kind,
        "what": line.what,
        "reason": line.why,
        "who": line.who,
        "from": line.address,
        "kiosk": names.kiosks.get(str(line.kiosk), str(line.kiosk)) if line.kiosk else "",
        "visit": str(line.stay) if line.stay else "",
        "personal": line.standing,
        "detail": dict(line.detail),
    }


class CsvWriter:
    """RFC 4180, every cell quoted, with a byte order mark so that spreadsheets read UTF-8."""

    def head(self, table: Table) -> bytes:
        """The names of the columns."""
        del table
        return b"\xef\xbb\xbf" + _csv([list(COLUMNS)])

    def rows(self, rows: list[dict[str, object]], *, is_first: bool) -> bytes:
        """Some rows."""
        del is_first
        return _csv([[harmless(_cell(row[column])) for column in COLUMNS] for row in rows])

    def tail(self) -> bytes:
        """Nothing."""
        return b""


class JsonWriter:
    """One object, its entries a line each."""

    def head(self, table: Table) -> bytes:
        """What it is of."""
        facts = {"v": 1, "organisation": table.tenant, "made": table.made_at, "first": table.first, "last": table.last}
        return msgspec.json.encode(facts)[:-1] + b',"entries":['

    def rows(self, rows: list[dict[str, object]], *, is_first: bool) -> bytes:
        """Some entries."""
        lines = b",\n".join(msgspec.json.encode(row) for row in rows)
        return lines if not lines else (b"\n" if is_first else b",\n") + lines

    def tail(self) -> bytes:
        """The end."""
        return b"\n]}\n"


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula or a command (C35): an apostrophe stands before what begins like
    one, and before blanks that lead to one.
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS) else text


def _cell(value: object) -> str:
    if isinstance(value, dict):
        return msgspec.json.encode(value).decode("utf-8") if value else ""
    return str(value)


def _csv(rows: list[list[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode("utf-8")
