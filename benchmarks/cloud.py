"""The cloud beside itself: row-level security and none, a million visits and ten thousand, two replicas and one.

Usage::

    ./lodge bench cloud             200 organisations, 10^6 visits, 10^6 entries of the audit log
    ./lodge bench cloud --quick     the same rows on a small scale, to see that they can be measured
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from statistics import median
from uuid import UUID

import psycopg

from benchmarks.cloud_ground import CloudGround, prepare
from benchmarks.console_process import ConsoleProcess, console_processes
from benchmarks.console_queries import Heard, Timed, of_page, time_queries, visit_pages
from benchmarks.own_database import own_database, superuser
from benchmarks.rows import Pair, Row, at_least, at_most, beside
from cloud_api.clock import SystemClock
from cloud_api.composition import build_cloud
from cloud_api.config import CloudSettings
from cloud_api.keys.local import LocalKeyService, add_key
from cloud_api.keys.ring import KeyRing
from cloud_api.migrations.roles import APPLICATION
from cloud_api.policy.reach import EVERYWHERE
from cloud_api.services.passwords import HashTerms
from cloud_api.services.visit_listing import VisitListing
from cloud_api.services.visitor_search import VisitorSearch
from cloud_api.store.db import Database, DatabaseSettings
from cloud_api.store.stays import Chosen

RLS_BAR, FLAT_BAR, MEMORY_BAR = 1.1, 1.3, 1.5
_SHORT_SECONDS = 0.0005
"""A query that takes less is judged with its page alone: of so little, other programs of the machine are a part."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How much of everything."""

    organisations: int
    visits_each: int
    small: int
    large: int
    runs: int
    sign_ins: int
    pages: int


FULL = Scale(organisations=200, visits_each=500, small=10_000, large=1_000_000, runs=60, sign_ins=200, pages=400)
QUICK = Scale(organisations=5, visits_each=100, small=1_000, large=4_000, runs=8, sign_ins=80, pages=40)


@dataclass(frozen=True, slots=True)
class _Grown:
    """Seconds of what must not grow with the organisation."""

    listed: list[float]
    searched: list[float]
    proved: list[float]


def rows(scale: Scale = FULL) -> Iterator[Row]:
    """Every row of ``./lodge bench cloud``."""
    master = add_key(None)
    with (
        own_database() as (settings, addresses),
        psycopg.connect(superuser(settings.postgres_folder), autocommit=True) as admin,
    ):
        found = asyncio.run(_measure(scale, settings, addresses.app, admin, LocalKeyService(master)))
        queries = time_queries(
            addresses.app, superuser(settings.postgres_folder), found.tenant, found.heard, scale.runs
        )
        with console_processes(2, settings, addresses.app, master) as processes:
            served = list(_served(processes, scale, found.cookie))
    yield from _security(queries, scale)
    size, small = f"{scale.large:,}", f"{scale.small:,}"
    for name, what in (
        ("listed", "the newest visits"),
        ("searched", "search by blind tokens"),
        ("proved", "audit proof"),
    ):
        pair = Pair(getattr(found.after, name), getattr(found.before, name))
        unit = "entries" if name == "proved" else "visits"
        yield at_most(f"{what}, {size} {unit}", pair, beside=f"the same, {small}", bar=FLAT_BAR)
    yield from served


@dataclass(frozen=True, slots=True)
class _Found:
    """What the first process leaves to the others."""

    tenant: UUID
    heard: Heard
    cookie: str
    before: _Grown
    after: _Grown


async def _measure(
    scale: Scale, settings: CloudSettings, url: str, admin: psycopg.Connection, service: LocalKeyService
) -> _Found:
    heard, database = Heard(), Database(DatabaseSettings(url=url, role=APPLICATION))
    database.pool.kwargs["cursor_factory"] = heard.cursor()  # type: ignore[index]  # the pool's own dictionary
    async with database.open() as db:
        cloud = build_cloud(settings, db, KeyRing(service), bytes(32), None, SystemClock())
        ground = await prepare(cloud, admin, scale.organisations, scale.visits_each)
        await ground.fill_visits(scale.small)
        await ground.fill_log(scale.small)
        before = await _grown(ground, scale.runs)
        await ground.fill_visits(scale.large)
        await ground.fill_log(scale.large)
        after = await _grown(ground, scale.runs)
        cookie = await visit_pages(cloud, admin, ground.tenant, heard)
        return _Found(ground.tenant, heard, cookie, before, after)


