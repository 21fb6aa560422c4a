"""The list kept up to date bit by bit equals the full fold, whatever happens and wherever it is cut short."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.device import muster_roll
from sync.device.epochs import FORKED
from sync.device.errors import StorageError
from sync.device.muster_roll import MusterRoll
from sync.device.standing import OwnStanding
from sync.protocol.chain import Act
from sync.protocol.codes import readable_code
from sync.protocol.feed import ClearBranch, Roster, RosterKey, RosterKiosk
from sync.protocol.fold import Standing
from sync.protocol.kinds import AssumedFull, DepartedFull, Kind, RevokedFull
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_faulty_disk import failing
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig, open_rig
from tests.fakes.sync_records import arrival

STAYS = [UUID(int=number, version=4) for number in range(1, 5)]
STANDINGS = ["current", "frozen", "unconfirmed", "revoked", "something that came later"]

OPERATIONS = st.one_of(
    st.tuples(st.just("arrive"), st.sampled_from(STAYS)),
    st.tuples(st.just("depart"), st.sampled_from(STAYS)),
    st.tuples(st.just("spoilt_depart"), st.sampled_from(STAYS)),
    st.tuples(st.just("assume"), st.sampled_from(STAYS)),
    st.tuples(st.just("revoke"), st.sampled_from(STAYS)),
    st.tuples(st.just("stayless"), st.none()),
    st.tuples(st.just("settle"), st.none()),
    st.tuples(st.just("cut"), st.sampled_from(["insert", "delete", "commit", "after the commit"])),
    st.tuples(st.just("restart"), st.none()),
    st.tuples(st.just("epoch"), st.none()),
    st.tuples(st.just("roster"), st.tuples(st.integers(0, 3), st.sampled_from(STANDINGS), st.integers(0, 9))),
    st.tuples(st.just("clear"), st.tuples(st.integers(0, 3), st.integers(1, 9), st.booleans())),
    st.tuples(st.just("erase"), st.integers(0, 9)),
)


class Lobby:
    """A kiosk with a roster that changes, and a second program that reads beside it."""

    def __init__(self, folder: Path) -> None:
        self.rig: DeviceRig = enrol_rig(folder, SyncCloud())
        self.roster: dict[str, RosterKey] = {}
        self.roll = self._roll(self.rig)

    def _roll(self, rig: DeviceRig) -> MusterRoll:
        return MusterRoll(rig.log, OwnStanding(rig.log, self.page))

    def page(self) -> Roster | None:
        if not self.roster:
            return None
        kiosk = self.rig.enrolment.kiosk
        return Roster(kiosks=(RosterKiosk(kiosk=kiosk, name="Lobby", keys=tuple(self.roster.values())),))

    def run(self, operation: str, detail: object) -> None:
        getattr(self, f"do_{operation}")(detail)

    def do_arrive(self, stay: UUID) -> None:
        self.rig.log.append(arrival("Ada Sample", stay))

    def do_depart(self, stay: UUID) -> None:
        self.rig.log.append([Act(Kind.VISITOR_DEPARTED, stay, full=DepartedFull(method="badge"))])

    def do_spoilt_depart(self, stay: UUID) -> None:
        """A departure whose body is not the committed one: the cloud quarantines it."""
        self.do_depart(stay)
        with self.rig.records.database.transaction() as tables:
            tables.execute(
                "update event set full = cast(substr(full, 1, 32) || '{}' as blob) "
                "where place in (select max(place) from event)"
            )

    def do_assume(self, stay: UUID) -> None:
        self.rig.log.append([Act(Kind.DEPARTURE_ASSUMED, stay, full=AssumedFull(method="automatic"))])

    def do_revoke(self, stay: UUID) -> None:
        self.rig.log.append([Act(Kind.DEPARTURE_REVOKED, stay, full=RevokedFull(reason="seen inside"))])

    def do_stayless(self, _: object) -> None:
        (act, *_rest) = arrival()
        (event,) = self.rig.log.append([Act(act.kind, None, act.muster, act.full)])
        if event.header.seq % 2:
            self.do_depart(event.header.id)

    def do_settle(self, _: object) -> None:
        self.rig.log.settle()

    def do_cut(self, verb: str) -> None:
        """A failing disk, or an end of the process right after a commit, somewhere in ``settle``."""
        database = self.rig.records.database
        after = verb == "after the commit"
        error = KeyboardInterrupt() if after else None
        with failing(database, "commit" if after else verb, error, carry_out=after):
            try:
                self.rig.log.settle()
            except (StorageError, KeyboardInterrupt):
                return

    def do_restart(self, _: object) -> None:
        self.rig.close()
        self.rig = open_rig(self.rig.records.folder, self.rig.cloud)
        self.roll = self._roll(self.rig)

    def do_epoch(self, _: object) -> None:
        self.rig.log.begin_epoch(FORKED, after=self.rig.log.head.epoch)

    def do_roster(self, detail: tuple[int, str, int]) -> None:
        number, standing, forked = detail
        for epoch in self.rig.log.epochs.all()[number : number + 1]:
            self.roster[epoch] = RosterKey(kid=epoch, public="A" * 43, standing=standing, forked=forked, clear=None)

    def do_clear(self, detail: tuple[int, int, bool]) -> None:
        number, seq, ours = detail
        for epoch in self.rig.log.epochs.all()[number : number + 1]:
            head = self.rig.log.hash_at(seq, epoch=epoch) if ours else "0" * 64
            if head is not None:
                clear = ClearBranch(seq=seq, head=head)
                self.roster[epoch] = RosterKey(kid=epoch, public="A" * 43, standing="frozen", forked=1, clear=clear)

    def do_erase(self, seq: int) -> None:
        with self.rig.records.database.transaction() as tables:
            tables.execute("update event set muster = null where place % 7 = ?", (seq % 7,))

    def check(self) -> None:
        everything = self.roll.stays()
        assert self.roll.on_site() == tuple(stay for stay in everything if stay.present)
        for stay in everything:
            assert self.roll.find(stay.id) == stay


@settings(max_examples=40, deadline=None)
@given(operations=st.lists(OPERATIONS, max_size=40), page=st.sampled_from([1, 2, 5, 1000]))
def test_c01_the_kept_list_equals_the_full_fold_after_every_step(
    operations: list[tuple[str, object]], page: int
) -> None:
    """Shuffled acts, partial and forked epochs, standings that change, restarts, crashes inside ``settle``."""
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(muster_roll, "_PAGE", page)
        lobby = Lobby(Path(name))
        try:
            for operation, detail in operations:
                lobby.run(operation, detail)
                lobby.check()
        finally:
            lobby.rig.close()


def _busy_lobby(folder: Path) -> Lobby:
    lobby = Lobby(folder)
    for stay in STAYS:
        lobby.do_arrive(stay)
    lobby.do_depart(STAYS[0])
    lobby.rig.log.settle()
    return lobby


def test_a_list_that_missed_a_change_of_standing_would_differ(tmp_path: Path) -> None:
    """The planted fault: a table kept although the kiosk's own key is not believed any more (C07)."""
    lobby = _busy_lobby(tmp_path)
    assert (len(lobby.roll.on_site()), lobby.roll.is_outdated()) == (3, False)
    lobby.do_roster((0, "revoked", 0))
    assert lobby.roll.is_outdated()
    lobby.check()
    assert len(lobby.roll.on_site()) == 4
    with pytest.MonkeyPatch.context() as patch:
        lobby.roster.clear()
        lobby.rig.log.settle()
        patch.setattr(muster_roll, "basis_of", lambda judged: "always the same")
        lobby.do_settle(None)
        lobby.do_roster((0, "revoked", 0))
        with pytest.raises(AssertionError):
            lobby.check()
    lobby.rig.close()


