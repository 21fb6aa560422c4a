"""What must hold of the audit log and its witnesses."""

from __future__ import annotations

from sync.protocol.log_witness import AlarmKind, read_place
from tests.simulation.invariants import HONEST_LOG, WITNESSED, require
from tests.simulation.kiosk_machine import KioskMachine
from tests.simulation.world import World


def look_at_alarm(world: World, machine: KioskMachine) -> None:
    """No kiosk raises an alarm at an honest server, unless that was restored from a copy."""
    alarm = machine.log_alarm()
    if alarm is not None:
        told = f"{machine.name} says that the log was {alarm}"
        require(world.restored and alarm is not AlarmKind.UNSIGNED, HONEST_LOG, told)


def judge_log(world: World) -> None:
    """Everything is in the log, every witness holds a part of it, and where one was cut off, a generation says so."""
    log, rows = world.cloud.log, world.cloud.records.rows()
    require(rows.audit_taken == len(rows.audit), WITNESSED, "something still waits for the audit log")
    entries = sum(last - first + 1 for _, first, last in rows.audit) + len(rows.acts)
    size = rows.generations[log.newest_generation()].size
    require(size == entries, WITNESSED, f"the log has {size} entries of {entries}")
    for machine in world.machines:
        look_at_alarm(world, machine)
        if machine.lineage in world.revoked:
            continue
        alarm, held = machine.log_alarm(), machine.held_checkpoint()
        if alarm is not None:
            require(log.newest_generation() > 1, HONEST_LOG, f"{machine.name}: {alarm}, and no generation says so")
        elif held is not None and not world.restored:
            seen = read_place(held, log=world.cloud.records.log_name)
            require(log.continues(seen), WITNESSED, f"the log does not continue {seen.place} that {machine.name} holds")
