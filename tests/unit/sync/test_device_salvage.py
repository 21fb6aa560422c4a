"""C05: a damaged page costs what stood in it, everything else is saved, and what is missing is told."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from sync.device.muster_roll import MusterRoll
from sync.device.salvage.draft import Refusal
from sync.device.salvage.salvage import NothingWrong
from sync.device.standing import OwnStanding
from sync.protocol.identifiers import stay_id
from sync.protocol.kinds import Kind
from sync.protocol.repeats import AGAIN
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_damage import (
    arrivals_at,
    arrived,
    blank,
    flip,
    listed,
    page_count,
    page_of_event,
    root_of,
    salvage_folder,
    salvaged,
    taken,
)
from tests.fakes.sync_epochs import confirm, roster
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig, open_rig
from tests.fakes.sync_records import Bytes, arrival, departure

SENT, UNSENT = 4, 8


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "kiosk"
    made.mkdir()
    return made


def _visit(rig: DeviceRig, first: int, count: int) -> None:
    for number in range(first, first + count):
        rig.log.append(arrival(f"Visitor {number}", stay_id(Bytes(1000 + number))))


def _record(folder: Path, cloud: SyncCloud) -> DeviceRig:
    """Some visitors whom the cloud has heard of, and more whom it has not."""
    rig = enrol_rig(folder, cloud)
    _visit(rig, 0, SENT)
    rig.drain()
    _visit(rig, SENT, UNSENT)
    rig.log.settle()
    return rig


def _damage(folder: Path, cloud: SyncCloud, *pages_of_seqs: int) -> None:
    """The same, with the pages of some events damaged."""
    _record(folder, cloud).close()
    for page in {page_of_event(folder / "lodge.db", seq) for seq in pages_of_seqs}:
        flip(folder / "lodge.db", page)


def test_c05_a_sound_database_is_left_alone(folder: Path) -> None:
    """C05: neither changed nor copied."""
    _record(folder, SyncCloud()).close()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert isinstance(salvage_folder(folder), NothingWrong)
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "salvage.lock"} == before


def test_c05_whichever_page_is_damaged_the_rest_is_saved_and_arrives_once(folder: Path, tmp_path: Path) -> None:
    """C05: a bit of each page in turn, or all of it. What is readable is listed and reaches the cloud once; what is not
    is told. No page is the end of a kiosk: who it is, and its keys, stand on two (ADR 111).
    """
    _record(folder, SyncCloud()).close()
    count, outcomes = page_count(folder / "lodge.db"), Counter[str]()
    for page in range(1, count + 1):
        outcomes[_one_page(tmp_path / f"card-{page}", page)] += 1
    assert sum(outcomes.values()) == count
    assert outcomes["whole"] > 20
    assert outcomes["told"] >= 2, "page 1 and the root of the events: nothing is missing, but nobody can be sure"
    assert outcomes["4 missing"] > 10


def _one_page(folder: Path, page: int) -> str:
    folder.mkdir()
    cloud = SyncCloud()
    rig = _record(folder, cloud)
    everybody = arrived(rig.log)
    rig.close()
    sound = (folder / "lodge.db").read_bytes()
    if page % 2:
        blank(folder / "lodge.db", page)
    else:
        flip(folder / "lodge.db", page, at=20 + page * 37 % 4000, bit=page % 8)
    damaged = (folder / "lodge.db").read_bytes()
    outcome = salvaged(folder)
    assert (outcome.evidence / "lodge.db").read_bytes() == damaged != sound
    assert outcome.contents.unreadable == [page]
    again = open_rig(folder, cloud)
    found = arrived(again.log)
    assert listed(again.log) == found
    again.drain(40)
    assert set(arrivals_at(cloud)) >= found
    assert set(arrivals_at(cloud).values()) == {1}, "once each"
    told = again.log.incomplete is not None
    assert told == outcome.new_epoch == (len(again.log.epochs.all()) == 2)
    assert told or found == everybody, "nobody is missing without a word"
    assert again.records.database.read("pragma integrity_check") == [{"integrity_check": "ok"}]
    again.close()
    return f"{outcome.missing} missing" if outcome.missing else "told" if told else "whole"


def test_c05_a_database_of_another_key_is_not_touched(folder: Path) -> None:
    """C05: nothing opens, so nothing is known to be damaged."""
    _record(folder, SyncCloud()).close()
    content = (folder / "lodge.db").read_bytes()
    (folder / "lodge.db").write_bytes(bytes(byte ^ 0x55 for byte in content))
    assert salvage_folder(folder) is Refusal.KEY
    assert not list(folder.glob("damaged-*"))


def test_c05_visits_behind_a_gap_are_recorded_again_and_a_departure_still_counts(folder: Path) -> None:
    """C05: of people behind the gap: one left before the damage, one after the salvage, before it heard the cloud."""
    cloud = SyncCloud()
    rig = _record(folder, cloud)
    stays = [stay_id(Bytes(1000 + number)) for number in range(SENT + UNSENT)]
    rig.log.append(departure(stays[SENT + 4]))
    rig.log.settle()
    rig.close()
    flip(folder / "lodge.db", page_of_event(folder / "lodge.db", 4 * (SENT + 2) + 1))
    salvaged(folder)
    again = open_rig(folder, cloud)
    assert listed(again.log) == set(stays) - {stays[SENT + 2], stays[SENT + 4]}, "who left is off the list at once"
    again.log.append(departure(stays[SENT + 6]))
    old, new = again.log.epochs.all()
    again.drain(40)
    assert set(arrivals_at(cloud)) == set(stays) - {stays[SENT + 2]}
    assert set(arrivals_at(cloud).values()) == {1}
    assert {stays[SENT + 4], stays[SENT + 6]} <= listed(again.log), "until somebody confirms the new log"
    confirm(cloud, new)
    page = roster(cloud)
    believed = {stay.id for stay in MusterRoll(again.log, OwnStanding(again.log, lambda: page)).on_site()}
    assert believed == set(stays) - {stays[SENT + 2], stays[SENT + 4], stays[SENT + 6]}
    assert cloud.devices[old].events[-1].header.seq == 4 * (SENT + 2)
    again.close()


def test_c05_an_act_that_is_recorded_again_says_which_one_it_repeats(folder: Path) -> None:
    """C05: the bytes of such a body are for ever (ADR 51)."""
    cloud = SyncCloud()
    _damage(folder, cloud, 4 * SENT + 1)
    salvaged(folder)
    again = open_rig(folder, cloud)
    old, new = again.log.epochs.all()
    again.drain(40)
    repeated = cloud.devices[new].events[1]
    first = next(event for event in again.log.after(0, limit=99, epoch=old) if event.header.seq > 4 * SENT)
    assert (repeated.header.kind, repeated.header.stay) == (first.header.kind, first.header.stay)
    assert repeated.muster is not None
    assert repeated.full is not None
    assert first.muster is not None
    assert first.full is not None
    assert repeated.muster.bytes() == first.muster.bytes()
    mark = f',"again":{{"epoch":"{old}","seq":{first.header.seq},"hlc":"{first.header.hlc}"}}}}'
    assert repeated.full.bytes() == first.full.bytes()[:-1] + mark.encode()
    assert json.loads(repeated.full.bytes())[AGAIN]["seq"] == 4 * SENT + 5
    assert all(event.fault() is None for event in taken(cloud))
    again.close()


def test_c05_what_the_cloud_has_already_is_not_recorded_again_even_without_its_receipt(folder: Path) -> None:
    """C05: a gap among accepted events, and the receipts lost too: the cloud's answer to the next batch tells."""
    cloud = SyncCloud()
    _damage(folder, cloud, 5)
    flip(folder / "lodge.db", root_of(folder / "lodge.db", "receipt"))
    salvaged(folder)
    again = open_rig(folder, cloud)
    old, new = again.log.epochs.all()
    assert again.outbox.accepted_in(old) == 0
    again.drain(40)
    assert len(cloud.devices[old].events) == 4 * (SENT + UNSENT)
    assert [event.header.kind for event in cloud.devices[new].events] == [Kind.EPOCH_STARTED]
    assert set(arrivals_at(cloud).values()) == {1}
    again.close()


