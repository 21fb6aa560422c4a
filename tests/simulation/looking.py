"""A look in the midst of it: what must hold at every moment, healed or not."""

from __future__ import annotations

from tests.simulation.invariants import (
    EPOCH_HAS_CAUSE,
    EQUAL_ROSTERS,
    NOBODY_MISSING,
    NOTHING_DROPPED,
    PHOTO_SEALED,
    require,
)
from tests.simulation.judgement import differ
from tests.simulation.kiosk_machine import KioskMachine
from tests.simulation.log_judgement import look_at_alarm
from tests.simulation.oracle import expected_on_site
from tests.simulation.photos import FACE
from tests.simulation.world import World


def look(world: World, machine: KioskMachine) -> None:
    """Look at one kiosk, and at the cloud's list."""
    _look_at_cloud(world)
    if not machine.running:
        return
    look_at_alarm(world, machine)
    require(not machine.shows(FACE), PHOTO_SEALED, f"a photo can be seen on {machine.name}")
    listed, known = machine.on_site(), machine.hashes()
    for stay, told in world.truth.inside().items():
        if told.machine != machine.name or stay in listed:
            continue
        gone = told.hash not in known
        told_so = gone and (machine.says_incomplete() or machine.unaware or told.hash in machine.beyond)
        require(told_so, NOBODY_MISSING, f"{machine.name} does not list {str(stay)[:6]} and says nothing")
    if machine.suspect:
        return
    require(machine.epochs() == 1, EPOCH_HAS_CAUSE, f"{machine.name} is in its epoch number {machine.epochs()}")
    for told in world.truth.acknowledged.values():
        if told.machine == machine.name and told.hash not in known:
            require(False, NOTHING_DROPPED, f"{told.name} is not on its card")


def _look_at_cloud(world: World) -> None:
    listed, expected = world.cloud.records.present(), expected_on_site(world.cloud.records.rows())
    require(listed == expected, EQUAL_ROSTERS, f"the cloud and the rules: {differ(listed, expected)}")
