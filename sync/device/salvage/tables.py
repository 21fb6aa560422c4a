"""Which table a row belongs to: by the table's tree while that can be walked, else by the row's own form.

A leaf that no tree leads to is not free: the kiosk's database overwrites what it frees (``secure_delete``). So a
damaged root, or a damaged first page, costs what stands in that page and nothing else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sync.device.salvage.pages import Pages
from sync.device.salvage.rows import INTERIOR, LEAF, StoredRow, Value, children, page_kind, rows_of
from sync.device.schema import columns
from sync.device.second_copy import TABLE as SECOND_COPY

EVENT, EPOCH = "event", "epoch"
_LATER = (EVENT, EPOCH, SECOND_COPY)
_SCHEMA_ROOT = 1
_TYPES: dict[type, type[bytes | str | int]] = {bytes: bytes, str: str, int: int}

Row = Mapping[str, Value]


@dataclass
class Contents:
    """All that could be read. ``rows``: whole rows by table and rowid; of ``event`` those too whose last columns are
    missing, since a header is worth something without its bodies. ``later``: rows of events, keys and their copies from
    behind the WAL's end, by table and in their order.

    ``whole``: the tables of which no row can be missing, for the whole tree was walked; of ``event`` bodies may be.
    ``unreadable``: the pages that are damaged; ``torn``: how many rows, of any table, could not be read whole.
    """

    pages: int
    unreadable: list[int] = field(default_factory=list)
    rows: dict[str, dict[int, Row]] = field(default_factory=dict)
    later: dict[str, list[tuple[int, Row]]] = field(default_factory=lambda: {table: [] for table in _LATER})
    whole: set[str] = field(default_factory=set)
    torn: int = 0


def read_contents(pages: Pages) -> Contents:
    """Read every page that can be read."""
    reading = _Reading(pages)
    reading.walk_trees()
    reading.take_leaves()
    reading.take_later()
    return reading.found


class _Reading:
    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._owners: dict[int, str | None] = {}
        self.found = Contents(pages.count)
        self.found.unreadable = [number for number in range(1, pages.count + 1) if pages.read(number) is None]
        self._damaged = set(self.found.unreadable)

    def walk_trees(self) -> None:
        """Note whose every leaf is, as far as the trees hold together."""
        leaves, _ = self._walk(_SCHEMA_ROOT)
        self._owners.update(dict.fromkeys(leaves))
        schema = [row for number in leaves for row in self._rows(number) if row is not None and row.whole]
        for row in schema:
            kind, name, _, root = row.values[:4]
            if kind == "table" and isinstance(name, str) and isinstance(root, int):
                owned, whole = self._walk(root)
                self._owners.update(dict.fromkeys(owned, name))
                if whole and not self._pages.broken_wal:
                    self.found.whole.add(name)

    def take_leaves(self) -> None:
        """The rows of every leaf."""
        for number in range(1, self._pages.count + 1):
            page = self._pages.read(number)
            if page is None or page_kind(page, number) != LEAF or self._is_schema(number):
                continue
            for row in rows_of(page, number, self._pages.read):
                self._take(self._owners.get(number), row)

    def take_later(self) -> None:
        """Events and keys from behind the end of the WAL; nothing else, for what was deleted would rise again."""
        for page in self._pages.later():
            if page_kind(page, 0) != LEAF:
                continue
            for row in rows_of(page, 0, self._pages.read):
                for table in _LATER:
                    named = None if row is None else _named(table, row)
                    if row is not None and named is not None:
                        self.found.later[table].append((row.rowid, named))

    def _is_schema(self, number: int) -> bool:
        return number in self._owners and self._owners[number] is None

    def _take(self, owner: str | None, row: StoredRow | None) -> None:
        if row is None:
            self._tear(owner)
            return
        fitting = [owner] if owner is not None else [name for name in columns() if _named(name, row) is not None]
        known = len(fitting) == 1 and fitting[0] in columns()
        named = _named(fitting[0], row, grown=owner is not None) if known else None
        if named is not None:
            self.found.rows.setdefault(fitting[0], {})[row.rowid] = named
        if not row.whole or (named is None and owner in columns()):
            self._tear(owner if named is None else None)

    def _tear(self, owner: str | None) -> None:
        self.found.torn += 1
        if owner is not None:
            self.found.whole.discard(owner)

    def _rows(self, number: int) -> Iterator[StoredRow | None]:
        page = self._pages.read(number)
        return iter(()) if page is None else rows_of(page, number, self._pages.read)

    def _walk(self, root: int) -> tuple[list[int], bool]:
        """The leaves of a tree, and whether all of it could be walked."""
        leaves: list[int] = []
        seen, due, whole = {root}, [root], True
        while due:
            number = due.pop()
            page = self._pages.read(number)
            kind = None if page is None else page_kind(page, number)
            if page is not None and kind == INTERIOR:
                below = [child for child in children(page, number) if child not in seen]
                seen.update(below)
                due.extend(below)
            elif kind == LEAF:
                leaves.append(number)
            else:
                whole = False
        return leaves, whole


def _named(table: str, row: StoredRow, *, grown: bool = False) -> Row | None:
    """A row as a table's, or ``None`` if it is none: each value of its column's type or null, the key never null.

    ``grown``: it may be from before the table got its last columns.
    """
    types, key = columns()[table]
    fits = row.columns == len(types) or (grown and row.columns < len(types))
    if not fits or not (row.whole or table == EVENT):
        return None
    named: dict[str, Value] = {}
    for (name, type_), value in zip(types.items(), row.values, strict=False):
        if name == key and type_ is int:
            if value is not None:
                return None
            named[name] = row.rowid
        elif (value is None and name != key) or isinstance(value, _TYPES[type_]):
            named[name] = value
        else:
            return None
    return named if table != EVENT or _has_header(named) else None


def _has_header(named: Row) -> bool:
    return isinstance(named.get("header"), bytes) and isinstance(named.get("kind"), str)
