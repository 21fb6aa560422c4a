"""Bodies that the cloud has for sure leave the kiosk; nothing that must still be sent, and nobody who is on site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.device.epochs import ASKED
from sync.device.errors import DiskFullError
from sync.device.muster_roll import MusterRoll
from sync.device.notices import NoticeKind
from sync.device.pruning import BRIEF_SECONDS, DAY_MS, PAUSE_SECONDS, Pruning, PruningLimits
from sync.device.uploader import IDLE_SECONDS
from sync.protocol.batch import open_batch
from sync.protocol.chain import Head, follow
from sync.protocol.events import Event
from sync.protocol.hlc import ClockQuality
from sync.protocol.kinds import Kind
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_faulty_disk import failing
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig
from tests.fakes.sync_records import arrival, departure

HERE, GONE = UUID(int=1, version=4), UUID(int=2, version=4)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[DeviceRig]:
    made = enrol_rig(tmp_path, SyncCloud())
    yield made
    made.close()


def _pruning(rig: DeviceRig, *, page: int = 200) -> Pruning:
    limits = PruningLimits(page_events=page)
    return Pruning(log=rig.log, roll=MusterRoll(rig.log), clock=rig.clock, limits=limits)


def _events(rig: DeviceRig) -> list[Event]:
    return [event for epoch in rig.log.epochs.all() for event in rig.log.after(0, limit=10_000, epoch=epoch)]


def _assert_chains(rig: DeviceRig) -> None:
    for epoch in rig.log.epochs.all():
        head = Head.genesis(epoch)
        for event in rig.log.after(0, limit=10_000, epoch=epoch):
            head = follow(head, event)
            assert event.fault() is None
        assert head == rig.log.head_of(epoch)


def _two_visits(rig: DeviceRig) -> None:
    rig.log.append(arrival("Ada Sample", HERE))
    rig.log.append(arrival("Hedy Sample", GONE))
    rig.log.append(departure(GONE))
    rig.drain()
    rig.log.settle()
    rig.clock.wall += 15 * DAY_MS


def test_after_the_retention_bodies_go_but_not_the_names_of_those_on_site(rig: DeviceRig) -> None:
    _two_visits(rig)
    pruning = _pruning(rig)
    assert [pruning.step(), pruning.step()] == [BRIEF_SECONDS, PAUSE_SECONDS]
    assert all(event.full is None for event in _events(rig))
    assert {event.header.stay for event in _events(rig) if event.muster is not None} == {HERE}
    _assert_chains(rig)
    (stay,) = MusterRoll(rig.log).on_site()
    assert stay.muster is not None
    assert stay.muster.name == "Ada Sample"


def test_a_name_that_was_kept_goes_once_its_person_has_left(rig: DeviceRig) -> None:
    _two_visits(rig)
    pruning = _pruning(rig)
    pruning.prune()
    rig.log.append(departure(HERE))
    pruning.prune()
    assert {event.header.stay for event in _events(rig) if event.muster is not None} == {HERE}
    rig.log.settle()
    pruning.prune()
    assert [event.header.kind for event in _events(rig) if event.muster is not None] == [Kind.VISITOR_DEPARTED]
    assert MusterRoll(rig.log).on_site() == ()
    _assert_chains(rig)


def test_a_name_whose_person_has_left_only_for_an_unconfirmed_epoch_stays(rig: DeviceRig) -> None:
    """C08: a departure that does not count yet must not cost the name either."""
    _two_visits(rig)
    rig.log.begin_epoch(ASKED, after=rig.log.head.epoch)
    rig.log.append(departure(HERE))
    _pruning(rig).prune()
    (stay,) = MusterRoll(rig.log).on_site()
    assert stay.muster is not None


@pytest.mark.parametrize("durable", [0, 3, 5])
def test_nothing_above_durable_is_pruned_whatever_was_accepted(rig: DeviceRig, durable: int) -> None:
    """C09: only what a confirmed backup holds may go."""
    rig.cloud.durable = durable
    _two_visits(rig)
    _pruning(rig).prune()
    assert [event.header.seq for event in _events(rig) if event.full is None] == list(range(1, durable + 1))
    assert rig.outbox.accepted == 9


def test_nothing_younger_than_the_retention_goes_and_an_unbelieved_clock_makes_nothing_old(rig: DeviceRig) -> None:
    """C06: ten years ahead at quality 0 must not empty the kiosk."""
    _two_visits(rig)
    rig.clock.wall -= 2 * DAY_MS
    assert _pruning(rig).prune() == 0
    rig.clock.wall += 3650 * DAY_MS
    rig.clock.believed = ClockQuality.UNSYNCED
    assert _pruning(rig).prune() == 0
    assert all(event.full is not None for event in _events(rig))


def test_c06_what_a_wrong_clock_stamped_keeps_nothing_that_came_after_it(rig: DeviceRig) -> None:
    """C06: one visitor ten years ahead; the bodies of those who came later go as ever."""
    good = rig.clock.wall
    rig.clock.wall, rig.clock.believed = good + 3650 * DAY_MS, ClockQuality.UNSYNCED
    rig.log.append(arrival("During", GONE))
    rig.clock.wall, rig.clock.believed = good + DAY_MS, ClockQuality.NTP
    rig.drain()
    rig.log.append(departure(GONE))
    rig.log.append(arrival("After", HERE))
    rig.log.append(departure(HERE))
    rig.drain()
    rig.clock.wall += 15 * DAY_MS
    while _pruning(rig).step() == BRIEF_SECONDS:
        pass
    assert not [event.header.seq for event in _events(rig) if event.full is not None]


def test_a_full_disk_prunes_nothing_and_the_next_try_does(rig: DeviceRig) -> None:
    """C03: all of a page or nothing of it."""
    _two_visits(rig)
    before = _events(rig)
    pruning = _pruning(rig)
    for verb in ("update", "insert", "commit"):
        with failing(rig.records.database, verb), pytest.raises(DiskFullError):
            pruning.prune()
        assert _events(rig) == before
    pruning.prune()
    assert all(event.full is None for event in _events(rig))


def test_c13_a_departure_that_counts_for_nothing_does_not_begin_to_count_when_it_is_pruned(rig: DeviceRig) -> None:
    """C13: its faulty body is what keeps the person on the list."""
    rig.log.append(arrival("Ada Sample", HERE))
    rig.log.append(departure(HERE))
    with rig.records.database.transaction() as tables:
        tables.execute(
            "update event set full = cast(substr(full, 1, 32) || '{}' as blob) where kind = 'visitor.departed'"
        )
    rig.drain()
    rig.log.settle()
    rig.clock.wall += 15 * DAY_MS
    assert _pruning(rig).prune() == 5
    (stay,) = MusterRoll(rig.log).on_site()
    assert stay.muster is not None
    assert [event.full is None for event in _events(rig)] == [True] * 4 + [False]


def test_c09_a_server_restored_below_what_was_pruned_gets_headers_and_is_told_of_it(rig: DeviceRig) -> None:
    """C09: header and ``-``; the person on site still has a name; the loss of details is told until closed."""
    _two_visits(rig)
    _pruning(rig).prune()
    rig.cloud.device.events.clear()
    rig.cloud.device.receipts.clear()
    again = rig.restart()
    again.drain()
    again.uploader.step()
    assert again.held() == again.recorded()
    assert all(event.full is None for event in again.cloud.device.events)
    assert again.cloud.device.quarantined == []
    named = [event for event in again.cloud.device.events if event.muster is not None]
    assert {event.header.stay for event in named} == {HERE}
    lost = again.log.notices.standing(NoticeKind.DETAILS_LOST)
    assert lost is not None
    assert (lost.seq, lost.known) == (9, 0)
    again.close()


def test_c39_a_body_erased_before_it_was_sent_goes_up_as_erased(rig: DeviceRig) -> None:
    """C39: also when it waits in a batch that was packed, and perhaps sent, already."""
    rig.log.append(arrival("Ada Sample", HERE))
    rig.log.append(arrival("Hedy Sample", GONE))
    rig.cloud.faults.unreachable = 1
    rig.uploader.step()
    packed = rig.outbox.next_batch()
    assert packed is not None
    assert _pruning(rig).erase(GONE) == 4
    rig.drain()
    assert rig.held() == rig.recorded()
    assert [event.muster is None for event in rig.cloud.device.events] == [False] * 4 + [True] * 4
    (sent,) = rig.sent()
    assert sent != packed.wire
    assert b"Hedy" not in b"".join(event.line() for event in open_batch(sent, rig.cloud.device.expectation).events)
    _assert_chains(rig)


def test_erasing_leaves_other_batches_as_they_were_packed(rig: DeviceRig) -> None:
    rig.log.append(arrival("Ada Sample", HERE))
    packed = rig.outbox.next_batch()
    rig.log.append(arrival("Hedy Sample", GONE))
    rig.log.settle()
    assert _pruning(rig).erase(GONE) == 4
    again = rig.outbox.next_batch()
    assert packed is not None
    assert again is not None
    assert again.wire == packed.wire
    assert _pruning(rig).erase(UUID(int=77, version=4)) == 0


@settings(max_examples=12, deadline=None)
@given(
    steps=st.lists(
        st.sampled_from(["arrive", "depart", "drain", "prune", "age", "settle", "epoch", "restore"]), max_size=25
    ),
    page=st.sampled_from([1, 3, 200]),
)
def test_c09_the_cloud_always_gets_every_body_that_it_never_called_durable(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str], page: int
) -> None:
    """Any order of visits, receipts, pruning and restores from the backup that ``durable`` spoke of."""
    life = _Life(enrol_rig(tmp_path_factory.mktemp("kiosk"), SyncCloud()), page)
    rig = life.rig
    try:
        for step in steps:
            getattr(life, step)()
        assert any(rig.uploader.step().wait_seconds == IDLE_SECONDS and not rig.outbox.waiting for _ in range(80))
        _assert_chains(rig)
        _assert_nothing_was_lost(rig)
        assert all(stay.muster is not None for stay in MusterRoll(rig.log).on_site())
    finally:
        rig.close()


class _Life:
    """What may happen to a kiosk and its cloud."""

    def __init__(self, rig: DeviceRig, page: int) -> None:
        self.rig = rig
        self._pruning = _pruning(rig, page=page)
        self._present: list[UUID] = []
        self._visits = 0

    def arrive(self) -> None:
        self._visits += 1
        self._present.append(UUID(int=100 + self._visits, version=4))
        self.rig.log.append(arrival(f"Visitor {self._visits}", self._present[-1]))

    def depart(self) -> None:
        if self._present:
            self.rig.log.append(departure(self._present.pop(0)))

    def drain(self) -> None:
        self.rig.cloud.durable = self.rig.log.head.seq // 2
        self.rig.drain(60)

    def prune(self) -> None:
        self._pruning.prune()

    def age(self) -> None:
        self.rig.clock.wall += 10 * DAY_MS

    def settle(self) -> None:
        self.rig.log.settle()

    def epoch(self) -> None:
        self.rig.log.begin_epoch(ASKED, after=self.rig.log.head.epoch)

    def restore(self) -> None:
        """The cloud comes back from the backup that its receipts called durable."""
        for epoch, device in self.rig.cloud.devices.items():
            del device.events[self.rig.outbox.durable_in(epoch) :]
            device.receipts.clear()
        self.rig.uploader._settlement.reopen()


def _assert_nothing_was_lost(rig: DeviceRig) -> None:
    for device in rig.cloud.devices.values():
        for event in [*device.events, *device.branch.values()]:
            assert event.full is not None
            assert event.muster is not None
    taken = {event.hash for device in rig.cloud.devices.values() for event in device.events}
    beside = {digest for device in rig.cloud.devices.values() for digest in device.branch}
    assert {event.hash for event in _events(rig)} <= taken | beside
