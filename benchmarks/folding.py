"""Who is on site: one more batch folded into what is known, beside the full fold of everything."""

import secrets
import time
from collections.abc import Iterator
from itertools import islice
from uuid import uuid4

from benchmarks.rows import Row, beside
from benchmarks.sample_visits import visits
from sync.protocol.batch import MAX_EVENTS
from sync.protocol.chain import Head, Identity, Stamp, link
from sync.protocol.fold import Fact, fact, fold, fold_stay
from sync.protocol.hlc import ClockQuality, Hlc, HybridClock

RUNS = 20


def rows(events: int) -> Iterator[Row]:
    """The row of so many facts."""
    facts = _facts(events)
    begun = time.perf_counter()
    state = fold(facts)
    full = time.perf_counter() - begun
    by_stay: dict[object, list[Fact]] = {}
    for each in facts:
        by_stay.setdefault(each.header.stay, []).append(each)
    spent = []
    for _ in range(RUNS):
        fresh = _facts(MAX_EVENTS)
        begun = time.perf_counter()
        touched = {each.header.stay for each in fresh}
        for each in fresh:
            by_stay.setdefault(each.header.stay, []).append(each)
        for stay in touched:
            if stay is not None:
                state[stay] = fold_stay(stay, by_stay[stay])
        spent.append(time.perf_counter() - begun)
    one = sorted(spent)[RUNS // 2]
    yield beside(
        f"one batch of {MAX_EVENTS} folded into {events} events",
        one * 1000,
        "ms p50",
        full * 1000,
        "the full fold",
        bar=0.05,
    )


def _facts(count: int) -> list[Fact]:
    identity = Identity(uuid4(), uuid4(), uuid4(), "A" * 43)
    head, clock, boot, found = Head.genesis(identity.epoch), HybridClock(Hlc(0, 0)), uuid4(), []
    for act in islice(visits(), count):
        now_ms = time.time_ns() // 1_000_000
        stamp = Stamp(clock.tick(now_ms), ClockQuality.NTP, boot, now_ms)
        event, head = link(act, identity=identity, head=head, stamp=stamp, entropy=secrets.token_bytes)
        found.append(fact(event))
    return found
