"""A photo is kept sealed, with its arrival, if the visitor agreed and there is room; it never costs a check-in."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest

from kiosk.composition.desks import Desks, build_desks
from kiosk.composition.station import Station
from kiosk.ports import ArrivalDraft, Arrived, ConsentPurpose
from kiosk.status_report import status_facts
from sync.device.errors import StorageError
from sync.device.free_space import FreeSpace
from sync.protocol.errors import SignatureError
from sync.protocol.exact_json import read
from sync.protocol.ink import encode_ink
from sync.protocol.kinds import ArrivedFull, ConsentFull, ObjectReference
from sync.protocol.sealing import MAX_CONTENT_BYTES, ObjectName, SealingKey, open_content, open_object_key, read_object
from tests.fakes.lone_station import draft, lone_station
from tests.fakes.sync_faulty_disk import failing
from tests.vectors.inked import INK

SIGNATURE = encode_ink(INK)
PHOTO = b"\xff\xd8" + bytes(range(256)) * 40


def arrive(desks: Desks, wanted: ArrivalDraft) -> UUID:
    arrived = desks.check_in.arrive(wanted)
    assert isinstance(arrived, Arrived)
    return UUID(arrived.stay_id)


def named(station: Station, stay: UUID) -> tuple[ObjectReference, ...]:
    """What the arrival says of its photo."""
    full = station.log.of_stay(stay)[0].full
    assert full is not None
    return read(full.bytes(), ArrivedFull, what="full").objects


def test_the_kept_photo_is_the_one_that_the_arrival_names_and_opens_for_the_organisation_alone(tmp_path: Path) -> None:
    with lone_station(tmp_path) as (lone, station):
        stay = arrive(build_desks(station), draft(station, photo=PHOTO))
        (reference,) = named(station, stay)
        waiting = station.objects.next(lambda _epoch: 10)
        assert waiting is not None
        sealed = station.objects.part(waiting.id, 0, 10**6)
        assert (waiting.id, waiting.sha256, waiting.size) == (reference.id, reference.sha256, reference.size)
        assert (waiting.seq, waiting.epoch) == (1, station.log.head.epoch)
        assert (reference.kind, reference.media, len(sealed)) == ("photo", "image/jpeg", reference.size)
        parts, name = read_object(sealed), ObjectName(station.enrolment.tenant, reference.id)
        own = open_object_key(parts, name=name, key=lone.sealing)
        assert open_content(parts.ciphertext, name=name, own=own) == PHOTO
        assert status_facts(station)["photos_waiting"] == 1


def test_r17_no_byte_of_a_photo_is_in_the_data_folder(tmp_path: Path) -> None:
    """R17: neither as it is nor in the database's pages."""
    with lone_station(tmp_path) as (_, station):
        arrive(build_desks(station), draft(station, photo=PHOTO))
        station.log.settle()
        found = [path for path in tmp_path.rglob("*") if path.is_file() and PHOTO[500:540] in path.read_bytes()]
    assert found == []


def signed(given: ArrivalDraft, *documents: str) -> ArrivalDraft:
    """The same, with a signature under each of these documents."""
    rules, photo = given.consents
    each = (replace(rules, document_id=name, signature=SIGNATURE, asked=2, right=1) for name in documents)
    return replace(given, consents=(rules, *each, photo))


def test_f05_a_signature_is_sealed_as_a_photo_is_and_its_consent_names_it(tmp_path: Path) -> None:
    """F05, R17, R30: nothing unsealed on the disk, and which text was signed stands in the records."""
    with lone_station(tmp_path) as (lone, station):
        stay = arrive(build_desks(station), signed(draft(station, photo=PHOTO), "induction"))
        photo, signature = named(station, stay)
        assert (photo.kind, signature.kind, signature.media) == ("photo", "signature", "image/svg+xml")
        parts = read_object(station.objects.part(signature.id, 0, 10**6))
        name = ObjectName(station.enrolment.tenant, signature.id)
        own = open_object_key(parts, name=name, key=lone.sealing)
        assert open_content(parts.ciphertext, name=name, own=own) == SIGNATURE
        bodies = [event.full for event in station.log.of_stay(stay)[1:4]]
        told = [read(body.bytes(), ConsentFull, what="consent") for body in bodies if body is not None]
        assert [(one.document, one.signature, one.asked, one.right) for one in told] == [
            ("site-rules", None, 0, 0),
            ("induction", signature.id, 2, 1),
            ("", None, 0, 0),
        ]
        station.log.settle()
        found = [path for path in tmp_path.rglob("*") if path.is_file() and b"stroke-linecap" in path.read_bytes()]
    assert found == []