def test_c13_a_departure_that_the_cloud_quarantines_takes_nobody_off_here_either(tmp_path: Path) -> None:
    """C13: the two lists agree; and a sound departure still counts."""
    lobby = _busy_lobby(tmp_path)
    lobby.do_spoilt_depart(STAYS[1])
    assert {stay.id for stay in lobby.roll.on_site()} == set(STAYS[1:])
    lobby.do_settle(None)
    lobby.do_depart(STAYS[1])
    assert {stay.id for stay in lobby.roll.on_site()} == set(STAYS[2:])
    lobby.check()
    lobby.rig.close()


def test_a_readable_code_finds_those_on_site_and_those_who_left(tmp_path: Path) -> None:
    """Indexed or not, present or not; a code of nobody finds nobody."""
    lobby = _busy_lobby(tmp_path)
    latest = UUID(int=50, version=4)
    lobby.do_arrive(latest)
    for stay in (*STAYS, latest):
        found = lobby.roll.find_readable(readable_code(stay))
        assert found is not None
        assert (found.id, found.present) == (stay, stay != STAYS[0])
    assert lobby.roll.find_readable("00000000") is None
    assert lobby.roll.find(UUID(int=77, version=4)) is None
    lobby.rig.close()


def test_a_list_that_forgot_the_tail_would_differ(tmp_path: Path) -> None:
    """The planted fault: only what the table knows is read."""
    lobby = _busy_lobby(tmp_path)
    lobby.do_arrive(UUID(int=99, version=4))
    lobby.check()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(muster_roll, "OPEN_STAYS", "select stay from present_stay where ? <> ''")
        with pytest.raises(AssertionError):
            lobby.check()
    lobby.rig.close()


