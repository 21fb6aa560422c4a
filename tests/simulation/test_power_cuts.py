"""The power goes at each statement of a check-in and of what follows it in turn; unsynced writes are dropped.

What is unsynced follows from the setting of the kiosk's own connection; see ``disk``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from sync.device.database import DeviceDatabase
from tests.simulation.kiosk_machine import KioskMachine
from tests.simulation.planting import replaced
from tests.simulation.short_signatures import short_signatures
from tests.simulation.visitors import arrival
from tests.simulation.world import World

SEEDS = range(4)
"""What is dropped of the statement at which the power goes is drawn from the seed: nothing, all of it, or its end."""

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


def test_c02_the_plug_pulled_the_moment_somebody_is_told_done_loses_nobody(tmp_path: Path) -> None:
    """C02: before anything is settled, with the arrival in the WAL alone and a witness that nobody has synced."""
    listed, events, _ = _pulled_at_done(tmp_path)
    assert listed == {FIRST, SECOND}
    assert events == 2


@pytest.mark.parametrize("setting", ["NORMAL", "OFF"])
def test_with_less_than_full_the_same_plug_loses_what_the_simulator_is_to_find(tmp_path: Path, setting: str) -> None:
    """C02: the disk keeps what SQLite promises and no more. What was settled stays, an arrival after that goes."""
    with _synchronous(setting):
        listed, events, folded = _pulled_at_done(tmp_path)
    assert folded, "the first arrival was checkpointed"
    assert listed == {FIRST}
    assert events == 1


def _pulled_at_done(root: Path) -> tuple[set[UUID], int, bool]:
    """Who is listed, how many arrivals are recorded, and whether the WAL had been folded, when the plug was pulled."""
    world = World(0, root)
    try:
        machine = world.add_kiosk("kiosk")
        assert _arrive(machine, FIRST)
        world.scheduler.run_until(world.scheduler.now_ms + SETTLING_MS)
        machine.line.partitioned = True
        machine.guard(lambda parts: parts.log.settle())
        machine.guard(lambda parts: parts.log.database.settle())
        folded = machine.card.synced_wal_bytes() > 0
        assert _arrive(machine, SECOND)
        machine.cut_power()
        machine.start()
        assert machine.running, machine.refuses
        arrivals = [event for event in machine.events() if event.header.kind == "visitor.arrived"]
        return machine.on_site(), len(arrivals), folded
    finally:
        world.close()


@contextmanager
def _synchronous(setting: str) -> Iterator[None]:
    def make(prepare: Any) -> Any:
        def prepares(self: DeviceDatabase, key: bytes) -> None:
            prepare(self, key)
            self._connection.execute(f"PRAGMA synchronous={setting}")

        return prepares

    with replaced(DeviceDatabase, "_prepare", make):
        yield
