"""One run from its seed: chaos, healing, drain, and the judgement."""

from __future__ import annotations

import tempfile
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from sync.device.errors import WrongKeyError
from tests.fakes.memory_tables import Rows
from tests.simulation import faults, judgement, looking
from tests.simulation.invariants import NO_SURPRISE, InvariantBrokenError
from tests.simulation.organisation import Organisation
from tests.simulation.scheduler import START_MS
from tests.simulation.short_signatures import short_signatures
from tests.simulation.tape import Tape
from tests.simulation.world import World

CHAOS_SECONDS = 2400
HEALING_SECONDS = 4200
"""Enough for several pauses of the longest backoff, and for an administrator to look twice."""
_VISITS = 52
_ENOUGH = 50
_FULL_LENGTH = 8
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 -- a folder of its own is made in it; it costs no disk


@dataclass(frozen=True)
class Outcome:
    """What a run came to. ``broken``: the invariant that does not hold and what was seen, or ``None``."""

    seed: int
    events: int
    faults: int
    requests: int
    broken: InvariantBrokenError | None
    story: str
    tape: Tape
    rows: Rows
    """What the cloud has in the end."""


def run_seed(seed: int, organisation: Organisation | None = None) -> Outcome:
    """Run one seed; nothing of it stays behind. Every eighth signs its requests at full length."""
    with nullcontext() if seed % _FULL_LENGTH == 0 else short_signatures():
        return _run(seed, organisation)


def _run(seed: int, organisation: Organisation | None) -> Outcome:
    place = _SHARED_MEMORY if _SHARED_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="lodge-simulation-", dir=place) as folder:
        world = World(seed, Path(folder), organisation)
        broken: InvariantBrokenError | None = None
        chosen = 0
        try:
            chosen = _play(world)
        except InvariantBrokenError as error:
            broken = error
        except Exception as error:  # noqa: BLE001 -- whatever production code lets out is the finding
            broken = InvariantBrokenError(NO_SURPRISE, f"{type(error).__name__}: {error}")
            broken.__cause__ = error
        finally:
            world.close()
        return Outcome(
            seed,
            len(world.truth.acknowledged),
            chosen,
            sum(machine.line.requests for machine in world.machines),
            broken,
            world.trace.said(),
            world.cloud.tape,
            world.cloud.records.rows(),
        )


def _play(world: World) -> int:
    dice = world.scheduler.stream("plan")
    for number in range(dice.choice((1, 2, 2, 3))):
        world.add_kiosk(f"kiosk-{number + 1}")
    _plan_visits(world)
    world.cloud.work()
    chosen = faults.choose(world.scheduler.stream("faults"))
    for fault in chosen:
        moment = START_MS + int(dice.uniform(30, CHAOS_SECONDS) * 1000)
        world.scheduler.at(moment, lambda fault=fault: _strike(world, fault))  # type: ignore[misc]  # bound per turn
    world.scheduler.run_until(START_MS + CHAOS_SECONDS * 1000)
    world.heal()
    _catch_up_on_visits(world)
    for minute in (15, 35, 55):
        world.scheduler.after(minute * 60, world.cloud.administer)
    world.scheduler.run_until(world.scheduler.now_ms + HEALING_SECONDS * 1000)
    judgement.judge(world)
    return len(chosen)


def _plan_visits(world: World) -> None:
    dice = world.scheduler.stream("visits")

    def visit() -> None:
        machine = dice.choice([known for known in world.machines if known.running] or world.machines)
        try:
            world.visitors.come_or_go(machine)
            looking.look(world, machine)
        except WrongKeyError as error:
            machine.find_damaged(error)

    for _ in range(_VISITS):
        world.scheduler.at(START_MS + int(dice.uniform(2, CHAOS_SECONDS) * 1000), visit)


def _catch_up_on_visits(world: World) -> None:
    """Where kiosks were out of order for long, the visitors who were turned away come now."""
    for _ in range(_ENOUGH):
        if len(world.truth.acknowledged) >= _ENOUGH:
            return
        world.visitors.come_or_go(world.machines[0])


def _strike(world: World, fault: faults.Fault) -> None:
    dice = world.scheduler.stream(f"fault {world.scheduler.now_ms}")
    machine = dice.choice(world.machines)
    world.trace.note(machine.name, f"FAULT {fault.__name__}")
    world.trace.note(machine.name, f"  ({fault(world, machine, dice)})")
