"""An arrival is one durable act, and nothing else comes before it."""

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.composition.desks import build_desks
from kiosk.composition.station import open_station
from kiosk.ports import Arrived, BadgePromise, HostTold, RefusalReason, Refused
from sync.device.errors import DiskFullError, StorageError, WrongKeyError
from sync.protocol.exact_json import read
from sync.protocol.kinds import ArrivedFull, ArrivedMuster, ConsentFull, Kind
from tests.fakes.lone_station import HASH, draft, lone_station


def test_an_arrival_its_consents_and_its_badge_are_one_act(tmp_path: Path) -> None:
    with lone_station(tmp_path, printer="virtual:QL-820NWB") as (_, station):
        arrived = build_desks(station).check_in.arrive(draft(station))
        assert isinstance(arrived, Arrived)
        events = station.log.of_stay(arrived.stay_id)
    assert [event.header.kind for event in events] == [
        Kind.VISITOR_ARRIVED,
        Kind.CONSENT_RECORDED,
        Kind.CONSENT_RECORDED,
        Kind.BADGE_REQUESTED,
    ]
    assert {str(event.header.stay) for event in events} == {arrived.stay_id}


def test_the_bodies_hold_what_was_entered_and_the_header_holds_none_of_it(tmp_path: Path) -> None:
    with lone_station(tmp_path) as (_, station):
        arrived = build_desks(station).check_in.arrive(draft(station, assistance=True))
        assert isinstance(arrived, Arrived)
        event, consent, _photo = station.log.of_stay(arrived.stay_id)
    assert event.muster is not None
    assert event.full is not None
    muster = read(event.muster.bytes(), ArrivedMuster, what="muster")
    full = read(event.full.bytes(), ArrivedFull, what="full")
    assert (muster.name, muster.host, muster.zone, muster.assistance) == (
        "Odalys Fernhollow",
        "Ines Caldermoor",
        "Lobby",
        True,
    )
    assert full.email == "odalys@example.org"
    for word in (b"Odalys", b"Caldermoor", b"example.org", b"assist"):
        assert word not in event.raw_header
    assert consent.full is not None
    assert read(consent.full.bytes(), ConsentFull, what="consent").sha256 == HASH


def test_an_arrival_survives_a_restart_of_the_kiosk(tmp_path: Path) -> None:
    """C01: what was acknowledged is there, once, after the process has gone."""
    with lone_station(tmp_path) as (lone, station):
        arrived = build_desks(station).check_in.arrive(draft(station))
        assert isinstance(arrived, Arrived)
    with open_station(lone.configuration) as again:
        listed = again.evacuation.on_site()
    assert [person.stay_id for person in listed.entries] == [arrived.stay_id]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (DiskFullError("full"), RefusalReason.DISK_FULL),
        (StorageError("failing"), RefusalReason.STORE_ERROR),
        (WrongKeyError("damaged"), RefusalReason.DAMAGED),
    ],
)
def test_a_disk_that_refuses_refuses_the_visitor_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: StorageError, reason: RefusalReason
) -> None:
    """C03: the refusal is visible, and neither list nor queue knows the visitor."""
    with lone_station(tmp_path, printer="virtual:QL-820NWB") as (_, station):
        desks = build_desks(station)

        def refuse(_acts: object) -> None:
            raise fault

        monkeypatch.setattr(station.log, "append", refuse)
        assert desks.check_in.arrive(draft(station)) == Refused(reason)
        assert station.evacuation.on_site().count == 0
        assert station.log.head.seq == 0


def test_offline_the_host_is_promised_a_message_later_and_without_a_printer_no_badge(tmp_path: Path) -> None:
    with lone_station(tmp_path) as (_, station):
        desks = build_desks(station)
        desks.network.step_uploads()
        arrived = desks.check_in.arrive(draft(station))
    assert isinstance(arrived, Arrived)
    assert arrived.host_told is HostTold.WHEN_ONLINE
    assert arrived.badge is BadgePromise.NONE


@pytest.mark.parametrize("name", ["X", "ليان وادي النسيم", "🙂", "^XA~JA", "[b]bold[/b]", "<script>", "N" * 200])
def test_any_name_is_kept_as_it_was_typed(tmp_path: Path, name: str) -> None:
    """C34, C36: names are data."""
    with lone_station(tmp_path) as (_, station):
        build_desks(station).check_in.arrive(draft(station, name))
        assert [person.name for person in station.evacuation.on_site().entries] == [name]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("a\x00b", "ab"), ("Bcc: x\r\nX-Evil: 1", "Bcc: x X-Evil: 1"), ("\u202egnp.exe", "gnp.exe"), (" A \t B ", "A B")],
)
def test_signs_that_steer_a_screen_or_a_line_are_not_kept(tmp_path: Path, typed: str, kept: str) -> None:
    """C36, C37: a keyboard or a scanner may send what the keys on the screen do not have."""
    with lone_station(tmp_path) as (_, station):
        build_desks(station).check_in.arrive(draft(station, typed))
        assert [person.name for person in station.evacuation.on_site().entries] == [kept]


def test_a_canary_name_is_nowhere_in_the_raw_bytes_of_the_data_folder(tmp_path: Path) -> None:
    """R17: the database, its WAL and every other file of the folder."""
    with lone_station(tmp_path) as (_, station):
        build_desks(station).check_in.arrive(draft(station, "Canaria Zwitscher"))
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        found = [path.name for path in files if b"Canaria" in path.read_bytes()]
        assert len(files) >= 4
    assert found == []


def test_an_address_is_kept_whole(tmp_path: Path) -> None:
    """As long as one may be: what was agreed to is mailed there."""
    address = f"{'o' * 64}@{'.'.join(['fernhollow' * 5] * 3)}.example.org"
    with lone_station(tmp_path) as (_, station):
        build_desks(station).check_in.arrive(replace(draft(station), email=address))
        (event,) = station.log.of_kinds([Kind.VISITOR_ARRIVED])
    assert event.full is not None
    assert 200 < len(address) <= 254
    assert read(event.full.bytes(), ArrivedFull, what="a body").email == address
