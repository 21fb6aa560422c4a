"""The people who come and go, at random moments and at random kiosks."""

from __future__ import annotations

import random
from collections.abc import Sequence
from uuid import UUID

from sync.protocol.chain import Act
from sync.protocol.kinds import (
    NOTHING,
    ArrivedFull,
    ArrivedMuster,
    BadgeRequestedFull,
    CalledFull,
    ConsentFull,
    DepartedFull,
    HeldFull,
    Kind,
    RevokedFull,
)
from sync.protocol.objects import SealedObject
from tests.simulation.kiosk_machine import KioskMachine
from tests.simulation.photos import Camera
from tests.simulation.scheduler import Scheduler

_NAMES = ("Ada", "Björn", "Chidi", "Dalia", "Eun-ji", "Farouk", "Gráinne", "Hana")


class Visitors:
    """Makes acts. Each person has a stay of their own; who left may be said to have left again."""

    def __init__(self, scheduler: Scheduler, host: UUID) -> None:
        self._random: random.Random = scheduler.stream("visitors")
        self._host = host
        self._camera = Camera(scheduler.stream("photos"))
        self._here: dict[UUID, str] = {}
        self._codes = scheduler.stream("invitations")
        self._invited: list[tuple[UUID, str]] = []
        self._calls = 0
        self.stays: dict[UUID, str] = {}
        """Where each person arrived, by the name of the machine."""

    def come_or_go(self, machine: KioskMachine) -> None:
        """One person at one machine does one thing."""
        draw = self._random.random()
        own = [stay for stay, where in self._here.items() if where == machine.name]
        others = [stay for stay, where in self._here.items() if where != machine.name]
        if draw < 0.28 and own:
            self._leave(machine, own)
        elif draw < 0.32 and others:
            self._leave(machine, others)
        elif draw < 0.36:
            self._say_again(machine)
        elif draw < 0.38:
            self._call(machine)
        elif draw < 0.40:
            machine.act([Act("future.thing", None, NOTHING, {"what": "nobody knows"})], "something unknown")
        else:
            self._arrive(machine)

    def _arrive(self, machine: KioskMachine) -> None:
        stay = UUID(bytes=self._random.randbytes(16), version=4)
        name = self._random.choice(_NAMES)
        invitation, name = self._invitation(name)
        photo = machine.photograph(self._camera)
        acts = arrival(stay, name, self._host, self._random.randrange(1, 4), photo, invitation)
        if machine.act(acts, f"{name} {str(stay)[:6]} arrives" + (", with a photo" if photo else ""), photo):
            self._here[stay] = self.stays[stay] = machine.name

    def _invitation(self, name: str) -> tuple[UUID | None, str]:
        """Some come by a code, and some by one that another door took as well, now and then under another name."""
        draw = self._codes.random()
        if draw < 0.6:
            return None, name
        if draw < 0.8 or not self._invited:
            self._invited.append((UUID(bytes=self._codes.randbytes(16), version=4), name))
            return self._invited[-1]
        code, invited = self._codes.choice(self._invited)
        return code, invited if draw < 0.95 else name

    def _leave(self, machine: KioskMachine, candidates: Sequence[UUID]) -> None:
        stay = self._random.choice(candidates)
        full = DepartedFull(method="badge")
        if machine.act([Act(Kind.VISITOR_DEPARTED, stay, full=full)], f"{str(stay)[:6]} leaves"):
            self._here.pop(stay)

    def _call(self, machine: KioskMachine) -> None:
        """Somebody asks for a person, or is held; each second time both, on one visit."""
        self._calls += 1
        stay = UUID(int=self._calls, version=4)
        acts = [Act(Kind.RECEPTION_CALLED, stay, full=CalledFull(zone="Mill Lane", language="en", assistance=False))]
        if self._calls % 2:
            acts.append(Act(Kind.VISITOR_HELD, stay, full=_HELD))
        machine.act(acts, f"reception is called, call {self._calls}")

    def _say_again(self, machine: KioskMachine) -> None:
        """A departure that was noted before, or one that is taken back."""
        gone = [stay for stay in self.stays if stay not in self._here]
        if not gone:
            return
        stay = self._random.choice(gone)
        if self._random.random() < 0.5:
            machine.act(
                [Act(Kind.VISITOR_DEPARTED, stay, full=DepartedFull(method="desk"))], f"{str(stay)[:6]} left again"
            )
        else:
            full = RevokedFull(reason="was still there")
            machine.act([Act(Kind.DEPARTURE_REVOKED, stay, full=full)], f"{str(stay)[:6]} is still there")


_HELD = HeldFull(
    reason="host", name="Ada Sample", company="", host="", assistance=False, type="visitor", language="en",
    host_id=None, email="", phone="", answers={},
)  # fmt: skip


def arrival(
    stay: UUID, name: str, host: UUID, more: int, photo: SealedObject | None = None, invitation: UUID | None = None
) -> list[Act]:
    """What a check-in records: the arrival, and up to two acts that follow it."""
    muster = ArrivedMuster(
        name=f"{name} Sample",
        company="Larkspur",
        host="Grace",
        zone="Mill Lane",
        assistance=False,
        invitation=invitation,
    )
    objects = () if photo is None else (photo.reference(),)
    full = ArrivedFull(type="visitor", language="en", host_id=host, email="", phone="", answers={}, objects=objects)
    consent = ConsentFull(
        purpose="document", document="rules", version="1", sha256="ab" * 32, language="en", granted=True
    )
    acts = [
        Act(Kind.VISITOR_ARRIVED, stay, muster, full),
        Act(Kind.CONSENT_RECORDED, stay, NOTHING, consent),
        Act(Kind.BADGE_REQUESTED, stay, NOTHING, BadgeRequestedFull(medium="62", photo=False)),
    ]
    return acts[:more]
