"""A photo from the kiosk's check-in to the console: both programs' own parts, real PostgreSQL, real TLS."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from uuid import UUID

import httpx
import numpy as np
import pytest
from PIL import Image

from cloud_api.composition import DatabaseAddresses
from cloud_api.postgres.cluster import Server
from kiosk.camera import encode_photo
from kiosk.composition.desks import Desks, build_desks
from kiosk.composition.station import Station, open_station, open_store
from kiosk.configuration import KioskConfiguration
from kiosk.ports import ArrivalDraft, Arrived, ConsentGiven, ConsentPurpose
from kiosk.status_report import status_facts, status_lines
from sync.device.enroller import enrol
from sync.device.https_transport import HttpsTransport
from sync.device.pruning import DAY_MS, Pruning, PruningLimits
from sync.protocol.hlc import ClockQuality
from tests.fakes.cloud_postgres import files_that_may_hold
from tests.fakes.cloud_server import OPERATOR
from tests.fakes.console_browser import BROWSER
from tests.fakes.console_server import EMAIL, PASSWORD, ConsoleServer, run_console

NOW = datetime(2026, 11, 21, 9, 12, tzinfo=UTC)


def photo(seed: int = 3) -> bytes:
    """A picture that no other file holds: noise over a gradient, as the kiosk's camera step makes JPEGs."""
    noise = np.random.default_rng(seed).integers(0, 60, (920, 760, 3), dtype=np.uint8)
    slope = np.linspace(40, 190, 760, dtype=np.uint8)[None, :, None]
    return encode_photo(np.asarray(noise + slope, dtype=np.uint8))


def draft(picture: bytes | None, *, agreed: bool = True) -> ArrivalDraft:
    consents = (ConsentGiven(ConsentPurpose.PHOTO, "en", NOW),) if agreed else ()
    return ArrivalDraft(
        visitor_type="visitor",
        display_name="Odalys Fernhollow",
        company="Larkspur Looms",
        email="",
        phone="",
        host_id=None,
        host_name="",
        needs_assistance=False,
        language="en",
        consents=consents,
        photo=picture,
    )


@pytest.fixture(scope="module")
def served(addresses: DatabaseAddresses) -> Iterator[ConsoleServer]:
    with run_console(addresses) as server:
        yield server


@contextmanager
def enrolled(served: ConsoleServer, folder: Path) -> Iterator[tuple[Station, Desks]]:
    """A kiosk of this server, without its window."""
    issued = served.run(served.cloud.fleet.create(served.ground.tenant, "Lobby kiosk", "mill-lane", OPERATOR))
    configuration = KioskConfiguration(data_folder=folder)
    transport = HttpsTransport(trust_any=True)
    with open_store(configuration) as (_, settings):
        enrol(
            issued.code.typed(),
            server=served.origin,
            transport=transport,
            settings=settings,
            entropy=secrets.token_bytes,
            now_ms=int(NOW.timestamp() * 1000),
        )
    transport.close()
    with open_station(configuration) as station:
        yield station, build_desks(station)


def arrive(desks: Desks, picture: bytes | None, *, agreed: bool = True) -> UUID:
    arrived = desks.check_in.arrive(draft(picture, agreed=agreed))
    assert isinstance(arrived, Arrived)
    return UUID(arrived.stay_id)


def drain(station: Station, desks: Desks) -> None:
    """Step until no event and no photo waits."""
    for _ in range(40):
        desks.network.hurry()
        desks.network.step_uploads()
        if station.outbox.waiting == 0 and station.objects.waiting == 0:
            return
    raise AssertionError((station.outbox.waiting, station.objects.waiting))


@contextmanager
def signed_in(served: ConsoleServer) -> Iterator[httpx.Client]:
    headers = {**BROWSER, "Origin": served.origin}
    with httpx.Client(base_url=served.origin, verify=False, headers=headers, timeout=30) as client:  # noqa: S501  its own certificate
        assert client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD}).status_code == 303
        served.vouch()
        yield client


