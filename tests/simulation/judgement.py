"""The judgement after healing: what must hold once everything that could be mended has been mended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from cloud_api.services.call_readings import Occasion, call_id
from sync.device.recording_again import ENDINGS
from sync.protocol.chain import Head, follow
from sync.protocol.errors import ChainError
from sync.protocol.events import Event, decode_header
from sync.protocol.kinds import Kind
from tests.simulation.invariants import (
    ACKNOWLEDGED_ONCE,
    AT_MOST_ONCE,
    AUDITED_ONCE,
    DRAINS,
    EQUAL_LISTS,
    EQUAL_PEOPLE,
    EQUAL_ROSTERS,
    LOG_IS_A_CHAIN,
    NOBODY_MISSING,
    ONE_ALERT,
    ONE_CALL,
    STARTS,
    require,
)
from tests.simulation.kiosk_machine import KioskMachine
from tests.simulation.log_judgement import judge_log
from tests.simulation.oracle import expected_on_site
from tests.simulation.photo_judgement import judge_photos
from tests.simulation.repeats import HeldActs, act_of
from tests.simulation.world import World


def judge(world: World) -> None:
    """All invariants, after healing."""
    for machine in world.machines:
        require(machine.running, STARTS, f"{machine.name} does not run: {machine.refuses}")
    _judge_set(world)
    _judge_logs(world)
    _judge_drain(world)
    _judge_alerts(world)
    _judge_calls(world)
    _judge_cloud_roster(world)
    for machine in world.machines:
        if machine.lineage not in world.revoked:
            _judge_kiosk_roster(world, machine)
    judge_photos(world)
    judge_log(world)


def _judge_set(world: World) -> None:
    held = world.cloud.records.events()
    counts = Counter(event.hash for event in held)
    world.truth.revive(set(counts))
    out_of_reach = {
        found for machine in world.machines if machine.lineage in world.revoked for found in machine.hashes()
    }
    acts = HeldActs.of(held)
    machines = max(map(world.count_rolled_back, (one.name for one in world.machines)))
    tally = acts.tally(machines=machines)
    for hash_, told in world.truth.acknowledged.items():
        act = act_of(told.event.header)
        count = counts[hash_] + acts.repeats(act, machines=world.count_rolled_back(told.machine))
        unmarked = act in world.truth.faceless and tally[act.stay, act.kind] > 0
        if not count and (hash_ in world.truth.destroyed or hash_ in out_of_reach or unmarked):
            continue
        require(count == 1, ACKNOWLEDGED_ONCE, f"{told.name} is there {count} times")
    # Recorded again without its details, an act says not of what: an end does so once more, all by each copy of a card.
    nameless = {(act.stay, act.kind) for act in world.truth.faceless}
    for (stay, kind), count in tally.items():
        tried = world.truth.attempts.get((stay, kind), 0) if stay is not None else count
        again = (stay, kind) in nameless and (kind in ENDINGS or count <= tried * machines)
        said = f"{kind} of {str(stay)[:6]} was tried {tried} times, is there {count}"
        require(count <= tried or again, AT_MOST_ONCE, said)


def _judge_logs(world: World) -> None:
    rows, audited = world.cloud.records.rows(), world.cloud.records.audited()
    heads: dict[str, Head] = {}
    for epoch, seq in sorted(rows.log):
        stored = rows.log[epoch, seq][0]
        event = Event(stored.raw, decode_header(stored.raw), None, None)
        try:
            heads[epoch] = follow(heads.get(epoch, Head.genesis(epoch)), event)
        except ChainError as error:
            require(False, LOG_IS_A_CHAIN, f"event {seq} of {epoch[:6]}: {error}")
        require(audited[epoch, seq] == 1, AUDITED_ONCE, f"event {seq} of {epoch[:6]}: {audited[epoch, seq]} times")
    require(len(audited) == len(rows.log), AUDITED_ONCE, "something waits for the audit log that is not in a log")


def _judge_drain(world: World) -> None:
    for machine in world.machines:
        if machine.lineage not in world.revoked:
            waiting = machine.waiting()
            require(not waiting, DRAINS, f"{waiting} events wait on {machine.name}: {machine.fault()}")


def _judge_alerts(world: World) -> None:
    rows = world.cloud.records.rows()
    alerts = Counter(alert.stay_id for alert in rows.alerts.values())
    arrivals = {
        event.stay_id: event
        for event in world.cloud.records.events()
        if event.kind == Kind.VISITOR_ARRIVED and event.stay_id is not None
    }
    hostless = {act.stay for act in world.truth.faceless if act.kind == Kind.VISITOR_ARRIVED}
    for stay, event in arrivals.items():
        wanted = 0 if event.full is None and (event.fault is not None or stay in hostless) else 1
        require(alerts[stay] == wanted, ONE_ALERT, f"{alerts[stay]} for {str(stay)[:6]}")


def _judge_calls(world: World) -> None:
    """F23, F09: whatever was repeated, one call for each visit and occasion that the cloud has heard of."""
    occasions = {Kind.RECEPTION_CALLED: Occasion.HELP, Kind.VISITOR_HELD: Occasion.HELD}
    wanted = {
        call_id(event.stay_id, occasions[Kind(event.kind)])
        for event in world.cloud.records.events()
        if event.kind in occasions and event.stay_id is not None
    }
    kept = world.cloud.records.rows().calls
    require(kept.keys() == wanted, ONE_CALL, f"{len(kept)} calls, of {len(wanted)} that were made")


def _judge_cloud_roster(world: World) -> None:
    listed = world.cloud.records.present()
    held = {event.hash for event in world.cloud.records.events()}
    for stay, told in world.truth.inside().items():
        if told.hash in held:
            require(stay in listed, NOBODY_MISSING, f"the cloud does not list {str(stay)[:6]} of {told.machine}")
    expected = expected_on_site(world.cloud.records.rows())
    require(listed == expected, EQUAL_ROSTERS, f"the cloud and the rules: {differ(listed, expected)}")


def _judge_kiosk_roster(world: World, machine: KioskMachine) -> None:
    listed, known = machine.on_site(), machine.hashes()
    for stay, told in world.truth.inside().items():
        if told.hash in known:
            require(stay in listed, NOBODY_MISSING, f"{machine.name} does not list {str(stay)[:6]}")
    # What the cloud lost and nobody can send it again, this kiosk may still have heard of.
    apart = world.truth.spoilt.get(machine.lineage, set()) | _lost_to_cloud(world)
    listed, there = listed - apart, world.cloud.records.present() - apart
    require(listed == there, EQUAL_LISTS, f"{machine.name} and the cloud: {differ(listed, there)}")
    # Of whom a list knows no name it takes nobody for somebody else.
    named = {stay for person in world.cloud.records.people() for stay in person} & listed
    mine, its = (_joined(found, named) for found in (machine.people(), world.cloud.records.people()))
    require(mine == its, EQUAL_PEOPLE, f"{machine.name} joins {mine - its}, the cloud {its - mine}")


def _joined(people: Iterable[set[UUID]], among: set[UUID]) -> set[tuple[str, ...]]:
    """Who counts for one person with more stays than one."""
    found = (sorted(str(stay)[:6] for stay in stays & among) for stays in people)
    return {tuple(stays) for stays in found if len(stays) > 1}


def _lost_to_cloud(world: World) -> set[UUID]:
    """The stays of acknowledged events that are not at the cloud; that they may be missing there was judged before."""
    held = {event.hash for event in world.cloud.records.events()}
    gone = (told.event.header.stay for hash_, told in world.truth.acknowledged.items() if hash_ not in held)
    return {stay for stay in gone if stay is not None}


def differ(one: set[UUID], other: set[UUID]) -> str:
    """Who stands on one of two lists alone."""
    first = ", ".join(sorted(str(stay)[:6] for stay in one - other))
    second = ", ".join(sorted(str(stay)[:6] for stay in other - one))
    return f"listed by the first alone: {first or 'nobody'}; by the second alone: {second or 'nobody'}"
