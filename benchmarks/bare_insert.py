"""The peer of all that stores events: the header rows alone, as one binary array a column, nothing verified."""

import time
from collections.abc import Sequence

import psycopg

from sync.protocol.chain import Identity
from sync.protocol.events import Event

TABLE = (
    "create table bench.bare (tenant_id uuid, kiosk_id uuid, epoch text, seq int8, event_id uuid, kind text,"
    " stay_id uuid, hash bytea, raw bytea, received_at timestamptz, primary key (tenant_id, kiosk_id, epoch, seq))"
)
INSERT = (
    "insert into bench.bare select %s, %s, %s, seq, event_id, kind, stay_id, hash, raw, now() from unnest("
    "%b::int8[], %b::uuid[], %b::text[], %b::uuid[], %b::bytea[], %b::bytea[])"
    " as fresh (seq, event_id, kind, stay_id, hash, raw)"
)


def prepare_bare(connection: psycopg.Connection) -> None:
    """Make its table; the connection commits each statement, synced."""
    connection.execute("create schema if not exists bench")
    connection.execute(TABLE)
    connection.execute("set synchronous_commit to on")


def columns_of(events: Sequence[Event]) -> tuple[list[object], ...]:
    """The rows' columns, as ``INSERT`` takes them after organisation, kiosk and epoch."""
    headers = [event.header for event in events]
    return (
        [header.seq for header in headers],
        [header.id for header in headers],
        [header.kind for header in headers],
        [header.stay for header in headers],
        [bytes.fromhex(event.hash) for event in events],
        [event.raw_header for event in events],
    )


def insert_bare(connection: psycopg.Connection, identity: Identity, events: Sequence[Event]) -> float:
    """Store these rows and return the seconds that it took."""
    columns = columns_of(events)
    begun = time.perf_counter()
    connection.execute(INSERT, (identity.tenant, identity.kiosk, identity.epoch, *columns))
    return time.perf_counter() - begun
