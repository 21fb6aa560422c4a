"""GCRA in the database (R05, R06, ADR 80): against a model that says it another way, and with many at once."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from uuid import uuid4

import pytest

from cloud_api.clock import SystemClock
from cloud_api.composition import DatabaseAddresses
from cloud_api.http.limits import ProcessRateLimit
from cloud_api.services.rate_limits import ALLOWANCES, SharedRateLimit
from cloud_api.services.security_log import SecurityLog
from cloud_api.services.server_keys import ServerKeys
from cloud_api.store import limits
from cloud_api.store.db import Database
from tests.fakes.cloud_server import Ground, run_ground

pytestmark = pytest.mark.anyio
BEGIN = datetime(2026, 11, 29, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
async def ground(addresses: DatabaseAddresses) -> AsyncIterator[Ground]:
    async with run_ground(addresses) as made:
        yield made


@dataclass
class Bucket:
    """GCRA said as what it is equal to: a bucket of ``burst`` tokens, of which one flows in evenly each interval."""

    burst: int
    interval: Fraction
    tokens: Fraction
    at: Fraction = Fraction(0)

    def take(self, now: Fraction) -> Fraction:
        """Take a token: 0, or how long to wait for one."""
        self.tokens = min(Fraction(self.burst), self.tokens + (now - self.at) / self.interval)
        self.at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return Fraction(0)
        return (1 - self.tokens) * self.interval

    def put_back(self) -> None:
        self.tokens += 1


def moment(seconds: Fraction) -> datetime:
    return BEGIN + timedelta(microseconds=int(seconds * 1_000_000))


async def ask(db: Database, key: bytes, burst: int, interval: timedelta, now: datetime | None) -> timedelta | None:
    return await limits.count_attempt(db, key, burst=burst, interval=interval, now=now)


@pytest.mark.parametrize(("burst", "seconds"), [(1, 3600), (5, 300), (20, Fraction(3, 10))])
async def test_r20_what_the_database_allows_is_what_a_bucket_of_tokens_allows(
    ground: Ground, burst: int, seconds: Fraction
) -> None:
    """Whatever the times of attempts and of those that are given back: the same answers, and the very same waits."""
    chance, interval = random.Random(burst), Fraction(seconds)
    step = timedelta(microseconds=int(interval * 1_000_000))
    key, bucket, now = bytes([burst]) * 16, Bucket(burst, interval, Fraction(burst)), Fraction(0)
    refused = 0
    for _ in range(60 + 6 * burst):
        pauses: list[Fraction] = [
            *[Fraction(0)] * 2 * burst,
            interval / 7,
            interval,
            chance.randrange(3) * interval * burst / 2,
        ]
        now += Fraction(int(chance.choice(pauses) * 1_000_000), 1_000_000)
        wait = bucket.take(now)
        found = await ask(ground.cloud.db, key, burst, step, moment(now))
        assert (found is None) == (wait == 0)
        if found is not None:
            refused += 1
            assert found == timedelta(microseconds=float(wait * 1_000_000))
            assert await ask(ground.cloud.db, key, burst, step, moment(now)) == found, "refusals do not count"
            now += wait  # the wait that was told is true: then, and not before, one is allowed
            assert bucket.take(now) == 0
            assert await ask(ground.cloud.db, key, burst, step, moment(now) - timedelta(microseconds=1)) is not None
            assert await ask(ground.cloud.db, key, burst, step, moment(now)) is None
        elif chance.random() < 0.2:
            bucket.put_back()
            await limits.give_back(ground.cloud.db, key, step)
    assert refused > 3


async def test_r06_of_four_times_as_many_at_once_exactly_the_burst_is_allowed(ground: Ground) -> None:
    """By the database's own time, through one pool as replicas have it."""
    key = b"many at once...."
    asked = [ask(ground.cloud.db, key, 10, timedelta(hours=1), None) for _ in range(40)]
    answers = await asyncio.gather(*asked)
    assert answers.count(None) == 10
    assert all(timedelta(minutes=59) < wait <= timedelta(hours=1) for wait in answers if wait is not None)
    limit = SharedRateLimit(
        ground.cloud.db,
        ServerKeys(ground.cloud.db, ground.cloud.ring),
        SystemClock(),
        ProcessRateLimit(SystemClock(), allowed=0),
    )
    assert [await limit.check("guesses-told", "somebody") for _ in range(2)] == [None, 3600]


async def test_r05_no_five_minutes_hold_a_sixth_try(ground: Ground) -> None:
    """Wherever they begin: somebody who knocks every ten seconds for an hour."""
    strict, allowed = ALLOWANCES["sign-in"], list[int]()
    for second in range(0, 3600, 10):
        now = BEGIN + timedelta(seconds=second)
        if await ask(ground.cloud.db, b"knocks for hours", strict.burst, strict.interval, now) is None:
            allowed.append(second)
    assert len(allowed) == 16
    assert all(allowed[place + 5] - allowed[place] >= 300 for place in range(len(allowed) - 5))


async def test_r27_a_limit_that_is_used_up_is_in_the_operators_log_once_and_names_nobody(ground: Ground) -> None:
    """R05, R27, ASVS 16.3.3: by network or by the account's id; a count that refuses nobody is not told."""
    keys = ServerKeys(ground.cloud.db, ground.cloud.ring)
    limit = SharedRateLimit(ground.cloud.db, keys, ground.clock, ProcessRateLimit(ground.clock))
    user = uuid4()
    asked = ("sign-in", "192.0.2.77"), ("sign-in-known", "browser|ines@example.org"), ("guesses-told", str(user))
    for name, who in (*asked, ("second-step", f"{user}|strangers")):
        for _ in range(ALLOWANCES[name].burst):
            assert await limit.check(name, who) is None
        for _ in range(2):
            assert await limit.check(name, who) is not None
    noted = await SecurityLog(ground.cloud.db, keys, ground.clock).list_newest()
    assert {(item.detail.address, item.detail.name) for item in noted if item.kind == "limit.reached"} == {
        ("192.0.2.77", "sign-in"),
        ("", "sign-in-known"),
        ("", f"second-step user:{user}"),
    }
    assert len(noted) == 3


async def test_a_clock_that_is_set_back_makes_nobody_wait_longer_than_a_whole_burst(ground: Ground) -> None:
    key, minute = b"a clock goes bck", timedelta(minutes=1)
    for _ in range(3):
        assert await ask(ground.cloud.db, key, 3, minute, BEGIN) is None
    assert await ask(ground.cloud.db, key, 3, minute, BEGIN - timedelta(days=300)) == minute


async def test_rows_that_say_nothing_any_more_go(ground: Ground) -> None:
    """Two for each check, so that the table is as large as the number of addresses of late."""
    db, step = ground.cloud.db, timedelta(seconds=1)
    for number in range(20):
        await ask(db, number.to_bytes(16), 5, step, BEGIN + timedelta(days=1))
    for _ in range(15):
        await ask(db, b"the only one now", 5, step, BEGIN + timedelta(days=2))
    async with db.server() as connection:
        cursor = await connection.execute("select key from ops.rate_allowance")
        keys = [bytes(row[0]) for row in await cursor.fetchall()]
    assert b"the only one now" in keys
    assert not [key for key in keys if key.startswith(bytes(8))]