def test_c05_a_batch_that_waits_is_a_second_copy_of_its_events(folder: Path) -> None:
    """C05: packed and not yet answered: the events come back, and the same bytes go up."""
    cloud = SyncCloud()
    rig = _record(folder, cloud)
    packed = rig.outbox.next_batch()
    rig.close()
    assert packed is not None
    flip(folder / "lodge.db", page_of_event(folder / "lodge.db", 4 * SENT + 5))
    outcome = salvaged(folder)
    assert (outcome.missing, outcome.written.events.bodies_lost) == (0, 0)
    again = open_rig(folder, cloud)
    again.drain(40)
    assert packed.wire in again.sent()
    assert set(arrivals_at(cloud).values()) == {1}
    assert len(arrivals_at(cloud)) == SENT + UNSENT
    again.close()


def test_c05_a_server_that_is_restored_afterwards_is_given_everything_once_more(folder: Path) -> None:
    """C05, C09: what the gap swallowed is gone with the server's copy; what stands behind it is recorded again."""
    cloud = SyncCloud()
    _damage(folder, cloud, 5, 4 * SENT + 5)
    salvaged(folder)
    again = open_rig(folder, cloud)
    again.drain(40)
    old, _ = again.log.epochs.all()
    del cloud.devices[old].events[2:]
    cloud.devices[old].receipts.clear()
    found = arrived(again.log)
    last = again.restart()
    for _ in range(12):
        last.uploader.step()
    assert last.outbox.waiting == 0
    assert set(arrivals_at(cloud)) == found
    assert set(arrivals_at(cloud).values()) == {1}
    last.close()