def test_a_photo_taken_with_consent_is_shown_in_the_console_and_gone_from_the_kiosk(
    served: ConsoleServer, server: Server, addresses: DatabaseAddresses, tmp_path: Path
) -> None:
    """R17: and no byte of the picture is on any disk, the kiosk's or the cloud's."""
    picture = photo()
    with enrolled(served, tmp_path) as (station, desks), signed_in(served) as client:
        stay = arrive(desks, picture)
        assert status_facts(station)["photos_waiting"] == 1
        assert "photos        1 waiting for the cloud" in list(status_lines(status_facts(station)))
        assert not holds_picture(files_below(tmp_path), picture)
        drain(station, desks)
        assert status_facts(station)["photos_waiting"] == 0
        page = client.get(f"/visits/{stay}").text
        (source,) = re.findall(r'<img data-photo src="([^"]+)" alt="Photo of Odalys Fernhollow">', page)
        shown = client.get(source)
        assert shown.status_code == 200
        assert not holds_picture(files_below(tmp_path), picture)
    assert shown.headers["content-type"] == "image/jpeg"
    assert (shown.headers["cache-control"], shown.headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert "default-src 'self'" in shown.headers["content-security-policy"]
    with Image.open(BytesIO(shown.content)) as drawn, Image.open(BytesIO(picture)) as taken:
        assert (drawn.format, drawn.size) == ("JPEG", taken.size)
        difference = np.asarray(drawn, dtype=np.int16) - np.asarray(taken, dtype=np.int16)
        assert np.abs(difference).mean() < 12
    assert shown.content != picture
    assert len(list(served.cloud.settings.objects_folder.rglob("*-*"))) >= 1
    assert not holds_picture(files_below(served.cloud.settings.folder), picture)
    assert not holds_picture(files_that_may_hold(server, addresses), picture)


def test_r36_a_photo_and_its_visit_stay_on_the_kiosk_until_a_backup_holds_them(
    served: ConsoleServer, tmp_path: Path
) -> None:
    """R36, R17: over HTTPS; what comes after the backup began waits for the next one."""
    backups = served.cloud.backups
    served.run(backups.expect(expected=True))
    with enrolled(served, tmp_path) as (station, desks):
        arrive(desks, photo(5))
        for _ in range(8):
            desks.network.hurry()
            desks.network.step_uploads()
        epoch, recorded = station.log.head.epoch, station.log.head.seq
        assert (station.outbox.accepted, station.outbox.durable_in(epoch), station.objects.waiting) == (recorded, 0, 1)
        begun = served.run(backups.begin())
        later = arrive(desks, None)
    served.run(backups.confirm(begun.id))
    with open_station(KioskConfiguration(data_folder=tmp_path)) as station:  # a start asks anew, as an hour's wait does
        desks = build_desks(station)
        drain(station, desks)
        assert station.outbox.durable_in(epoch) == recorded < station.outbox.accepted
        assert station.clock.quality() is not ClockQuality.UNSYNCED
        limits = PruningLimits(retention_ms=-30 * DAY_MS)  # everything is old
        Pruning(log=station.log, roll=station.roll, clock=station.clock, limits=limits).prune()
        kept = {event.header.stay for event in station.log.after(0, limit=100) if event.full is not None}
    served.run(backups.expect(expected=False))
    assert kept == {later}


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def holds_picture(files: list[Path], picture: bytes) -> bool:
    """Whether any of these files holds a stretch of the picture: no two stretches of noise are alike."""
    pieces = [picture[start : start + 24] for start in range(600, len(picture) - 24, 4096)]
    for path in files:
        try:
            raw = path.read_bytes()
        except FileNotFoundError:
            continue
        if any(piece in raw for piece in pieces):
            return True
    return False


def test_the_search_for_a_picture_would_find_one(tmp_path: Path) -> None:
    """The positive control of the search above: a part of the picture within another file is found."""
    picture = photo()
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "page").write_bytes(b"x" * 1000 + picture[4000:12_000] + b"y")
    assert holds_picture(files_below(tmp_path), picture)
    assert not holds_picture(files_below(tmp_path), photo(4))