async def _grown(ground: CloudGround, runs: int) -> _Grown:
    cloud, tenant, event = ground.cloud, ground.tenant, ground.some_event()
    listing, search = VisitListing(cloud.db, cloud.ring, cloud.clock), VisitorSearch(cloud.db, cloud.ring)
    return _Grown(
        listed=await _times(lambda: listing.choose(tenant, EVERYWHERE, Chosen(), limit=51), runs),
        searched=await _times(lambda: search.find(tenant, EVERYWHERE, "odalys fernhollow", limit=20), runs),
        proved=await _times(lambda: cloud.log_files.inclusion(tenant, event), runs),
    )


async def _times(act: Callable[[], Awaitable[object]], runs: int) -> list[float]:
    spent = []
    for index in range(runs + 5):
        begun = time.perf_counter()
        await act()
        if index >= 5:
            spent.append(time.perf_counter() - begun)
    return spent


def _security(queries: list[Timed], scale: Scale) -> Iterator[Row]:
    """A row a page, and one for the query that pays most of those that take long enough to tell."""
    without = f"the same without, {scale.organisations} organisations"
    whole = Pair([sum(timed.pair.ours[0] for timed in queries)], [sum(timed.pair.other[0] for timed in queries)])
    yield at_most(f"row-level security, all {len(queries)} queries of the console", whole, beside=without, bar=RLS_BAR)
    for page in dict.fromkeys(timed.page for timed in queries):
        name = "/visits/ID" if page.startswith("/visits/") else page
        yield at_most(f"row-level security, {name}", of_page(page, queries), beside=without, bar=RLS_BAR)
    long = [timed for timed in queries if median(timed.pair.other) >= _SHORT_SECONDS] or queries
    worst = max(long, key=lambda timed: timed.pair.ratio)
    told = " ".join(worst.text.split())[:80]
    yield at_most(f"row-level security, worst query: {told}", worst.pair, beside=without, bar=RLS_BAR)


def _served(processes: list[ConsoleProcess], scale: Scale, cookie: str) -> Iterator[Row]:
    for process in processes:  # warm
        process.begin(("pages", 20, cookie))
    for process in processes:
        process.end()
    pair = Pair([], [])
    for _ in range(3):
        pair.other.append(_span(processes[:1], scale.pages, cookie))
        pair.ours.append(_span(processes, scale.pages, cookie))
    yield at_least(
        "board, two replicas", pair, units=scale.pages, unit="pages/s p50", beside="one, same pages", bar=None
    )
    processes[0].begin(("burst", 4, ""))
    processes[0].end()  # the threads have their stacks, and libraries are loaded
    processes[0].begin(("burst", scale.sign_ins, ""))
    served = processes[0].end()
    terms = HashTerms()
    allowed = terms.at_once * terms.memory_kib * 1024
    name = f"memory, {scale.sign_ins} sign-ins at once"
    mib = served.grown_bytes / 2**20
    yield beside(name, mib, "MiB", allowed / 2**20, f"{terms.at_once} password hashes", bar=MEMORY_BAR)
    told = sum(count for status, count in served.answers.items() if status in (303, 429, 503))
    yield beside(
        f"answers, {scale.sign_ins} sign-ins at once",
        scale.sign_ins - told,
        "lost or failed",
        scale.sign_ins,
        f"{served.answers.get(303, 0)} let in, others told to come again",
        bar=0.0,
    )


def _span(processes: list[ConsoleProcess], pages: int, cookie: str) -> float:
    for process in processes:
        process.begin(("pages", pages // len(processes), cookie))
    spans = [process.end() for process in processes]
    if any(set(span.answers) != {200} for span in spans):
        raise RuntimeError(f"the board was not shown: {[span.answers for span in spans]}")
    return max(span.ended for span in spans) - min(span.begun for span in spans)
