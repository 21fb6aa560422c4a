"""What goes wrong in a run, chosen by the seed. Each fault is a function of the world and its own randomness."""

from __future__ import annotations

import random
from collections.abc import Callable

from sync.protocol.hlc import MAX_AHEAD_MS
from tests.simulation.card import WAL
from tests.simulation.clocks import TEN_YEARS_MS
from tests.simulation.kiosk_machine import KioskMachine
from tests.simulation.world import World

_OFTEN = 0.5
_FIRST, _ANYWHERE, _NEWEST = 3.0, 1.0, 0.2
_SPOILT = (_FIRST, _FIRST, _ANYWHERE, _NEWEST, _NEWEST, _NEWEST)
"""Powers of a number between 0 and 1: near 0 are the pages that say who the kiosk is, near 1 the newest events."""
Fault = Callable[[World, KioskMachine, random.Random], str]


def storm(world: World, machine: KioskMachine, dice: random.Random) -> str:
    """The network of one kiosk is bad for some minutes."""
    machine.line.weather = dice.uniform(0.3, 0.9)
    world.scheduler.after(dice.uniform(60, 900), machine.line.calm)
    return f"bad network ({machine.line.weather:.1f})"


def partition(world: World, machine: KioskMachine, dice: random.Random) -> str:
    """Nothing gets through for some minutes."""
    machine.line.partitioned = True
    seconds = dice.uniform(60, 900)
    world.scheduler.after(seconds, machine.line.join)
    return f"cut off for {seconds:.0f} s"


def power_cut(world: World, machine: KioskMachine, dice: random.Random) -> str:
    """The plug is pulled while nothing happens."""
    machine.cut_power()
    return "plug pulled"


def power_cut_at_a_statement(world: World, machine: KioskMachine, dice: random.Random) -> str:
    """The plug is pulled at one of the next statements of the database."""
    machine.disk.arm(dice.randrange(1, 30))
    return "power will go at a statement"


def kill(world: World, machine: KioskMachine, dice: random.Random) -> str:
    """The process is killed; the machine goes on."""
    machine.kill()
    return "killed"


def full_disk(world: World, machine: KioskMachine, dice: random.Random) -> str:
    """No write to the database works for some minutes."""
    machine.disk.full = True
    world.scheduler.after(dice.uniform(30, 600), machine.disk.make_room)
    return "disk full"


def wrong_clock(world: World, machine: KioskMachine, dice: random.Random) -> str:
    """The wall clock says 1970, ten years on, or half an hour on or back; with luck after a loss of power."""
    now = world.scheduler.now_ms
    wall = dice.choice((0, now + TEN_YEARS_MS, now + 3 * MAX_AHEAD_MS, now - 3 * MAX_AHEAD_MS))
    machine.clock.jump(wall)
    if dice.random() < 0.5:
        machine.cut_power()
    world.scheduler.after(dice.uniform(60, 1200), machine.clock.set_by_ntp)
    return f"clock off by {(wall - now) / 1000:.0f} s"


def take_image(world: World, machine: KioskMachine, dice: random.Random) -> str:
    """Somebody copies the card."""
    world.take_image(machine)
    return "card copied"


def restore_image(world: World, machine: KioskMachine, dice: random.Random) -> str:
    """An earlier copy of the card, or of the database alone, is put back."""
    if dice.random() < _OFTEN:
        partition(world, machine, dice)
    return world.restore_image(machine, whole=dice.random() < _OFTEN, seconds=dice.uniform(5, 120))


def lose_wal(world: World, machine: KioskMachine, dice: random.Random) -> str:
    """After a loss of power the WAL is gone, or its end is."""
    kept = dice.choice((0.0, dice.random()))

    def damage(machine: KioskMachine) -> None:
        image = machine.card.image()
        wal = image.files.get(WAL, b"")
        cut = image.without(WAL) if kept == 0.0 else image.with_file(WAL, wal[: int(len(wal) * kept)])
        machine.card.restore(cut)

    lonely, pause = dice.random() < _OFTEN, dice.uniform(5, 120)
    if lonely:
        partition(world, machine, dice)

    def strike() -> None:
        machine.card.note_sync()  # a loss of both WAL and witness could be told by nobody but the cloud
        world.damage(machine, damage, seconds=pause)

    machine.after_act = strike
    return f"after the next act the WAL is cut to {kept:.0%}" + (", with nobody to tell" if lonely else "")


def spoil_page(world: World, machine: KioskMachine, dice: random.Random) -> str:
    """The card gives back a page of the database that is not what was written to it. The first say who the kiosk is."""
    where = dice.random() ** dice.choice(_SPOILT)
    pause = dice.uniform(5, 120)
    if dice.random() < _OFTEN:
        return world.spoil_page(machine, where, seconds=pause)
    # Much is recorded that only this card has: a gap in it cannot be closed.
    cut_off = partition(world, machine, dice)

    def strike() -> None:
        world.spoil_page(machine, where, seconds=pause)

    world.scheduler.after(dice.uniform(60, 900), strike)
    return f"{cut_off}, and then a page is spoilt"


def clone(world: World, machine: KioskMachine, dice: random.Random) -> str:
    """The card is copied into another machine, and both run."""
    return world.clone(machine)


def restore_cloud(world: World, machine: KioskMachine, dice: random.Random) -> str:
    """The server is restored from an earlier copy."""
    return world.restore_cloud()


def copy_cloud(world: World, machine: KioskMachine, dice: random.Random) -> str:
    """A copy of the server is kept for later."""
    world.copy_cloud()
    return "server copied"


def cloud_away(world: World, machine: KioskMachine, dice: random.Random) -> str:
    """The server is down for some minutes."""
    world.cloud.up = False
    world.scheduler.after(dice.uniform(30, 600), world.cloud.come_up)
    return "server down"


def cloud_stumbles(world: World, machine: KioskMachine, dice: random.Random) -> str:
    """Some transactions of the server break off before they are committed."""
    world.cloud.stumbles = dice.randrange(1, 6)
    return f"the next {world.cloud.stumbles} transactions break off"


def revoke(world: World, machine: KioskMachine, dice: random.Random) -> str:
    """An administrator revokes the kiosk."""
    return world.revoke(machine)


def administer(world: World, machine: KioskMachine, dice: random.Random) -> str:
    """An administrator confirms what can be confirmed, whatever is still under way."""
    world.cloud.administer()
    return "an administrator looks"


def poison(world: World, machine: KioskMachine, dice: random.Random) -> str:
    """The newest body is not what its header commits to."""
    return world.poison(machine, dice)


WEIGHTS: dict[Fault, int] = {
    storm: 8,
    partition: 4,
    power_cut: 2,
    power_cut_at_a_statement: 6,
    kill: 2,
    full_disk: 3,
    wrong_clock: 4,
    take_image: 3,
    restore_image: 3,
    lose_wal: 3,
    spoil_page: 6,
    clone: 2,
    copy_cloud: 2,
    restore_cloud: 2,
    cloud_away: 2,
    cloud_stumbles: 6,
    revoke: 1,
    administer: 3,
    poison: 3,
}
AT_LEAST, AT_MOST = 4, 9


def choose(dice: random.Random) -> list[Fault]:
    """The faults of a run, at least three of which do harm (a copy alone does none, nor does an administrator)."""
    many = dice.randint(AT_LEAST, AT_MOST)
    faults = dice.choices(list(WEIGHTS), list(WEIGHTS.values()), k=many)
    if sum(fault not in (take_image, copy_cloud, administer) for fault in faults) < 3:
        faults += [storm, power_cut_at_a_statement, kill]
    return faults
