"""A second copy of what stands nowhere else: who the kiosk is, its settings, the private keys of its logs (ADR 111).

A damaged page takes one of the two, never both: they are rows of different tables. The database itself keeps the copy,
in the transaction of whatever writes a setting or a key.
"""

from collections.abc import Iterable, Iterator, Mapping

from sync.device.tables import Tables

TABLE = "second_copy"
Values = Mapping[str, int | float | str | bytes | None]

_COPIED: dict[str, tuple[str, str | None, str]] = {
    "setting": ("name", None, "value"),
    "epoch": ("kid", "started_ms", "private"),
}
"""By table: its key, its number where it has one, and its bytes."""

# The statement outside rules what a conflict inside a trigger does, so no upsert; and a row that is deleted and
# inserted anew moves to other pages.
_PUT = (
    "update second_copy set number = {number}, value = {value} where name = {new}; "
    "insert into second_copy (name, number, value) select {new}, {number}, {value} "
    "where not exists (select 1 from second_copy where name = {new});"
)
_MOVE = "delete from second_copy where name = {old} and {old} is not {new};"
_TRIGGERS = {"insert": _PUT, "update": f"{_MOVE} {_PUT}", "delete": "delete from second_copy where name = {old};"}
_TRIGGER = "create trigger {table}_{event}_second_copy after {event} on {table} begin {body} end"
_FIRST = "select {name} as name, {number} as number, {value} as value from {table}"
_SECOND = "select name, number, value from second_copy"
_KEPT = "select count(*) from sqlite_schema where type = 'trigger' and name like '%_second_copy'"
_DIFFERING = "select count(*) from (select * from ({one}) except select * from ({other}))"


def keep_second_copies(tables: Tables) -> None:
    """From now on, and of what is there already; the caller holds the transaction."""
    for table in _COPIED:
        for event, template in _TRIGGERS.items():
            body = template.format(old=_name(table, "old"), new=_name(table, "new"), **_rest(table, "new"))
            tables.execute(f"drop trigger if exists {table}_{event}_second_copy")
            tables.execute(_TRIGGER.format(table=table, event=event, body=body))
    tables.execute("delete from second_copy")
    tables.execute(f"insert into second_copy (name, number, value) {_firsts()}")


def copies_agree(tables: Tables) -> bool:
    """Whether the copies are what they are copies of, and will be. Each page of both is read, so damage is met here."""
    firsts = _firsts()
    differing = (_DIFFERING.format(one=firsts, other=_SECOND), _DIFFERING.format(one=_SECOND, other=firsts))
    kept, *found = (tables.execute(sql).fetchall()[0][0] for sql in (_KEPT, *differing))
    return kept == len(_COPIED) * len(_TRIGGERS) and not any(found)


def copied_rows(table: str, copies: Iterable[Values]) -> Iterator[Values]:
    """The rows of a table as the second copies have them."""
    key, number, value = _COPIED[table]
    for copy in copies:
        of, _, name = str(copy["name"]).partition(" ")
        if of == table:
            yield {key: name, value: copy["value"], **({} if number is None else {number: copy["number"]})}


def _firsts() -> str:
    return " union all ".join(
        _FIRST.format(table=table, name=_name(table, table), **_rest(table, table)) for table in _COPIED
    )


def _name(table: str, row: str) -> str:
    return f"'{table} ' || {row}.{_COPIED[table][0]}"


def _rest(table: str, row: str) -> dict[str, str]:
    _, number, value = _COPIED[table]
    return {"number": "0" if number is None else f"{row}.{number}", "value": f"{row}.{value}"}
