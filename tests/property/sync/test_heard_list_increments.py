"""The kept list with what was heard of other kiosks equals the full fold, and the protocol's fold of the same facts."""

from __future__ import annotations

import tempfile
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.device import muster_roll
from sync.device.event_rows import read_event
from sync.device.heard_events import Doubt, HeardEvents
from sync.protocol.feed import ClearBranch, Roster
from sync.protocol.fold import Standing, fact, fold
from sync.protocol.kinds import Kind
from tests.fakes.sync_neighbour import Neighbour
from tests.property.sync.test_muster_roll_increments import OPERATIONS, STANDINGS, STAYS, Lobby

KINDS = (Kind.VISITOR_ARRIVED, Kind.VISITOR_DEPARTED, Kind.DEPARTURE_REVOKED, Kind.CONSENT_RECORDED)
HEARD = st.one_of(
    st.tuples(st.just("dock"), st.tuples(st.sampled_from(KINDS), st.sampled_from(STAYS))),
    st.tuples(st.just("hear"), st.tuples(st.integers(1, 6), st.integers(0, 5), st.sampled_from(["", "q", "f"]))),
    st.tuples(st.just("copy"), st.integers(0, 5)),
    st.tuples(st.just("dock_roster"), st.tuples(st.sampled_from(STANDINGS), st.integers(0, 4))),
    st.tuples(st.just("dock_clear"), st.tuples(st.integers(1, 6), st.booleans())),
)


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


@settings(max_examples=60, deadline=None)
@given(operations=st.lists(st.one_of(OPERATIONS, HEARD, HEARD), max_size=40), page=st.sampled_from([1, 2, 5, 1000]))
def test_c21_the_kept_list_with_what_was_heard_equals_the_full_fold_after_every_step(
    operations: list[tuple[str, object]], page: int
) -> None:
    """C07, C21, C22: heard in parts, again, in any order and doubt, of a forked log, between restarts and crashes."""
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(muster_roll, "_PAGE", page)
        lobby = SharedLobby(Path(name))
        try:
            for operation, detail in operations:
                lobby.run(operation, detail)
                lobby.check()
        finally:
            lobby.rig.close()
