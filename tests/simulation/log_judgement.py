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
        told = f"{machine.name} says that the log was {alarm.kind}"
        require(world.restored and alarm.kind is not AlarmKind.UNSIGNED, HONEST_LOG, told)


def judge_log(world: World) -> None:
    """Everything is in the log, every witness holds a part of it, and where one was cut off, a generation says so."""
    log = world.cloud.log
    log.sequence()  # what was done since the worker's last round
    rows = world.cloud.records.rows()
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
            # Or it came back to the very tree that kiosks hold, and nothing is lost.
            seen = [read_place(note, log=world.cloud.records.log_name) for note in (alarm.held, alarm.offered) if note]
            said = log.newest_generation() > 1 or all(map(log.continues, seen))
            require(said, HONEST_LOG, f"{machine.name}: {alarm.kind}, and no generation says so")
        elif held is not None and not world.restored:
            kept = read_place(held, log=world.cloud.records.log_name)
            require(log.continues(kept), WITNESSED, f"the log does not continue {kept.place} that {machine.name} holds")
