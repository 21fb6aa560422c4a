"""C05: what is read out of a damaged database is verified, not trusted."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync.device.database import DeviceDatabase
from sync.device.muster_roll import MusterRoll
from sync.device.salvage.draft import Refusal
from sync.device.salvage.pages import PAGE_BYTES
from sync.device.schema import SEQ_BITS
from sync.protocol.feed import Hosts
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_damage import (
    arrived,
    flip,
    listed,
    overflow_pages,
    page_of_event,
    page_with,
    root_of,
    salvage_folder,
    salvaged,
)
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig, open_rig
from tests.fakes.sync_records import DATABASE_KEY, arrival

VISITS = 8
BASE = 1 << SEQ_BITS


@pytest.fixture
def rig(tmp_path: Path) -> DeviceRig:
    made = tmp_path / "kiosk"
    made.mkdir()
    rig = enrol_rig(made, SyncCloud())
    for number in range(VISITS):
        rig.log.append(arrival(f"Visitor {number}"))
    rig.log.settle()
    return rig


def _close_damaged(rig: DeviceRig) -> Path:
    """A damaged page that costs nothing makes the salvage look at all the rest."""
    folder = rig.records.folder
    rig.close()
    flip(folder / "lodge.db", root_of(folder / "lodge.db", "present_mark"))
    return folder


def _change(rig: DeviceRig, seq: int, column: str, change: Callable[[bytes], bytes | None]) -> None:
    """Change a stored value behind the log's back: the page is authentic, and what stands in it is not."""
    with rig.records.database.transaction() as tables:
        row = tables.table("event").get(BASE + seq)
        tables.table("event").update(BASE + seq, {column: change(row[column])})


def _first_digit_of(member: bytes) -> Callable[[bytes], bytes]:
    def change(header: bytes) -> bytes:
        at = header.index(b'"' + member + b'":"') + len(member) + 4
        return header[:at] + (b"1" if header[at : at + 1] != b"1" else b"2") + header[at + 1 :]

    return change


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda header: header[:-1], "not a header"),
        (lambda header: header.replace(b'"v":1', b'"v": 1'), "not in its exact form"),
        (lambda header: header.replace(b'"seq":9,', b'"seq":8,'), "of another place"),
        (_first_digit_of(b"kiosk"), "of another kiosk"),
        (_first_digit_of(b"epoch"), "of another epoch"),
        (_first_digit_of(b"prev"), "of another predecessor"),
        (_first_digit_of(b"hlc"), "contradicted by its successor, which its own predecessor vouches for"),
    ],
)
def test_c05_a_header_that_is_not_good_is_left_out_and_told(
    rig: DeviceRig, change: Callable[[bytes], bytes], what: str
) -> None:
    """C05: it does not decode, is not this kiosk's, or does not hash into its chain."""
    _change(rig, 9, "header", change)
    folder = _close_damaged(rig)
    outcome = salvaged(folder)
    assert outcome.written.events.refused == 1, what
    assert outcome.missing == 1
    assert outcome.new_epoch
    again = open_rig(folder, rig.cloud)
    assert again.log.incomplete is not None
    assert len(arrived(again.log)) == VISITS - (
        what != "contradicted by its successor, which its own predecessor vouches for"
    )
    again.close()


def test_c05_a_body_that_is_not_the_committed_one_is_dropped_and_its_person_listed_unnamed(rig: DeviceRig) -> None:
    """C05: the header stays, the chain is whole, nothing of the log is missing."""
    _change(rig, 9, "muster", lambda stored: stored.replace(b"Visitor 2", b"Somebody!"))
    _change(rig, 13, "full", lambda stored: stored[:20])
    folder = _close_damaged(rig)
    outcome = salvaged(folder)
    events = outcome.written.events
    assert (events.bodies_lost, events.unnamed, events.refused, outcome.missing, outcome.new_epoch) == (
        2,
        1,
        0,
        0,
        False,
    )
    again = open_rig(folder, rig.cloud)
    names = [None if stay.muster is None else stay.muster.name for stay in MusterRoll(again.log).on_site()]
    assert names == [None if number == 2 else f"Visitor {number}" for number in range(VISITS)]
    again.drain()
    assert again.held() == again.recorded()
    again.close()


def test_c05_bodies_that_were_erased_stay_erased(rig: DeviceRig) -> None:
    """C05, C39: an erased body is no lost one."""
    _change(rig, 9, "muster", lambda _: None)
    folder = _close_damaged(rig)
    assert salvaged(folder).written.events.bodies_lost == 0


def test_c05_the_bodies_of_a_header_outlive_a_damaged_page_that_the_row_goes_on_in(tmp_path: Path) -> None:
    """C05: a long row goes on in pages of its own; its header stands in the first one."""
    made = tmp_path / "kiosk"
    made.mkdir()
    rig = enrol_rig(made, SyncCloud())
    acts = arrival("Visitor with a lot to say")
    full: Any = acts[0].full
    long = [type(acts[0])(acts[0].kind, acts[0].stay, acts[0].muster, _with_answers(full))]
    rig.log.append([*long, *acts[1:]])
    rig.log.append(arrival("The next one"))
    rig.log.settle()
    rig.close()
    flip(made / "lodge.db", overflow_pages(made / "lodge.db")[-1])
    outcome = salvaged(made)
    events = outcome.written.events
    assert (events.count, events.bodies_lost, events.unnamed, outcome.new_epoch) == (8, 1, 0, False)
    again = open_rig(made, rig.cloud)
    assert len(listed(again.log)) == 2
    again.close()


