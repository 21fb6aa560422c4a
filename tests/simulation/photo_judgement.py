"""What must hold of photos: after healing, and whenever a kiosk's card is looked at."""

from __future__ import annotations

from uuid import UUID

from sync.protocol.errors import ProtocolError
from tests.simulation.invariants import PHOTO_BEHIND_EVENT, PHOTO_LEAVES, PHOTO_SEALED, PHOTO_THERE, require
from tests.simulation.kiosk_machine import KioskMachine
from tests.simulation.photos import FACE
from tests.simulation.world import World


def judge_photos(world: World) -> None:
    """Every photo that an accepted event names is there, and on no kiosk any more; no other is anywhere."""
    for machine in world.machines:
        _require_sealed(machine)
    photos = world.cloud.photos
    named, kept = photos.named(), photos.kept()
    out_of_reach = {one for machine in world.machines if machine.lineage in world.revoked for one in machine.photos()}
    for photo in named:
        if photo in kept or (photo not in world.album.destroyed and photo not in out_of_reach):
            _require_shown(world, photo)
    for photo in world.cloud.records.rows().objects:
        behind = photos.is_behind_its_event(photo)
        require(behind, PHOTO_BEHIND_EVENT, f"{_short(photo)} is here, and no event names it")
    for machine in world.machines:
        if machine.lineage not in world.revoked:
            left = machine.photos() & named.keys()
            require(not left, PHOTO_LEAVES, f"{len(left)} photos wait on {machine.name}: {machine.photo_fault()}")


def _require_sealed(machine: KioskMachine) -> None:
    """Nothing on the card shows a face, neither in its files nor in what they decrypt to."""
    image = machine.card.image()
    found = [name for name, content in image.files.items() if FACE in content]
    found += [table for table, content in machine.contents() if FACE in content]
    require(not found, PHOTO_SEALED, f"a photo can be seen in {', '.join(found)} on {machine.name}")


def _require_shown(world: World, photo: UUID) -> None:
    try:
        shown = world.cloud.photos.shown(photo)
    except ProtocolError as error:
        require(False, PHOTO_THERE, f"{_short(photo)} does not open: {error}")
    else:
        taken = world.album.taken[photo]
        require(shown is not None, PHOTO_THERE, f"{_short(photo)} is nowhere")
        require(shown == taken, PHOTO_THERE, f"{_short(photo)} shows something else than was taken")


def _short(photo: UUID) -> str:
    return str(photo)[:6]
