"""Who came by an invitation: the people of a party are found together (F02, F16), and several arrivals of one person by
one invitation are one on every list (ADR 107).
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from cloud_api.api import build_api_keys, build_invitation_codes
from cloud_api.identity import build_identity
from cloud_api.policy.permissions import Permission
from cloud_api.policy.reach import EVERYWHERE, Reach
from cloud_api.services.api_keys import MadeKey, WantedKey
from cloud_api.services.board import Board
from cloud_api.services.earlier_visits import EarlierVisits
from cloud_api.services.file_people import InvitationEntry, WindowEntry
from cloud_api.services.invitation_codes import InvitationCode
from cloud_api.services.organisation_file import VisitorTypeEntry
from cloud_api.services.visit_story import VisitStories
from cloud_api.serving import build_rate_limit
from sync.protocol.kinds import ArrivedFull, ArrivedMuster, Kind
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_server import OPERATOR, Ground, sample_file
from tests.fakes.console_browser import (
    COOKIE,
)
from tests.integration.cloud.test_console_board import view

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]


def _at(now: datetime, hours: int) -> str:
    return (now + timedelta(hours=hours)).isoformat(timespec="minutes")


def _invitation(key: str, now: datetime, group: str | None) -> InvitationEntry:
    window = WindowEntry(begins=_at(now, -2), ends=_at(now, 8))
    return InvitationEntry(key=key, type="visitor", name=key.title(), windows=(window,), group=group)


async def _invite(ground: Ground, *invited: InvitationEntry) -> None:
    kind = VisitorTypeEntry(id="visitor", words={"en": "Visitor"}, badge="visitor")
    file = sample_file(visitor_types=(kind,), invitations=invited)
    await ground.cloud.organisations.apply(ground.tenant, file, OPERATOR)


async def _come(
    ground: Ground,
    kiosk: FakeKiosk,
    name: str,
    key: str | None,
    *,
    zone: str = "",
    assistance: bool = False,
    host_id: UUID | None = None,
) -> UUID:
    invitation, stay = None, uuid4()
    if key is not None:
        code = await build_invitation_codes(ground.cloud).of_key(ground.tenant, key)
        assert isinstance(code, InvitationCode)
        invitation = code.invitation
    muster = ArrivedMuster(name=name, company="", host="", zone=zone, assistance=assistance, invitation=invitation)
    full = ArrivedFull(type="visitor", language="en", host_id=host_id, email="", phone="", answers={})
    kiosk.act(Kind.VISITOR_ARRIVED, ground.clock.now(), stay=stay, muster=muster, full=full)
    return stay


async def test_f02_a_party_is_marked_and_found_by_its_name(ground: Ground) -> None:
    """F02: whoever came alone, or by an invitation of their own, is not marked."""
    now = ground.clock.now()
    await _invite(
        ground, _invitation("ada", now, "kick-off"), _invitation("bram", now, "kick-off"), _invitation("una", now, None)
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


async def test_two_arrivals_by_one_invitation_are_one_person_until_each_visit_has_ended(
    ground: Ground, client: httpx.AsyncClient
) -> None:
    """ADR 107: one on every list, with words; somebody else with the same code is somebody else."""
    await _invite(ground, _invitation("ada", ground.clock.now(), None))
    lobby, dock = await ground.enrol(), await ground.enrol("Dock kiosk")
    first = await _come(ground, lobby, "Ada Sample", "ada", zone="Front lobby", assistance=True)
    ground.clock.advance(minutes=12)
    grace = await ground.host()
    latest = await _come(ground, dock, "SAMPLE, Áda", "ada", zone="Workshop", host_id=grace)
    await _come(ground, dock, "Bram Oakentide", "ada", zone="Workshop")
    for kiosk in (lobby, dock):
        await ground.send(kiosk, kiosk.batch())
    await _check_pages(client, first, latest)
    await _check_api(client, await _key(ground, client), first, latest)
    own = Reach(frozenset(), frozenset({grace}), None)  # of a host, to whom nobody came but the latest
    seen = await VisitStories(ground.cloud.db, ground.cloud.ring, ground.clock).tell(ground.tenant, own, latest)
    assert seen is not None
    assert seen.others == ()
    found = await view(ground, "ada lobby")  # the kiosk of the first of them
    assert ([row.id for row in found.on_site], found.on_site_count) == ([latest], 2)
    found = await view(ground, "ada")
    assert await EarlierVisits(ground.cloud.db, ground.cloud.ring).find(ground.tenant, EVERYWHERE, found) == ()
    lobby.depart(ground.clock.now(), first)
    await ground.send(lobby, lobby.batch(2))
    listed = await view(ground)
    assert {row.id: row.check_ins for row in listed.on_site}[latest] == ()
    assert (listed.on_site_count, [row.id for row in listed.left_today]) == (2, [first])
    for visit in (first, latest):
        assert "Also checked in" not in await _page(client, f"/visits/{visit}")
    dock.depart(ground.clock.now(), latest)
    await ground.send(dock, dock.batch(3))
    listed = await view(ground)
    assert ([row.name for row in listed.on_site], listed.on_site_count) == (["Bram Oakentide"], 1)


async def _check_pages(client: httpx.AsyncClient, first: UUID, latest: UUID) -> None:
    mark = "Checked in 2 times with one invitation"
    board, listed = await _page(client, "/board"), await _page(client, "/evacuation")
    assert (board.count('<li class="person">'), board.count(mark), "On site <b>2</b>" in board) == (2, 1, True)
    assert 'Workshop</bdi>, also at <bdi dir="auto">Front lobby</bdi>' in board
    assert (listed.count('<span class="tick"'), "<b>2</b> on site" in listed) == (2, True)
    assert f"<b>{mark}</b>" in listed
    assert '<b><bdi dir="auto">Workshop</bdi>, also at <bdi dir="auto">Front lobby</bdi></b>' in listed
    assert "Needs assistance <span>1</span>" in listed
    for own, other, at in ((latest, first, "9:30"), (first, latest, "9:42")):
        page = await _page(client, f"/visits/{own}")
        assert f'same invitation: <a href="/visits/{other}" data-drawer>{at}, <bdi' in page


async def _check_api(client: httpx.AsyncClient, key: dict[str, str], first: UUID, latest: UUID) -> None:
    told = (await client.get("/api/v1/presence", headers=key)).json()
    ada = next(person for person in told["people"] if person["id"] == str(latest))
    assert (told["count"], len(told["people"]), ada["assistance"], ada["zone"]) == (2, 2, True, "Workshop")
    (other,) = ada["other_check_ins"]
    assert (other["id"], other["zone"], other["kiosk"]) == (str(first), "Front lobby", "Lobby kiosk")
    assert ada["arrived_at"] == other["arrived_at"]
    detail = (await client.get(f"/api/v1/visits/{first}", headers=key)).json()
    assert [each["id"] for each in detail["other_check_ins"]] == [str(latest)]
    assert len((await client.get("/api/v1/visits?present=true", headers=key)).json()["items"]) == 3


async def _page(client: httpx.AsyncClient, path: str) -> str:
    return " ".join((await client.get(path)).text.split())


async def _key(ground: Ground, client: httpx.AsyncClient) -> dict[str, str]:
    staff = await build_identity(ground.cloud, build_rate_limit(ground.cloud)).sign_in.find(client.cookies[COOKIE])
    assert staff is not None
    wanted = WantedKey("Turnstiles", frozenset({Permission.VISITS_VIEW}))
    made = await build_api_keys(ground.cloud).make(staff, wanted, OPERATOR)
    assert isinstance(made, MadeKey)
    return {"Authorization": f"Bearer {made.secret}"}
