"""C46: a rotated TLS key is followed by the keys page, without a restart of the kiosk."""

from pathlib import Path

import msgspec
import pytest

from sync.device.errors import UntrustedServerError
from sync.device.following_transport import FollowingTransport
from sync.device.settings import Settings
from sync.protocol.keyspage import page_hash, sign_keys_page
from sync.signable_request import SignableRequest
from tests.fakes.lone_station import lone_station
from tests.fakes.sync_tls import make_certificate, serve_tls
from workbench.lone_kiosk import LoneKiosk


def _pin(lone: LoneKiosk, settings: Settings, version: int, *pins: str) -> None:
    known = settings.keys_page()
    assert known is not None
    page = msgspec.structs.replace(known[1], version=version, previous=page_hash(known[0]), tls=pins)
    settings.replace_keys(sign_keys_page(page, lone.root), root=lone.root.public_key())


def test_c46_a_rotated_tls_key_is_followed_and_the_old_one_is_trusted_no_more(tmp_path: Path) -> None:
    old, new = make_certificate(tmp_path, name="old"), make_certificate(tmp_path, name="new")
    with lone_station(tmp_path / "kiosk") as (lone, station):
        _pin(lone, station.settings, 2, old.pin)
        transport = FollowingTransport(station.settings)
        with serve_tls(old) as before:
            assert transport.send(SignableRequest("GET", before.url + "/")).status == 200
        _pin(lone, station.settings, 3, new.pin)
        with serve_tls(new) as after:
            assert transport.send(SignableRequest("GET", after.url + "/")).status == 200
        with serve_tls(old) as stolen, pytest.raises(UntrustedServerError):
            transport.send(SignableRequest("GET", stolen.url + "/"))
        transport.close()
