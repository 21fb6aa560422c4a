"""Rate limits shared by all replicas: the generic cell rate algorithm (GCRA), judged and counted in one statement.

For each key the table has one moment, when the next attempt would come if all came evenly ("theoretical arrival time").
An attempt is allowed while that lies no further ahead than a burst reaches, and moves it on by one interval.
"""

from datetime import datetime, timedelta

from cloud_api.store.db import Database

# The row's lock makes the judgement exact for however many ask at once. The time is the database's: replicas' clocks
# differ. Should it be set back, nobody waits longer than after a whole burst. Rows of others whose time is over say
# nothing any more; they go two at a time, so that the table stays as small as the number of addresses of late.
_CHECK = """
with asked as (
    select coalesce(%(now)s::timestamptz, statement_timestamp()) as at, %(interval)s::interval as step,
           %(interval)s::interval * %(burst)s as reach
), gone as (
    delete from ops.rate_allowance where key in (
        select key from ops.rate_allowance where arrives_at < (select at from asked) and key <> %(key)s
        order by arrives_at limit 2 for update skip locked
    )
)
insert into ops.rate_allowance as r (key, arrives_at, allowed)
select %(key)s, at + step, true from asked
on conflict (key) do update set (arrives_at, allowed) = (
    select case when next <= at + reach then next else next - step end, next <= at + reach
    from (select at, reach, step, least(greatest(r.arrives_at, at), at + reach) + step as next from asked) as judged
)
returning allowed, (select arrives_at - at + step - reach from asked)
"""

_GIVE_BACK = "update ops.rate_allowance set arrives_at = arrives_at - %s::interval where key = %s"


async def count_attempt(
    db: Database, key: bytes, *, burst: int, interval: timedelta, now: datetime | None
) -> timedelta | None:
    """Count an attempt of ``key``; ``None`` when it is allowed, else how long to wait. Refusals do not count.
    ``now``: ``None`` for the database's own time.
    """
    values = {"key": key, "burst": burst, "interval": interval, "now": now}
    async with db.server() as connection:
        row = await (await connection.execute(_CHECK, values)).fetchone()
    return None if row is None or row[0] else row[1]


async def give_back(db: Database, key: bytes, interval: timedelta) -> None:
    """Take one attempt of ``key`` back; nothing where none is counted."""
    async with db.server() as connection:
        await connection.execute(_GIVE_BACK, (interval, key))
