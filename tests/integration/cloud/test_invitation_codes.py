"""The server signs the codes of announced visitors, and a kiosk takes the very text (F03, C33, C46)."""

import io
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image

from cloud_api.api import build_invitation_codes
from cloud_api.clock import unix_ms
from cloud_api.policy.reach import EVERYWHERE, Reach
from cloud_api.services.code_pictures import draw_code
from cloud_api.services.directory import Directory
from cloud_api.services.invitation_codes import InvitationCode
from cloud_api.services.not_done import NotDone
from cloud_api.services.organisation_file import InvitationEntry, WindowEntry
from cloud_api.store import data_keys, signing_keys
from kiosk.admission_values import InvitationProblem, InvitationRefused, Invited
from kiosk.composition.desks import build_desks
from sync.device.clock import SystemClock
from sync.protocol.hlc import ClockQuality
from tests.fakes.cloud_server import OPERATOR, Ground, sample_file
from tests.fakes.installed_postgres import INSTALLED
from tests.fakes.kiosk_of_cloud import ask_feed, kiosk_of_cloud

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("binaries", INSTALLED[-1:], ids=["newest"], indirect=True, scope="session"),
]
GUEST = InvitationEntry(
    key="ada",
    type="visitor",
    name="Ada Sample",
    host="grace",
    windows=(
        WindowEntry(begins="2026-03-02T08:00Z", ends="2026-03-02T18:00Z"),
        WindowEntry(begins="2026-03-09T08:00Z", ends="2026-03-09T18:00:00Z"),
    ),
    uses=0,
)


@pytest.fixture(autouse=True)
def by_the_grounds_clock(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SystemClock, "quality", lambda _self: ClockQuality.NTP)
    monkeypatch.setattr(SystemClock, "wall_ms", lambda _self: unix_ms(ground.clock.now()))


async def announced(ground: Ground) -> InvitationCode:
    await ground.cloud.organisations.apply(ground.tenant, sample_file(invitations=(GUEST,)), OPERATOR)
    found = await build_invitation_codes(ground.cloud).of_key(ground.tenant, "ada")
    assert isinstance(found, InvitationCode)
    return found


async def withdraw_token_key(ground: Ground) -> None:
    """What ``lodge-cloud keys withdraw`` does."""
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        kid = next(key.id for key in await signing_keys.list_all(tx) if (key.purpose, key.standing) == TOKEN)
        await ground.cloud.ceremony.withdraw(tx, await data_keys.open_organisation_key(tx, ground.cloud.ring), kid)
        await ground.cloud.ceremony.publish_page(tx, Ed25519PrivateKey.from_private_bytes(ground.root))


TOKEN = ("token", "current")


async def test_f03_a_kiosk_takes_the_very_code_that_the_server_signed(ground: Ground, tmp_path: Path) -> None:
    """F03: as the camera reads it off the picture, and typed; it ends with the last window and not before."""
    code = await announced(ground)
    kiosk = await ground.enrol()
    (seen,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(draw_code(code.text))))
    assert (seen.text, code.expires_at.isoformat()) == (code.text, "2026-03-09T18:00:00+00:00")
    with kiosk_of_cloud(ground, kiosk, tmp_path / "kiosk", await ask_feed(ground, kiosk)) as station:
        desk = build_desks(station).invitations
        found = desk.by_code(seen.text)
        assert isinstance(found, Invited)
        assert (found.invitation, found.name) == (str(code.invitation), "Ada Sample")
        assert found.host is not None
        assert desk.by_code(code.readable) == found
        ground.clock.moment = code.expires_at - timedelta(milliseconds=1)
        assert desk.by_code(code.text) == found
        ground.clock.moment = code.expires_at + timedelta(milliseconds=1)
        assert desk.by_code(code.text) == InvitationRefused(InvitationProblem.EXPIRED)
        assert await build_invitation_codes(ground.cloud).of_key(ground.tenant, "ada") is NotDone.OVER


async def test_c46_a_code_by_a_withdrawn_key_is_refused_and_a_new_one_is_had(ground: Ground, tmp_path: Path) -> None:
    """C46, C33: after ``keys withdraw`` of the token key the old code is that of another place."""
    old = await announced(ground)
    kiosk = await ground.enrol()
    await withdraw_token_key(ground)
    new = await build_invitation_codes(ground.cloud).of(ground.tenant, EVERYWHERE, old.invitation)
    assert isinstance(new, InvitationCode)
    assert (new.text != old.text, new.readable) == (True, old.readable)
    with kiosk_of_cloud(ground, kiosk, tmp_path / "kiosk", await ask_feed(ground, kiosk)) as station:
        desk = build_desks(station).invitations
        assert desk.by_code(old.text) == InvitationRefused(InvitationProblem.OTHER_PLACE)
        assert isinstance(desk.by_code(new.text), Invited)


async def test_nobody_gets_a_code_of_what_is_called_off_or_out_of_reach(ground: Ground) -> None:
    cloud, code = ground.cloud, await announced(ground)
    codes = build_invitation_codes(cloud)
    assert await codes.of(ground.tenant, Reach(frozenset()), code.invitation) == code  # of all locations: as reading it
    assert await codes.of(ground.tenant, EVERYWHERE, UUID(int=7, version=4)) is NotDone.ABSENT
    assert await codes.of_key(ground.tenant, "nobody") is NotDone.ABSENT
    directory = Directory(cloud.db, cloud.ring, cloud.feed, cloud.trail, cloud.clock)
    assert await directory.call_off(ground.tenant, EVERYWHERE, code.invitation, OPERATOR)
    assert await codes.of(ground.tenant, EVERYWHERE, code.invitation) is NotDone.ABSENT
