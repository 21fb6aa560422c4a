"""The TLS key of a real server is rotated, and leaks, while a real kiosk is offline (C46)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cloud_api.clock import SystemClock
from cloud_api.config import TlsFiles, load_settings
from cloud_api.tls import make_certificate, read_pin
from sync.device.stepping import LinkState
from tests.fakes.cloud_site import Site
from tests.fakes.kiosk_on_site import KioskOnSite, new_kiosk

pytestmark = pytest.mark.timeout(900)  # real processes, and each command opens the database anew


@contextmanager
def serving(site: Site) -> Iterator[None]:
    with site.process("serve"):
        site.wait_until_ready()
        yield


def tls_of(site: Site) -> TlsFiles:
    files = load_settings(site.folder).tls
    assert files is not None
    return files


def change_certificate(site: Site, new: TlsFiles) -> None:
    files = tls_of(site)
    new.certificate.replace(files.certificate)
    new.key.replace(files.key)


def make_next(site: Site, folder: Path, name: str) -> TlsFiles:
    files = TlsFiles(certificate=folder / f"{name}.crt", key=folder / f"{name}.key", pinned=True)
    make_certificate(files, f"https://localhost:{site.port}", SystemClock().now())
    return files


def pins(kiosk: KioskOnSite) -> tuple[str, ...]:
    keys = kiosk.station.settings.keys_page()
    assert keys is not None
    return keys[1].tls


def test_c46_a_tls_key_that_was_announced_is_believed_and_the_old_one_falls_away(
    own_site: Site, tmp_path: Path
) -> None:
    """C46: rotated while the kiosk was offline; then the key leaks, and nobody could announce the next."""
    site, root = own_site, str(own_site.folder / "root.key")
    first = read_pin(tls_of(site))
    new = make_next(site, tmp_path, "next")
    second = read_pin(new)
    with serving(site):
        folder, kiosk_id = new_kiosk(site, tmp_path, "Front door")
        site.facts("keys", "page", "--root-key", root, "--next-tls", str(new.certificate))
        site.facts("keys", "rotate", "feed", "--root-key", root)  # a page in between keeps what is announced
        with folder.open() as kiosk:
            kiosk.lines.feed.step()
            assert pins(kiosk) == (first, second)
    change_certificate(site, new)
    with serving(site), folder.open() as kiosk:
        kiosk.visit()
        kiosk.drain()
        site.facts("keys", "page", "--root-key", root)
        kiosk.lines.feed.step()
        assert pins(kiosk) == (second,)
    change_certificate(site, make_next(site, tmp_path, "unannounced"))
    with serving(site):
        site.facts("keys", "page", "--root-key", root)
        with folder.open() as kiosk:
            kiosk.visit("Cleo Sample")
            assert kiosk.lines.uploader.step().state is LinkState.OFFLINE
            waiting = kiosk.station.outbox.waiting
        folder.enrol(site.facts("kiosk", "code", str(kiosk_id), "--qr", str(tmp_path / "c.png"))["code"], again=True)
        with folder.open() as kiosk:
            assert kiosk.station.outbox.waiting == waiting > 0
            kiosk.drain()
            assert pins(kiosk) == (read_pin(tls_of(site)),)
