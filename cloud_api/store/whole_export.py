"""Everything that is kept of an organisation, table by table, opened: for the file that it gets when it is closed.

What is restricted is either opened here or left out for a reason that is written here; a test compares both with the
catalogue, so that a new column cannot be forgotten.
"""

import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

import msgspec
from psycopg import sql

from cloud_api.errors import SealedFieldError
from cloud_api.keys.fields import FieldCipher
from cloud_api.keys.ring import KeyRing
from cloud_api.store import data_keys
from cloud_api.store.db import Tenant

Form = Literal["text", "json", "bytes"]
_AT_ONCE = 500
OBJECTS_AT_ONCE = 20
"""Photos are read between two fetches, and the database ends a transaction that is idle for a minute."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """How a table's columns are opened: ``row`` is the SQL of the row's name that they are bound to."""

    row: str
    columns: Mapping[str, Form]


SEALED: Mapping[str, Sealed] = {
    "api_client": Sealed("id::text", {"name": "text"}),
    "api_key": Sealed("id::text", {"name": "text"}),
    "audit_body": Sealed("record_id::text", {"body": "json"}),
    "branch_body": Sealed(
        "epoch || '/' || encode(hash, 'hex')", {"muster": "json", "full_body": "json", "poison": "bytes"}
    ),
    "delivery": Sealed("id::text", {"carrier": "text", "note": "text", "place": "text", "collected_by": "text"}),
    "event_body": Sealed("epoch || '/' || seq", {"muster": "json", "full_body": "json"}),
    "event_fork": Sealed("id::text", {"sealed": "bytes"}),
    "event_quarantine": Sealed("epoch || '/' || seq", {"sealed": "bytes"}),
    "feed_content": Sealed("site_id || '/' || kind || '/' || encode(hash, 'hex')", {"content": "json"}),
    "mailed_code": Sealed("id::text", {"email": "text"}),
    "letter": Sealed("id::text", {"recipient": "text"}),
    "host": Sealed("id::text", {"name": "text", "email": "text", "department": "text"}),
    "logo": Sealed("id::text", {"picture": "bytes"}),
    "logo_stencil": Sealed("logo_id::text", {"picture": "bytes"}),
    "published_entry": Sealed("page || '/' || id", {"entry": "json"}),
    "reception_call": Sealed("id::text", {"told": "json"}),
    "staff_invitation": Sealed("id::text", {"email": "text"}),
    "staff_link": Sealed("id::text", {"email": "text"}),
    "staff_passkey": Sealed("id::text", {"name": "text"}),
    "staff_session": Sealed("id::text", {"address": "text", "browser": "text"}),
    "staff_user": Sealed("id::text", {"name": "text", "email": "text"}),
    "stay": Sealed(
        "id::text",
        {"name": "text", "company": "text", "host": "text", "zone": "text", "email": "text", "details": "json"},
    ),
    "webhook": Sealed("id::text", {"url": "text"}),
}
_KEY = "a key, of no use without what it protected"
_NAMED = "made from who acted, which is in the file"
_PROOF = "proves who somebody is, and would only help to guess it"
LEFT_OUT: Mapping[tuple[str, str], str] = {
    ("audit_body", "actor"): _NAMED,
    ("audit_search", "actor"): _NAMED,
    ("invitation_agreement", "name_mac"): "made from the name of whoever came, which is in the file",
    ("mailed_code", "email_mac"): "made from the address, which is in the file",
    ("kek", "wrapped"): _KEY,
    ("data_key", "wrapped"): _KEY,
    ("signing_key", "private_key"): _KEY,
    ("object", "object_key"): "the object itself is in the file",
    ("object_part", "part"): "of photos that had not come whole",
    ("enrolment_code", "verifier"): _PROOF,
    ("site", "pin_hash"): _PROOF,
    ("staff_user", "password_hash"): _PROOF,
    ("api_key", "token_hash"): _PROOF,
    ("api_access", "token_hash"): _PROOF,
    ("api_refresh", "token_hash"): _PROOF,
    ("api_request", "answer"): "repeats what is in the file",
    ("staff_user", "email_token"): "made from the address",
    ("staff_invitation", "token_hash"): _PROOF,
    ("staff_link", "token_hash"): _PROOF,
    ("staff_session", "token_hash"): _PROOF,
    ("webhook", "secret"): _PROOF,
    ("webhook", "former_secret"): _PROOF,
    ("staff_session", "challenge"): _PROOF,
    ("staff_half_sign_in", "token_hash"): _PROOF,
    ("staff_half_sign_in", "challenge"): _PROOF,
    ("staff_passkey", "credential_id"): _PROOF,
    ("staff_recovery_code", "code_hash"): _PROOF,
    ("staff_totp", "secret"): _PROOF,
}
LEFT_OUT_TABLES: Mapping[str, str] = {"stay_token": "made from names, which are in the file"}


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the catalogue: its columns that are not restricted and their types, and those that are."""

    name: str
    plain: Mapping[str, str]
    restricted: tuple[str, ...]

    @property
    def opened(self) -> Mapping[str, Form]:
        """The restricted columns that are opened."""
        sealed = SEALED.get(self.name)
        return {} if sealed is None else sealed.columns

    @property
    def left_out(self) -> Mapping[str, str]:
        """The restricted columns that are not in the file, and why."""
        return {column: LEFT_OUT[self.name, column] for column in self.restricted if (self.name, column) in LEFT_OUT}