@pytest.mark.parametrize("table", ["epoch_start", "chain", "receipt", "batch", "feed_page", "event_index", "object"])
def test_c05_a_second_damage_to_any_table_after_a_first_salvage_loses_nothing(folder: Path, table: str) -> None:
    """C05: a kiosk that has begun an epoch by itself: its start is evidence, and is signed anew where it is lost."""
    cloud = SyncCloud()
    _damage(folder, cloud, 4 * SENT + 5)
    salvaged(folder)
    rig = open_rig(folder, cloud)
    rig.drain(40)
    _visit(rig, 50, 2)
    rig.log.settle()
    before, epochs = arrived(rig.log), rig.log.epochs.all()
    rig.close()
    flip(folder / "lodge.db", root_of(folder / "lodge.db", table))
    assert salvaged(folder).missing == 4, "those of the first time, known still"
    again = open_rig(folder, cloud)
    assert arrived(again.log) == before
    assert again.log.epochs.all()[:2] == epochs
    assert not OwnStanding(again.log).judge()[epochs[1]].basis(), "nobody has confirmed it"
    again.drain(40)
    assert set(arrivals_at(cloud)) == before
    assert set(arrivals_at(cloud).values()) == {1}
    again.close()


def test_c05_an_object_goes_up_under_the_event_that_names_it_now(folder: Path) -> None:
    """C05: a photo whose visit was recorded again would else belong to an event that the cloud never gets."""
    cloud = SyncCloud()
    rig = _record(folder, cloud)
    seq = 4 * (SENT + 3) + 1
    row = {"id": "1d4a", "epoch": rig.log.head.epoch, "seq": seq, "size": 3, "since_ms": 0, "sealed": b"abc"}
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    with rig.records.database.transaction() as tables:
        tables.table("object").insert({**row, "sha256": digest, "stay": None})
        tables.table("object").insert({**row, "id": "ffff", "sha256": "00" * 32, "stay": None})
    rig.close()
    flip(folder / "lodge.db", page_of_event(folder / "lodge.db", 4 * SENT + 5))
    assert salvaged(folder).written.dropped == {"object": 1}
    again = open_rig(folder, cloud)
    again.drain(40)
    new = again.log.epochs.current
    (held,) = again.records.database.read("select epoch, seq from object")
    named = cloud.devices[new].events[held["seq"] - 1]
    assert held["epoch"] == new
    assert named.header.stay == stay_id(Bytes(1000 + SENT + 3))
    again.close()


def test_c05_an_epoch_of_which_nothing_is_left_is_never_appended_to_again(folder: Path) -> None:
    """C05: its chain, its events and the second witness are gone; only the enrolment still names it."""
    cloud = SyncCloud()
    rig = _record(folder, cloud)
    rig.drain()
    rig.log.begin_epoch("asked", after=rig.log.head.epoch)
    _visit(rig, 50, 1)
    rig.log.settle()
    rig.drain()
    epochs = rig.log.epochs.all()
    rig.close()
    path = folder / "lodge.db"
    for page in {root_of(path, "chain"), *(page_of_event(path, seq, chain=2) for seq in range(1, 6))}:
        flip(path, page)
    (folder / "witness").unlink()
    assert salvaged(folder).new_epoch
    again = open_rig(folder, cloud)
    assert again.log.epochs.current not in epochs
    _visit(again, 60, 1)
    again.drain(40)
    assert all(device.forked == 0 for device in cloud.devices.values())
    assert set(arrivals_at(cloud).values()) == {1}
    again.close()
