"""Who was invited together is found together: on the board, on the visit's page and by the search (F02, F16)."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from cloud_api.api import build_invitation_codes
from cloud_api.policy.reach import EVERYWHERE
from cloud_api.services.board import Board
from cloud_api.services.file_people import InvitationEntry, WindowEntry
from cloud_api.services.invitation_codes import InvitationCode
from cloud_api.services.organisation_file import VisitorTypeEntry
from cloud_api.services.visit_story import VisitStories
from sync.protocol.kinds import ArrivedFull, ArrivedMuster, Kind
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_server import OPERATOR, Ground, sample_file

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]


def _at(now: datetime, hours: int) -> str:
    return (now + timedelta(hours=hours)).isoformat(timespec="minutes")


def _invitation(key: str, now: datetime, group: str | None) -> InvitationEntry:
    window = WindowEntry(begins=_at(now, -2), ends=_at(now, 8))
    return InvitationEntry(key=key, type="visitor", name=key.title(), windows=(window,), group=group)


async def _come(ground: Ground, kiosk: FakeKiosk, name: str, key: str | None) -> UUID:
    invitation, stay = None, uuid4()
    if key is not None:
        code = await build_invitation_codes(ground.cloud).of_key(ground.tenant, key)
        assert isinstance(code, InvitationCode)
        invitation = code.invitation
    muster = ArrivedMuster(name=name, company="", host="", zone="", assistance=False, invitation=invitation)
    full = ArrivedFull(type="visitor", language="en", host_id=None, email="", phone="", answers={})
    kiosk.act(Kind.VISITOR_ARRIVED, ground.clock.now(), stay=stay, muster=muster, full=full)
    return stay


async def test_f02_a_party_is_marked_and_found_by_its_name(ground: Ground) -> None:
    """F02: whoever came alone, or by an invitation of their own, is not marked."""
    now = ground.clock.now()
    invited = (_invitation("ada", now, "kick-off"), _invitation("bram", now, "kick-off"), _invitation("una", now, None))
    kind = VisitorTypeEntry(id="visitor", words={"en": "Visitor"}, badge="visitor")
    await ground.cloud.organisations.apply(
        ground.tenant, sample_file(visitor_types=(kind,), invitations=invited), OPERATOR
    )
    kiosk = await ground.enrol()
    ada = await _come(ground, kiosk, "Ada Sample", "ada")
    for name, key in (("Bram Oakentide", "bram"), ("Una Sample", "una"), ("Kick Sample", None)):
        await _come(ground, kiosk, name, key)
    await ground.send(kiosk, kiosk.batch())
    board = Board(ground.cloud.db, ground.cloud.ring, ground.clock)
    whole, found = await board.view(ground.tenant, EVERYWHERE), await board.view(ground.tenant, EVERYWHERE, query="off")
    assert whole is not None
    assert found is not None
    marked = {row.name: row.party for row in whole.on_site}
    assert marked == {"Ada Sample": "kick-off", "Bram Oakentide": "kick-off", "Una Sample": "", "Kick Sample": ""}
    assert {row.name for row in found.on_site} == {"Ada Sample", "Bram Oakentide"}
    told = await VisitStories(ground.cloud.db, ground.cloud.ring, ground.clock).tell(ground.tenant, EVERYWHERE, ada)
    assert told is not None
    assert told.row.party == "kick-off"
