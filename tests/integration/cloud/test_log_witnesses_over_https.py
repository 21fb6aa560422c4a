"""A real kiosk as witness of a real server's log: a restore is found out, told, and answered by a new generation."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sync.archive_file import read_archive
from sync.protocol.archive import verify_archive
from sync.protocol.log_witness import AlarmKind, read_place
from tests.fakes.cloud_site import Site
from tests.fakes.kiosk_on_site import KioskOnSite, new_kiosk

pytestmark = pytest.mark.timeout(900)  # real processes, and each command opens the database anew


@contextmanager
def running(site: Site) -> Iterator[None]:
    with site.process("serve"), site.process("worker"):
        site.wait_until_ready()
        yield


def place(kiosk: KioskOnSite) -> str:
    keys = kiosk.station.settings.keys_page()
    assert keys is not None
    return read_place(kiosk.held(), log=keys[1].log).place


def generation(kiosk: KioskOnSite) -> int:
    return int(place(kiosk).partition(":")[0])


def size(kiosk: KioskOnSite) -> int:
    return int(place(kiosk).partition(":")[2])


def test_c40_a_restored_server_opens_a_new_generation_that_its_witness_made_it_name(
    own_site: Site, tmp_path: Path
) -> None:
    """C09, C40: yesterday's copy comes back; nobody waits, nothing is lost, and the rewrite is not silent."""
    site = own_site
    with running(site):
        folder, _ = new_kiosk(site, tmp_path, "Front door")
        with folder.open() as kiosk:
            kiosk.visit_until_shown(lambda: kiosk.station.outbox.memory.held() is not None)
    site.keep_copy("yesterday")
    with running(site), folder.open() as kiosk:
        # Else the kiosk would bring the same tree back by sending the same events again: that is no contradiction.
        site.run("kiosk", "create", "Back door", "--qr", str(tmp_path / "lost.png"))
        recorded = kiosk.station.log.head.seq
        kiosk.visit_until_shown(lambda: size(kiosk) > recorded + 10)
        assert kiosk.alarm() is None
        lost = kiosk.held()
    site.restore_copy("yesterday")
    with running(site):
        with folder.open() as kiosk:
            kiosk.visit_until_shown(lambda: generation(kiosk) == 2)
            alarm = kiosk.alarm()
            assert alarm is not None
            assert alarm.kind in (AlarmKind.SHRUNK, AlarmKind.REWRITTEN, AlarmKind.REOPENED)
            assert alarm.held == lost
            reopened = size(kiosk)
            kiosk.visit_until_shown(lambda: size(kiosk) > reopened)
            assert kiosk.station.outbox.waiting == 0
        archive = tmp_path / "audit.zip"
        facts = site.facts("audit", "export", "--reason", "drill", "--force", "-o", str(archive))
        verified = verify_archive(read_archive(archive), pinned_root=facts["root"])
        assert verified.log.endswith("/2")
        assert b"generation.opened" in read_archive(archive)["entries.jsonl"]


@pytest.fixture(autouse=True)
def clean(own_site: Site) -> None:
    """The copies of a test are its own."""
    with own_site.superuser("postgres") as connection:
        connection.execute("drop database if exists yesterday")
