"""Rate limits shared by all replicas: a sliding window, judged and counted in one statement."""

from datetime import datetime, timedelta

from cloud_api.store.db import Database

# The row's lock makes the judgement exact for however many ask at once. Rows of others that have expired go
# two at a time, so that the table stays as small as the number of addresses of late.
_CHECK = """
with gone as (
    delete from ops.rate_limit where key in (
        select key from ops.rate_limit where expires_at < %(now)s and key <> %(key)s limit 2 for update skip locked
    )
)
insert into ops.rate_limit as r (key, hits, allowed, expires_at)
values (%(key)s, array[%(now)s::timestamptz], true, %(now)s::timestamptz + %(window)s)
on conflict (key) do update set (hits, allowed, expires_at) = (
    select case when count(*) < %(allowed)s then array_agg(hit order by hit) || %(now)s::timestamptz
                else array_agg(hit order by hit) end,
           count(*) < %(allowed)s, %(now)s::timestamptz + %(window)s
    from unnest(r.hits) as hit where hit > %(now)s::timestamptz - %(window)s
)
returning allowed, hits[1]
"""

_GIVE_BACK = "update ops.rate_limit set hits = trim_array(hits, 1) where key = %s and cardinality(hits) > 0"


async def count_attempt(
    db: Database, key: bytes, *, allowed: int, window: timedelta, now: datetime
) -> timedelta | None:
    """Count an attempt of ``key``; ``None`` when it is allowed, else how long to wait. Refusals do not count."""
    async with db.server() as connection:
        cursor = await connection.execute(_CHECK, {"key": key, "allowed": allowed, "window": window, "now": now})
        row = await cursor.fetchone()
    if row is None or row[0]:
        return None
    oldest: datetime = row[1]
    return oldest + window - now


async def give_back(db: Database, key: bytes) -> None:
    """Take one attempt of ``key`` back, the latest; nothing where none is counted."""
    async with db.server() as connection:
        await connection.execute(_GIVE_BACK, (key,))
