"""The power goes at each statement of a check-in and of what follows it in turn; unsynced writes are dropped."""

from __future__ import annotations

from collections import Counter
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest

from tests.simulation.kiosk_machine import KioskMachine
from tests.simulation.short_signatures import short_signatures
from tests.simulation.visitors import arrival
from tests.simulation.world import World

SEEDS = range(4)
"""What is dropped is drawn from the seed: all that the statement wrote, nothing of it, or its end."""

FIRST, SECOND = (UUID(int=number, version=4) for number in (1, 2))
HOST = UUID(int=3, version=4)
SETTLING_MS = 10_000
"""In which the witness is written and the first batch sent."""


def _arrive(machine: KioskMachine, stay: UUID) -> bool:
    return bool(machine.act(arrival(stay, "Ada", HOST, 1), "somebody arrives"))


def _cut_at(root: Path, seed: int, statement: int) -> tuple[bool, Counter[UUID | None], set[UUID]]:
    """Two people come, and the power goes at a statement from the second one's first on.

    Returns whether it did, how often each arrival is recorded after a new start, and who is listed then.
    """
    root.mkdir()
    world = World(seed, root)
    try:
        machine = world.add_kiosk("kiosk")
        assert _arrive(machine, FIRST)
        world.scheduler.run_until(world.scheduler.now_ms + SETTLING_MS)
        machine.disk.arm(statement)
        acknowledged = _arrive(machine, SECOND)
        world.scheduler.run_until(world.scheduler.now_ms + SETTLING_MS)
        cut = not machine.disk.armed
        machine.disk.disarm()
        machine.start()
        assert machine.running, machine.refuses
        arrivals = Counter(event.header.stay for event in machine.events() if event.header.kind == "visitor.arrived")
        listed = machine.on_site()
        assert not acknowledged or SECOND in listed
        return cut, arrivals, listed
    finally:
        world.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_c02_a_power_cut_at_any_statement_loses_nothing_acknowledged(tmp_path: Path, seed: int) -> None:
    """C02: whoever was told "done" is listed, and recorded once. Each seed takes its share of the statements."""
    with short_signatures():
        for statement in count(seed + 1, len(SEEDS)):
            cut, arrivals, listed = _cut_at(tmp_path / str(statement), seed, statement)
            assert FIRST in listed
            assert set(arrivals.values()) == {1}
            if not cut:
                break
    assert statement > 20
