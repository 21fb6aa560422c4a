"""The tables of the kiosk's database, version 7.

``event.place`` is the number of the chain (one per epoch) shifted by 40 bits, plus the seq: the primary key that
SQLite keeps the rows in order by, so an arrival is a few rows side by side at the end of one table. Every further
page would be encrypted, authenticated and synced while a visitor waits: hence ``event`` has no index, and
``event_index`` (what belongs to a stay, what is of a kind) follows when nobody waits (``INDEX_EVENTS``).

``muster`` and ``full`` are a salt of 32 bytes and then the body, or null once erased. ``stay`` of an arrival without
a stay is its event id, under which the fold lists the person.

Version 2 added, by new tables alone: the starts of epochs; who was on site up to a place (``present_stay`` and
``present_mark``, which may always be emptied and are then made anew); how far bodies were pruned, and which muster
bodies were kept beyond that because their people were still on site. Version 3 added ``object``: sealed photos and
signatures that the cloud does not have yet; ``since_ms`` is 0 until a believed clock has seen it. Version 4 keeps a
page's signed head and its content apart (``feed_page``); pages of before are fetched anew, for nobody signs in their
form any more. Version 5 added what was heard of other kiosks' logs (ADR 52), again by new tables alone:
``heard_event`` (in the order of hearing, ``place`` never used twice; ``doubt`` as in ``heard_events``; ``kept``:
pruned, and to stay), its manifests, how far each log was heard, and how far it is in ``present_stay``. Version 6 added
``kept_type``: of what type somebody is who is still on site although the body that says it was pruned (ADR 100).
Version 7 added ``second_copy`` (ADR 111): its rows have a form that no other table's have, as salvage needs it.
"""

from collections.abc import Mapping

from sync.device.second_copy import TABLE as SECOND_COPY
from sync.device.second_copy import keep_second_copies
from sync.device.tables import Tables

VERSION = 7
SEQ_BITS = 40

_TABLES: dict[str, tuple[dict[str, type], str]] = {
    "setting": ({"name": str, "value": bytes}, "name"),
    "epoch": ({"kid": str, "private": bytes, "started_ms": int}, "kid"),
    "chain": ({"number": int, "epoch": str}, "number"),
    "event": (
        {
            "place": int,
            "stay": bytes,
            "kind": str,
            "header": bytes,
            "muster": bytes,
            "full": bytes,
        },
        "place",
    ),
    "event_index": ({"place": int, "stay": bytes, "kind": str}, "place"),
    "batch": ({"epoch": str, "first": int, "last": int, "manifest": str, "wire": bytes}, "epoch"),
    "receipt": ({"epoch": str, "accepted": int, "durable": int, "signed": str}, "epoch"),
    "feed_page": ({"kind": str, "version": int, "signed": str, "expires_ms": int, "content": bytes}, "kind"),
    "epoch_start": ({"epoch": str, "previous": str, "message": bytes, "standing": str}, "epoch"),
    "present_stay": ({"stay": bytes}, "stay"),
    "present_mark": ({"name": str, "place": int, "basis": str}, "name"),
    "pruned": ({"epoch": str, "seq": int}, "epoch"),
    "kept_muster": ({"place": int}, "place"),
    "kept_type": ({"stay": bytes, "type": str}, "stay"),
    "object": (
        {
            "id": str,
            "stay": bytes,
            "epoch": str,
            "seq": int,
            "sha256": str,
            "size": int,
            "since_ms": int,
            "sealed": bytes,
        },
        "id",
    ),
    "heard_event": (
        {
            "place": int,
            "epoch": str,
            "seq": int,
            "hash": bytes,
            "stay": bytes,
            "kind": str,
            "doubt": int,
            "kept": int,
            "header": bytes,
            "muster": bytes,
        },
        "place",
    ),
    "heard_batch": ({"hash": str, "epoch": str, "first": int, "last": int, "beside": int, "manifest": str}, "hash"),
    "heard_log": ({"epoch": str, "seq": int, "head": str}, "epoch"),
    "heard_kiosk": ({"kiosk": str, "at_ms": int}, "kiosk"),
    "heard_mark": ({"name": str, "place": int}, "name"),
    SECOND_COPY: ({"name": str, "number": int, "value": bytes}, "name"),
}

UNINDEXED = "place > (select coalesce(max(place), 0) from event_index)"
"""Which events the index does not list yet: places only grow."""

INDEX_EVENTS = f"insert into event_index (place, stay, kind) select place, stay, kind from event where {UNINDEXED}"  # noqa: S608 -- constant


_NAME_STAYLESS = (
    "update {table} set stay = (select unhex(replace(json_extract(cast(header as text), '$.id'), '-', '')) from event "
    "where event.place = {table}.place) where stay is null and kind = 'visitor.arrived'"
)


def create_tables(tables: Tables) -> None:
    """Make what is missing; the caller holds the transaction."""
    for name, (columns, key) in _TABLES.items():
        tables.table(name).create(columns, pk=key, if_not_exists=True)
    tables.table("event_index").create_index(["stay"], if_not_exists=True)
    tables.table("chain").create_index(["epoch"], unique=True, if_not_exists=True)
    tables.table("heard_event").create_index(["epoch", "seq", "hash"], unique=True, if_not_exists=True)
    tables.table("heard_event").create_index(["stay"], if_not_exists=True)
    tables.table("heard_event").create_index(["kept", "place"], if_not_exists=True)
    tables.execute("drop table if exists page")
    for table in ("event", "event_index"):
        tables.execute(_NAME_STAYLESS.format(table=table))
    keep_second_copies(tables)
    tables.execute(f"pragma user_version = {VERSION}")


def columns() -> Mapping[str, tuple[Mapping[str, type], str]]:
    """Each table's columns, in their order, and its primary key."""
    return _TABLES