def _with_answers(full: Any) -> Any:
    return type(full)(
        type=full.type,
        language=full.language,
        host_id=full.host_id,
        email=full.email,
        phone=full.phone,
        answers={f"question {number}": "answer " * 50 for number in range(30)},
    )


def test_c05_a_damaged_frame_of_the_wal_costs_its_page_and_not_what_was_recorded_after_it(rig: DeviceRig) -> None:
    """C05: SQLite would end the WAL there without a word."""
    folder, log = rig.records.folder, rig.log
    rig.records.database.read("pragma wal_checkpoint(truncate)")
    for number in range(6):
        log.append(arrival(f"Visitor {VISITS + number}"))
    files = {name: (folder / name).read_bytes() for name in ("lodge.db", "lodge.db-wal", "witness")}
    rig.close()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    flip_at = 32 + 24 + 100
    wal = bytearray(files["lodge.db-wal"])
    wal[flip_at] ^= 1
    (folder / "lodge.db-wal").write_bytes(wal)
    outcome = salvaged(folder)
    assert outcome.new_epoch
    assert outcome.written.events.count >= 4 * (VISITS + 5)
    again = open_rig(folder, rig.cloud)
    assert again.log.incomplete is not None
    assert len(arrived(again.log)) >= VISITS + 5
    again.drain(40)
    again.close()


@pytest.mark.parametrize("part", ["setting", "epoch"])
def test_c05_without_settings_or_keys_nothing_is_changed(rig: DeviceRig, part: str) -> None:
    """C05: who the kiosk is stands on two pages, and nowhere else."""
    folder = rig.records.folder
    rig.close()
    for table in (part, "second_copy"):
        flip(folder / "lodge.db", root_of(folder / "lodge.db", table))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert salvage_folder(folder) is Refusal.SETTINGS
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "salvage.lock"} == before


def test_c05_a_key_that_is_not_its_epochs_is_none(rig: DeviceRig) -> None:
    """C05: signing with it would be signing as somebody else."""
    with rig.records.database.transaction() as tables:
        tables.execute("update epoch set private = ?", (bytes(32),))
    assert salvage_folder(_close_damaged(rig)) is Refusal.SETTINGS


def test_c05_a_database_that_was_never_enrolled_is_nothing_to_salvage(tmp_path: Path) -> None:
    """C05."""
    DeviceDatabase(tmp_path / "lodge.db", DATABASE_KEY).close()
    content = bytearray((tmp_path / "lodge.db").read_bytes())
    content[2 * PAGE_BYTES - 1] ^= 1
    assert salvage_folder(tmp_path) not in (Refusal.SETTINGS, Refusal.KEY)


@pytest.mark.parametrize("table", ["receipt", "feed_page"])
def test_c05_a_receipt_or_page_that_is_not_what_was_signed_is_left_out(rig: DeviceRig, table: str) -> None:
    """C05: believing too high a receipt would lose what it claims to cover."""
    rig.drain()
    rig.cloud.publish(Hosts(hosts=()))
    rig.reader.step()
    change = {"receipt": "update receipt set accepted = accepted + 4", "feed_page": "update feed_page set version = 9"}
    with rig.records.database.transaction() as tables:
        tables.execute(change[table])
    folder = _close_damaged(rig)
    assert salvaged(folder).written.dropped == {table: 1}
    again = open_rig(folder, rig.cloud)
    again.drain()
    again.reader.step()
    assert again.outbox.accepted == 4 * VISITS
    assert [page.version for page in again.feed.held().values()] == [1]
    again.close()


def test_c05_the_pages_that_hold_a_row_are_found_by_the_helper(rig: DeviceRig) -> None:
    """What the other tests damage is what they say."""
    path = rig.records.folder / "lodge.db"
    rig.close()
    assert page_of_event(path, 1) != page_of_event(path, 4 * VISITS)
    assert page_with(path, lambda row: row[1] == "enrolment") > 1


def test_c05_a_write_that_the_card_lost_is_damage_although_every_page_is_authentic(tmp_path: Path) -> None:
    """C05: an old copy of a page has a good HMAC. Whoever is missing then is not missing without a word."""
    made = tmp_path / "kiosk"
    made.mkdir()
    rig = enrol_rig(made, SyncCloud())
    for _ in range(VISITS):
        rig.log.append(arrival())
    rig.log.settle()
    rig.records.database.read("pragma wal_checkpoint(truncate)")
    before = (made / "lodge.db").read_bytes()
    for _ in range(3):
        rig.log.append(arrival())
    rig.log.settle()
    everybody = arrived(rig.log)
    rig.close()
    (made / "witness").unlink()
    after = (made / "lodge.db").read_bytes()
    found: dict[int, str] = {}
    for start in range(0, len(before), PAGE_BYTES):
        old, new = before[start : start + PAGE_BYTES], after[start : start + PAGE_BYTES]
        if old == new:
            continue
        (made / "lodge.db").write_bytes(after[:start] + old + after[start + PAGE_BYTES :])
        outcome = salvage_folder(made)
        again = open_rig(made, rig.cloud)
        missing, told = everybody - arrived(again.log), again.log.incomplete is not None
        again.close()
        assert told or not missing
        found[start] = f"{type(outcome).__name__}, {'told' if told else 'whole'}"
        for path in (*made.glob("damaged-*"), made / "witness"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert "Salvaged, told" in found.values()