def test_c03_where_photos_have_stopped_a_signature_is_kept_and_without_a_key_the_visit_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C03: a signature is as small as an event; F05: as many as an arrival can name."""
    with lone_station(tmp_path) as (_, station):
        desks, given = build_desks(station), draft(station, photo=PHOTO)
        monkeypatch.setattr(desks.check_in._photos, "_space", FreeSpace(lambda: 0))
        stay = arrive(desks, signed(given, *(f"d{number}" for number in range(9))))
        assert [reference.kind for reference in named(station, stay)] == ["signature"] * 7
        monkeypatch.setattr(desks.check_in._photos, "_sealing_key", lambda: None)
        assert named(station, arrive(desks, signed(given, "induction"))) == ()


def test_r30_without_consent_no_photo_is_kept(tmp_path: Path) -> None:
    """R30: whatever the draft holds."""
    with lone_station(tmp_path) as (_, station):
        given = draft(station, photo=PHOTO)
        unasked = tuple(one for one in given.consents if one.purpose is not ConsentPurpose.PHOTO)
        stay = arrive(build_desks(station), replace(given, consents=unasked))
        assert (named(station, stay), station.objects.waiting) == ((), 0)


@pytest.mark.parametrize("photo", [None, b"", bytes(MAX_CONTENT_BYTES + 1)], ids=["none", "empty", "too large"])
def test_a_photo_that_is_none_costs_nothing(tmp_path: Path, photo: bytes | None) -> None:
    with lone_station(tmp_path) as (_, station):
        stay = arrive(build_desks(station), draft(station, photo=photo))
        assert (named(station, stay), station.objects.waiting) == ((), 0)


def raising(error: Exception) -> SealingKey | None:
    raise error


@pytest.mark.parametrize("why", ["no key", "damaged page", "failing disk"])
def test_where_nothing_can_be_sealed_the_visitor_is_checked_in_without_a_kept_photo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    with lone_station(tmp_path) as (_, station):
        desks = build_desks(station)
        answers: dict[str, Callable[[], SealingKey | None]] = {
            "no key": lambda: None,
            "damaged page": lambda: raising(SignatureError("not the root")),
            "failing disk": lambda: raising(StorageError("failing")),
        }
        monkeypatch.setattr(desks.check_in._photos, "_sealing_key", answers[why])
        stay = arrive(desks, draft(station, photo=PHOTO))
        assert (named(station, stay), station.objects.waiting) == ((), 0)
        assert station.evacuation.on_site().count == 1


def test_c03_with_little_room_photos_stop_and_check_ins_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """C03: photos stop first."""
    floor = 256 * 1024 * 1024
    with lone_station(tmp_path) as (_, station):
        desks = build_desks(station)
        for free, kept in ((floor + 10**6, 1), (floor + 100, 1), (0, 1), (floor + 10**6, 2)):
            monkeypatch.setattr(desks.check_in._photos, "_space", FreeSpace(partial(int, free)))
            arrive(desks, draft(station, photo=PHOTO))
            assert station.objects.waiting == kept
        assert station.evacuation.on_site().count == 4


def test_c03_a_disk_that_has_no_room_for_the_photo_records_the_arrival_without_it(tmp_path: Path) -> None:
    """C03: check-ins last; and the arrival names nothing that is not there."""
    with lone_station(tmp_path) as (_, station):
        desks = build_desks(station)
        with failing(station.database, "insert into object"):
            stay = arrive(desks, draft(station, photo=PHOTO))
        assert (named(station, stay), station.objects.waiting) == ((), 0)
        assert [event.header.seq for event in station.log.of_stay(stay)] == [1, 2, 3]


def test_c03_a_disk_without_any_room_refuses_and_keeps_neither(tmp_path: Path) -> None:
    """C03."""
    with lone_station(tmp_path) as (_, station):
        desks = build_desks(station)
        with failing(station.database, "commit"):
            refused = desks.check_in.arrive(draft(station, photo=PHOTO))
        assert not isinstance(refused, Arrived)
        assert (station.log.head.seq, station.objects.waiting) == (0, 0)


def test_a_failure_that_is_no_full_disk_is_not_tried_again_without_the_photo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An arrival may have been recorded by the first call: a second one could make two visitors of one."""
    with lone_station(tmp_path) as (_, station):
        desks, calls = build_desks(station), []

        def refuse(acts: object, **_named: object) -> None:
            calls.append(acts)
            raise StorageError("failing")

        monkeypatch.setattr(station.log, "append", refuse)
        assert not isinstance(desks.check_in.arrive(draft(station, photo=PHOTO)), Arrived)
        assert len(calls) == 1
