"""The kept list with what was heard of other kiosks equals the full fold, and the protocol's fold of the same facts."""

from __future__ import annotations

import random
from pathlib import Path
from uuid import UUID

import pytest

from sync.device import muster_roll
from sync.device.event_rows import read_event
from sync.device.heard_events import Doubt, HeardEvents
from sync.protocol.feed import ClearBranch, Roster
from sync.protocol.fold import Standing, fact, fold
from sync.protocol.kinds import Kind
from tests.fakes.sync_neighbour import Neighbour
from tests.property.sync.test_muster_roll_increments import STANDINGS, STAYS, Lobby

KINDS = (Kind.VISITOR_ARRIVED, Kind.VISITOR_DEPARTED, Kind.DEPARTURE_REVOKED, Kind.CONSENT_RECORDED)
WEIGHTS = {
    "dock": 30,
    "hear": 30,
    "settle": 12,
    "arrive": 6,
    "depart": 6,
    "dock_roster": 4,
    "dock_clear": 4,
    "copy": 3,
    "revoke": 2,
    "cut": 2,
    "restart": 1,
}


def details(chance: random.Random) -> dict[str, object]:
    """What each step is about this time."""
    stay = chance.choice(STAYS)
    return {
        "dock": (chance.choices(KINDS, (4, 4, 1, 1))[0], stay),
        "hear": (chance.randint(1, 12), chance.randint(0, 6), chance.choice(["", "", "", "q", "f"])),
        "settle": None,
        "arrive": stay,
        "depart": stay,
        "dock_roster": (chance.choice(STANDINGS), chance.randint(0, 6)),
        "dock_clear": (chance.randint(1, 12), chance.random() < 0.5),
        "copy": chance.randint(0, 8),
        "revoke": stay,
        "cut": chance.choice(["insert", "delete", "commit", "after the commit"]),
        "restart": None,
    }


class SharedLobby(Lobby):
    """A lobby that hears of a kiosk at the dock, and of a copy of that one's card."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.dock = Neighbour(self.rig.enrolment)
        self.twin: Neighbour | None = None
        self.entry = self.dock.listed()

    def page(self) -> Roster | None:
        own = super().page()
        return Roster(kiosks=(*(() if own is None else own.kiosks), self.entry)) if hasattr(self, "entry") else own

    def do_dock(self, detail: tuple[Kind, UUID]) -> None:
        kind, stay = detail
        for machine in (self.dock, self.twin):
            if machine is None:
                continue
            if kind == Kind.VISITOR_ARRIVED:
                machine.comes(stay=stay)
            else:
                machine.does(kind, stay)

    def do_copy(self, seq: int) -> None:
        self.twin = self.twin or self.dock.copied(min(seq, len(self.dock.events)))

    def do_hear(self, detail: tuple[int, int, str]) -> None:
        first, more, doubt = detail
        heard = HeardEvents(self.rig.log)
        for machine in (self.dock, self.twin):
            if machine is not None and len(machine.events) >= first:
                last = min(first + more, len(machine.events))
                heard.take(
                    machine.told(
                        first,
                        last,
                        quarantined=(first,) if doubt == "q" else (),
                        flagged=(last,) if doubt == "f" else (),
                        without=(first,) if doubt == "q" else (),
                        beside=machine is self.twin,
                    )
                )

    def do_dock_roster(self, detail: tuple[str, int]) -> None:
        standing, forked = detail
        self.entry = self.dock.listed(standing, forked=forked)

    def do_dock_clear(self, detail: tuple[int, bool]) -> None:
        seq, copied = detail
        machine = self.twin if copied and self.twin is not None else self.dock
        if len(machine.events) >= seq:
            clear = ClearBranch(seq=seq, head=machine.events[seq - 1].hash)
            self.entry = self.dock.listed("frozen", forked=2, clear=clear)

    def expected(self) -> set[UUID]:
        """Who is present by the protocol's fold of all that is kept, judged here a second time and plainly."""
        key = self.entry.keys[0]
        rows = self.rig.records.database.read("select header, muster, null as full, doubt from heard_event")
        events = [(read_event(row), Doubt(row["doubt"])) for row in rows]
        by_hash = {event.hash: event for event, _ in events}
        line, at = set[str](), "" if key.clear is None else key.clear.head
        while (event := by_hash.get(at)) is not None:
            line.add(at)
            at = event.header.prev
        facts = []
        for event, doubt in events:
            standing = {"current": Standing.CLEAR, "frozen": Standing.CLEAR, "revoked": Standing.REVOKED}.get(
                key.standing, Standing.UNCONFIRMED
            )
            if standing is Standing.CLEAR and 0 < key.forked <= event.header.seq and event.hash not in line:
                standing = Standing.FORKED
            facts.append(fact(event, max(standing, doubt.standing, key=list(Standing).index)))
        judged = self.roll._own.judge()
        own = [fact(event, muster_roll._standing(event, judged)) for event in self.rig.log.of_kinds(list(KINDS))]
        return {stay.id for stay in fold([*facts, *own]).values() if stay.present}

    def check(self) -> None:
        super().check()
        assert {stay.id for stay in self.roll.on_site()} == self.expected()


@pytest.mark.parametrize("seed", range(24))
def test_c21_the_kept_list_with_what_was_heard_equals_the_full_fold_after_every_step(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C07, C21, C22: heard in parts, again, in any order and doubt, of a forked log, between restarts and crashes."""
    chance = random.Random(seed)
    monkeypatch.setattr(muster_roll, "_PAGE", chance.choice([1, 2, 5, 1000]))
    lobby = SharedLobby(tmp_path)
    try:
        for _ in range(70):
            (operation,) = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))
            lobby.run(operation, details(chance)[operation])
            lobby.check()
    finally:
        lobby.rig.close()