def test_reading_the_list_costs_the_same_after_any_number_of_visits(tmp_path: Path) -> None:
    """Counted in steps of the database's own machine, not in seconds: flat from ten closed visits to a thousand."""
    lobby = Lobby(tmp_path)
    lobby.do_arrive(STAYS[0])
    generator, counts = random.Random(1), []
    for visits in (10, 100, 1000):
        for _ in range(visits // 4):
            stays = [UUID(bytes=generator.randbytes(16), version=4) for _ in range(4)]
            acts = [act for stay in stays for act in arrival("Ada Sample", stay)]
            acts += [Act(Kind.VISITOR_DEPARTED, stay, full=DepartedFull(method="badge")) for stay in stays]
            lobby.rig.log.append(acts)
        lobby.rig.log.settle()
        counts.append(_steps(lobby))
    assert max(counts) <= min(counts) * 1.2
    assert [stay.id for stay in lobby.roll.on_site()] == [STAYS[0]]
    assert len(lobby.roll.stays()) > 1000
    lobby.rig.close()


def _steps(lobby: Lobby) -> int:
    connection, steps = lobby.rig.records.database._connection, [0]

    def count() -> int:
        steps[0] += 1
        return 0

    connection.set_progress_handler(count, 1)
    lobby.roll.on_site()
    lobby.roll.find(STAYS[0])
    connection.set_progress_handler(None, 0)
    assert steps[0] > 10
    return steps[0]


def test_c07_departures_of_an_unconfirmed_epoch_take_nobody_off_until_it_is_confirmed(tmp_path: Path) -> None:
    """C07, C08: the kiosk judges its own events as everybody does."""
    lobby = _busy_lobby(tmp_path)
    lobby.do_epoch(None)
    lobby.do_depart(STAYS[1])
    lobby.rig.log.settle()
    own = OwnStanding(lobby.rig.log, lobby.page)
    doubted = [own.unconfirmed]
    assert {stay.id for stay in lobby.roll.on_site()} == set(STAYS[1:])
    lobby.do_roster((0, "frozen", 0))
    lobby.do_roster((1, "unconfirmed", 0))
    doubted.append(own.unconfirmed)
    assert {stay.id for stay in lobby.roll.on_site()} == set(STAYS[1:])
    lobby.do_roster((1, "current", 0))
    doubted.append(own.unconfirmed)
    assert doubted == [True, True, False]
    assert {stay.id for stay in lobby.roll.on_site()} == set(STAYS[2:])
    lobby.check()
    lobby.rig.close()


def test_c07_events_from_the_disputed_seq_on_count_only_on_the_confirmed_branch(tmp_path: Path) -> None:
    """C07: forked from the departure's seq on: it counts for nothing, until our branch is the clear one."""
    lobby = _busy_lobby(tmp_path)
    disputed, old = lobby.rig.log.head.seq, lobby.rig.log.head.epoch
    lobby.do_roster((0, "frozen", disputed))
    assert len(lobby.roll.on_site()) == 4
    judged = OwnStanding(lobby.rig.log, lobby.page).judge()[old]
    assert [judged.of(seq) for seq in (disputed - 1, disputed)] == [Standing.CLEAR, Standing.FORKED]
    lobby.do_clear((0, disputed, False))
    assert len(lobby.roll.on_site()) == 4
    lobby.do_clear((0, disputed, True))
    assert len(lobby.roll.on_site()) == 3
    lobby.check()
    lobby.rig.close()
