"""The cloud beside itself: row-level security and none, a million visits and ten thousand, two replicas and one.

Usage::

    ./lodge bench cloud             200 organisations, 10^6 visits, 10^6 entries of the audit log; 5 GB of disk
    ./lodge bench cloud --quick     the same rows on a small scale, to see that they can be measured
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from statistics import median, quantiles
from uuid import UUID

import psycopg

from benchmarks.cloud_ground import CloudGround, prepare
from benchmarks.console_process import ConsoleProcess, console_processes
from benchmarks.console_queries import Heard, Timed, of_page, time_queries, visit_pages
from benchmarks.own_database import own_database, superuser
from benchmarks.rows import Pair, Row, at_least, at_most, beside
from cloud_api.clock import SystemClock
from cloud_api.composition import Cloud, build_cloud
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
WHO, _WARM = "odalys fernhollow", 5
_SHORT_SECONDS = 0.0002
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


FULL = Scale(organisations=200, visits_each=500, small=10_000, large=1_000_000, runs=60, sign_ins=200, pages=120)
QUICK = Scale(organisations=5, visits_each=100, small=1_000, large=4_000, runs=8, sign_ins=80, pages=40)


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
    yield from _security(queries, found.heard, scale)
    size, small = f"{scale.large:,}", f"{scale.small:,}"
    for what, pair in found.grown.items():
        yield at_most(f"{what.format(size)}", pair, beside=f"the same, {small}, in turn", bar=FLAT_BAR)
    yield from served


@dataclass(frozen=True, slots=True)
class _Found:
    """What the first process leaves to the others."""

    tenant: UUID
    heard: Heard
    cookie: str
    grown: dict[str, Pair]


async def _measure(
    scale: Scale, settings: CloudSettings, url: str, admin: psycopg.Connection, service: LocalKeyService
) -> _Found:
    heard, database = Heard(), Database(DatabaseSettings(url=url, role=APPLICATION))
    database.pool.kwargs["cursor_factory"] = heard.cursor()  # type: ignore[index]  # the pool's own dictionary
    async with database.open() as db:
        cloud = build_cloud(settings, db, KeyRing(service), bytes(32), None, SystemClock())
        small, large = await prepare(cloud, admin, scale.organisations, scale.visits_each)
        for ground, size in ((small, scale.small), (large, scale.large)):
            await ground.fill_visits(size)
            await ground.fill_log(size)
        grown = await _grown(cloud, small, large, scale.runs)
        cookie = await visit_pages(cloud, admin, large.tenant, heard)
        return _Found(large.tenant, heard, cookie, grown)


async def _grown(cloud: Cloud, small: CloudGround, large: CloudGround, runs: int) -> dict[str, Pair]:
    """What must not grow with the organisation, in the large one and in the small one in turn."""
    listing, search = VisitListing(cloud.db, cloud.ring, cloud.clock), VisitorSearch(cloud.db, cloud.ring)
    events = {ground.tenant: ground.some_event() for ground in (small, large)}
    acts: dict[str, Callable[[UUID], Awaitable[object]]] = {
        "the newest visits of {}": lambda tenant: listing.choose(tenant, EVERYWHERE, Chosen(), limit=51),
        "search by blind tokens, {} visits": lambda tenant: search.find(tenant, EVERYWHERE, WHO, limit=20),
        "audit proof, {} entries": lambda tenant: cloud.log_files.inclusion(tenant, events[tenant]),
    }
    found: dict[str, Pair] = {}
    for what, act in acts.items():
        pair = Pair([], [])
        for index in range(runs + _WARM):
            ours, other = await _time(act, large.tenant), await _time(act, small.tenant)
            if index >= _WARM:
                pair.ours.append(ours)
                pair.other.append(other)
        # Other programs of the machine only ever add: the lower quartile has less of them than the median.
        found[what] = Pair([quantiles(pair.ours, n=4)[0]], [quantiles(pair.other, n=4)[0]])
    return found


async def _time(act: Callable[[UUID], Awaitable[object]], tenant: UUID) -> float:
    begun = time.perf_counter()
    await act(tenant)
    return time.perf_counter() - begun


def _security(queries: list[Timed], heard: Heard, scale: Scale) -> Iterator[Row]:
    """A row a page; one for the query that pays most, of those long enough to tell; and what any query pays."""
    without = f"the same without, {scale.organisations} organisations"
    for page, texts in heard.pages.items():
        name = "/visits/ID" if page.startswith("/visits/") else page
        yield at_most(f"row-level security, {name}", of_page(texts, queries), beside=without, bar=RLS_BAR)
    long = [timed for timed in queries if timed.pair.other[0] >= _SHORT_SECONDS] or queries
    worst = max(long, key=lambda timed: timed.pair.ratio)
    told = " ".join(worst.text.split())[:80]
    yield at_most(f"row-level security, worst query: {told}", worst.pair, beside=without, bar=RLS_BAR)
    short = sorted(queries, key=lambda timed: timed.pair.other[0])[: len(queries) // 2]
    paid = median(timed.pair.ours[0] - timed.pair.other[0] for timed in short) * 1e6
    whole = median(timed.pair.other[0] for timed in short) * 1e6
    yield beside("row-level security, paid by a short query", paid, "us", whole, "the query itself", bar=None)


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
