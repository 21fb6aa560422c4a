"""One organisation's kiosks, its cloud and its visitors, and what an outside hand may do to them."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.device.database import DeviceDatabase
from sync.device.settings import Settings
from tests.simulation.card import DATABASE, Image
from tests.simulation.cloud_machine import CloudMachine
from tests.simulation.cloud_records import Copied
from tests.simulation.invariants import ONE_PAGE_IS_NO_END, require
from tests.simulation.kiosk_machine import KioskMachine, Lab
from tests.simulation.network import Network
from tests.simulation.organisation import Organisation, some_organisation
from tests.simulation.parts import DATABASE_KEY, Parts
from tests.simulation.photos import Album
from tests.simulation.reading import Found, read_card
from tests.simulation.salvaging import can_be_salvaged
from tests.simulation.scheduler import Scheduler
from tests.simulation.trace import Trace
from tests.simulation.truth import Truth
from tests.simulation.visitors import Visitors
from tests.simulation.watch import Watch


class World:
    """Everything of one run."""

    def __init__(self, seed: int, root: Path, organisation: Organisation | None = None) -> None:
        self.scheduler = Scheduler(seed)
        self.trace = Trace(self.scheduler)
        self.truth = Truth()
        self.album = Album()
        organisation = organisation or some_organisation(self.scheduler)
        self.cloud = CloudMachine(self.scheduler, self.trace, organisation)
        self._scratch = root / "scratch"
        self.watch = Watch(self.cloud)
        network = Network(self.scheduler, self.trace, self.cloud.receive)
        self._lab = Lab(self.scheduler, self.trace, self.truth, self.album, network, root)
        self.machines: list[KioskMachine] = []
        self.visitors = Visitors(self.scheduler, organisation.host)
        self.restored = False
        """Whether the server was put back to an earlier copy, so that kiosks may know more of its log than itself."""
        self.revoked: set[str] = set()
        """Lineages that the cloud believes no more."""
        self.rolled_back: set[str] = set()
        """Machines that run on from an earlier state of their card, or from another machine's."""
        self._spoilt = self._healed = False
        self._images: dict[str, list[tuple[Image, frozenset[str]]]] = {}
        """Copies of cards, each with what had been destroyed by then: of that its machine knew."""
        self._copies: list[Copied] = []

    def add_kiosk(self, name: str) -> KioskMachine:
        """A kiosk with a fresh enrolment, running."""
        machine = KioskMachine(name, name, self._lab)
        key = Ed25519PrivateKey.from_private_bytes(self.scheduler.stream(f"key {name}").randbytes(32))
        enrolment, keys = self.cloud.enrol(name, key)
        database = DeviceDatabase(machine.card.folder / DATABASE, DATABASE_KEY)
        try:
            Settings(database).enrol(enrolment, key=key, keys=keys, started_ms=self.scheduler.now_ms)
        finally:
            database.close()
        self.machines.append(machine)
        self._images[name] = []
        machine.start()
        return machine

    def take_image(self, machine: KioskMachine) -> None:
        """Copy a card, to be put back or cloned later."""
        self._images[machine.lineage].append((machine.card.image(), frozenset(self.truth.destroyed)))

    def restore_image(self, machine: KioskMachine, *, whole: bool, seconds: float) -> str:
        """Put an earlier copy back: of the whole card, or of the database without its witness."""
        images = self._images[machine.lineage]
        if not images:
            self.take_image(machine)
            return "card copied"
        image, gone_before = images[-1]

        def put_back(machine: KioskMachine) -> None:
            machine.unaware |= whole  # a witness that was put back itself still knows of nothing
            now = machine.card.image()
            machine.card.restore(image if whole else image.with_file("witness", now.files.get("witness", b"")))

        lost = self.damage(machine, put_back, seconds=seconds)
        if whole:
            # What a harm took since the copy was made, only the card that is gone now knew of.
            machine.beyond |= lost | (self._destroyed_by(machine) - gone_before)
        return "an earlier card is put back" if whole else "an earlier database is put back, the witness stays"

    def damage(self, machine: KioskMachine, harm: Callable[[KioskMachine], None], *, seconds: float) -> set[str]:
        """Take the power, do harm to the card, and switch on again; what is lost for good is written down."""
        self.rolled_back.add(machine.name)
        return self._harm(machine, harm, seconds=seconds)

    def _harm(self, machine: KioskMachine, harm: Callable[[KioskMachine], None], *, seconds: float) -> set[str]:
        machine.cut_power(restart_seconds=seconds)
        before = self.survey()
        harm(machine)
        machine.suspect = True
        return self._count_losses(machine.name, before)

    def spoil_page(self, machine: KioskMachine, where: float, *, seconds: float) -> str:
        """Change one byte of a database; where something is amiss already, none that would be the end of all (ADR 111).

        ``where``: 0 to 1, from its beginning to its end.
        """
        spoilt = "nothing can be spoilt"
        if self._healed:
            return spoilt

        def spoil(machine: KioskMachine) -> None:
            nonlocal spoilt
            image = machine.card.image()
            content = bytearray(image.files[DATABASE])
            content[int(where * len(content))] ^= 0xFF
            damaged = image.with_file(DATABASE, bytes(content))
            if can_be_salvaged(damaged, self._scratch, machine.clock):
                machine.card.restore(damaged)
                self._spoilt = True
                spoilt = f"a byte of the database is wrong, {where:.0%} into it"
            else:
                require(machine.suspect, ONE_PAGE_IS_NO_END, f"{machine.name}, {where:.2%} into it")

        self._harm(machine, spoil, seconds=seconds)
        return spoilt

    def clone(self, machine: KioskMachine) -> str:
        """A second machine with the same card."""
        if any(other.lineage == machine.lineage and other is not machine for other in self.machines):
            return "was cloned before"
        images = self._images[machine.lineage]
        image = images[-1][0] if images else machine.card.image()
        twin = KioskMachine(f"{machine.name}'", machine.lineage, self._lab)
        twin.card.restore(image)
        twin.unaware = True
        twin.suspect = machine.suspect = True
        self.rolled_back |= {machine.name, twin.name}
        self.machines.append(twin)
        twin.start()
        return f"cloned as {twin.name}"

    def copy_cloud(self) -> None:
        """Keep a copy of the server."""
        self._copies.append(self.cloud.snapshot())

    def restore_cloud(self) -> str:
        """Put an earlier copy of the server back."""
        if not self._copies:
            self.copy_cloud()
            return "server copied"
        before = self.survey()
        self.cloud.restore(self._copies[-1])
        self.restored = True
        self.watch.forget()
        self._count_losses("cloud", before)
        return "server restored from a copy"

    def revoke(self, machine: KioskMachine) -> str:
        """An administrator revokes a kiosk, one a run at most."""
        if self.revoked:
            return "one is revoked already"
        self.revoked.add(machine.lineage)
        self.cloud.revoke(machine.lineage)
        return "revoked"

    def poison(self, machine: KioskMachine, dice: random.Random) -> str:
        """Spoil a body that has not been packed yet, as a fault of the program would."""
        found = "nothing to spoil"

        def spoil(_parts: Parts) -> None:
            nonlocal found
            found = machine.spoil_newest(dice)

        machine.guard(spoil)
        return found

    def survey(self) -> Found:
        """All events and photos of which a copy exists anywhere."""
        found = Found({event.hash for event in self.cloud.records.events()}, self.cloud.photos.kept())
        for machine in self.machines:
            found = found.with_those_of(read_card(machine.card.image(), self._scratch, machine.clock))
        return found

    def _count_losses(self, name: str, before: Found) -> set[str]:
        """Write down what a harm destroyed, by what there was before it; the hashes of its events."""
        after = self.survey()
        lost = self.truth.destroy(before.events, after.events)
        photos = self.album.destroy(before.photos, after.photos)
        self.trace.note(name, f"{len(lost)} acknowledged events and {photos} photos are nowhere any more")
        return lost

    def count_rolled_back(self, name: str) -> int:
        """How many machines have the card of this one, if that was ever rolled back; else none."""
        lineage = next(machine.lineage for machine in self.machines if machine.name == name)
        together = [machine for machine in self.machines if machine.lineage == lineage]
        return len(together) if any(machine.name in self.rolled_back for machine in together) else 0

    def _destroyed_by(self, machine: KioskMachine) -> set[str]:
        told = self.truth.acknowledged
        return {hash_ for hash_ in self.truth.destroyed if told[hash_].machine == machine.name}

    def heal(self) -> None:
        """Everything that can be mended is mended: network, power, disks, clocks, server."""
        self.trace.note("world", "heals")
        self._healed = True
        self.cloud.come_up()
        self.cloud.stumbles = 0
        for lineage in sorted(self.revoked):
            # A server that was restored has forgotten it; kiosks hold the roster that says so.
            if self.cloud.forgot_revoking(lineage):
                self.cloud.revoke(lineage)
        for machine in self.machines:
            machine.line.calm()
            machine.line.join()
            machine.disk.make_room()
            machine.disk.disarm()
            machine.after_act = None
            machine.clock.set_by_ntp()
            machine.start()
            # Who was given the card of a machine whose page was spoilt may have the same page.
            if machine.damaged or (machine.suspect and self._spoilt):
                machine.salvage()

    def close(self) -> None:
        """Let go of all files."""
        for machine in self.machines:
            machine.stop()