@dataclass(slots=True)
class Reading:
    """What could not be opened although its key is there."""

    unreadable: list[str] = field(default_factory=list)


async def list_tables(tx: Tenant) -> list[Table]:
    """Every table of the product, as this database has it."""
    cursor = await tx.connection.execute(
        "select c.relname, a.attname, a.atttypid::regtype::text, col_description(c.oid, a.attnum) = 'restricted'"
        " from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
        " where c.relnamespace = 'lodge'::regnamespace and c.relkind in ('r', 'p') order by c.relname, a.attnum"
    )
    plain: dict[str, dict[str, str]] = {}
    restricted: dict[str, list[str]] = {}
    for table, column, kind, hidden in await cursor.fetchall():
        plain.setdefault(table, {})
        if hidden:
            restricted.setdefault(table, []).append(column)
        else:
            plain[table][column] = kind
    return [Table(name, columns, tuple(restricted.get(name, ()))) for name, columns in plain.items()]


def unknown_columns(tables: list[Table]) -> list[str]:
    """Restricted columns that this version could neither open nor leave out for a reason."""
    return [
        f"{table.name}.{column}"
        for table in tables
        if table.name not in LEFT_OUT_TABLES
        for column in table.restricted
        if column not in table.opened and column not in table.left_out
    ]


async def read_rows(tx: Tenant, ring: KeyRing, table: Table, reading: Reading) -> AsyncIterator[bytes]:
    """Each row as a JSON object: times as ISO 8601, bytes as hex, or base64 where they were sealed.

    A column whose key is gone is ``null``.
    """
    opened = tuple(table.opened)
    sealed = SEALED.get(table.name)
    plain = sql.SQL(", ").join(sql.SQL("t.{}").format(sql.Identifier(name)) for name in table.plain)
    extra = [sql.SQL("t.data_key_id"), sql.SQL(sealed.row)] if sealed else []
    hidden = [sql.SQL("t.{}").format(sql.Identifier(name)) for name in opened]
    query = sql.SQL(
        "select (select row_to_json(p) from (select {}) p)::text{} from lodge.{} t where tenant_id = %s"
    ).format(plain, sql.SQL("").join(sql.SQL(", ") + item for item in (*extra, *hidden)), sql.Identifier(table.name))
    async with tx.connection.cursor(name="whole_export") as cursor:
        await cursor.execute(query, (tx.id,))
        while rows := await cursor.fetchmany(_AT_ONCE):
            ciphers = await data_keys.open_keys(tx, ring, {row[1] for row in rows}) if sealed else {}
            for row in rows:
                fields = msgspec.json.decode(row[0], type=dict[str, msgspec.Raw])
                for column, value in zip(opened, row[3:], strict=True):
                    place = {"table": table.name, "column": column, "row": row[2]}
                    fields[column] = _open(ciphers.get(row[1]), value, table.opened[column], place, reading)
                yield msgspec.json.encode(fields)


def _open(
    cipher: FieldCipher | None, value: bytes | None, form: Form, place: dict[str, str], reading: Reading
) -> msgspec.Raw:
    if cipher is None or value is None:
        return msgspec.Raw(b"null")
    try:
        found = cipher.open(bytes(value), **place)
    except SealedFieldError:
        reading.unreadable.append("{table}.{column} of {row}".format(**place))
        return msgspec.Raw(b"null")
    if form == "text":
        return msgspec.Raw(msgspec.json.encode(found.decode("utf-8")))
    if form == "json":
        with suppress(msgspec.MsgspecError):
            msgspec.json.decode(found)
            return msgspec.Raw(found)
    return msgspec.Raw(msgspec.json.encode(base64.b64encode(found).decode("ascii")))


async def read_object_keys(tx: Tenant, ring: KeyRing, reading: Reading) -> AsyncIterator[tuple[UUID, bytes]]:
    """The id and the own key of each object that is kept and may still be read."""
    async with tx.connection.cursor(name="whole_objects") as cursor:
        await cursor.execute(
            "select id, data_key_id, object_key from lodge.object where tenant_id = %s and standing = 'kept'"
            " order by id",
            (tx.id,),
        )
        while rows := await cursor.fetchmany(OBJECTS_AT_ONCE):
            ciphers = await data_keys.open_keys(tx, ring, {row[1] for row in rows})
            for object_id, key_id, sealed in rows:
                cipher = ciphers.get(key_id)
                if cipher is None:
                    continue
                try:
                    own = cipher.open(bytes(sealed), table="object", column="object_key", row=str(object_id))
                except SealedFieldError:
                    reading.unreadable.append(f"object {object_id}")
                else:
                    yield object_id, own
