"""F13: who has probably left stands apart on the board until somebody says so, and a kiosk records what they said."""

from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from cloud_api.clock import from_unix_ms
from cloud_api.policy.reach import EVERYWHERE
from cloud_api.services.board import Board, BoardView
from cloud_api.services.overstays import choose_kiosk
from cloud_api.services.visit_story import VisitStories
from cloud_api.store.board import KioskContact
from sync.protocol import jws
from sync.protocol.exact_json import decode
from sync.protocol.feed import Commands, PageKind, read_content
from sync.protocol.feed.orders import Command, Found
from sync.protocol.kinds import SEEN, ArrivedFull, ArrivedMuster, AssumedFull, CommandAnsweredFull, DepartedFull, Kind
from sync.protocol.kinds import RevokedFull as Revoked
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_server import OPERATOR, Ground
from tests.fakes.feed_pages import head_of

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]


@pytest.fixture
async def kiosk(ground: Ground) -> FakeKiosk:
    return await ground.enrol()


async def _view(ground: Ground) -> BoardView:
    found = await Board(ground.cloud.db, ground.cloud.ring, ground.clock).view(ground.tenant, EVERYWHERE)
    assert found is not None
    return found


async def _overstay(ground: Ground, kiosk: FakeKiosk, name: str = "Ada Sample", *, assistance: bool = False) -> UUID:
    stay, now = uuid4(), ground.clock.now()
    muster = ArrivedMuster(name=name, company="", host="", zone="Front lobby", assistance=assistance)
    full = ArrivedFull(type="visitor", language="en", host_id=None, email="", phone="", answers={})
    first = len(kiosk.events) + 1
    kiosk.act(Kind.VISITOR_ARRIVED, now - timedelta(hours=15), stay=stay, muster=muster, full=full)
    kiosk.act(Kind.DEPARTURE_ASSUMED, now - timedelta(hours=1), stay=stay, full=AssumedFull(method="automatic"))
    await ground.send(kiosk, kiosk.batch(first))
    return stay


async def _orders(ground: Ground, kiosk: FakeKiosk) -> list[Command]:
    device = await ground.cloud.devices.find(kiosk.key.epoch)
    assert device is not None
    answer = await ground.cloud.feed.answer(device, {})
    (sent,) = [sent for sent in answer.pages if head_of(sent).page == "commands"]
    page = read_content(PageKind.COMMANDS, sent.whole or b"", Commands)
    return [decode(jws.read_unverified_payload(item.signed, what="it"), Command, what="it") for item in page.commands]


async def _obey(ground: Ground, kiosk: FakeKiosk, order: Command) -> None:
    """As ``sync.device.closing`` does."""
    first, now, by = len(kiosk.events) + 1, ground.clock.now(), order.arguments["by"]
    stay = UUID(order.arguments["stay"])
    if order.arguments["found"] == Found.LEFT:
        kiosk.act(Kind.VISITOR_DEPARTED, now, stay=stay, full=DepartedFull(method="desk", by=by))
    else:
        kiosk.act(Kind.DEPARTURE_REVOKED, now, stay=stay, full=Revoked(reason=SEEN, by=by))
    answer = CommandAnsweredFull(command=order.id, order=order.order, outcome="obeyed")
    kiosk.act(Kind.COMMAND_ANSWERED, now, full=answer)
    await ground.send(kiosk, kiosk.batch(first))


async def test_f13_one_tap_on_the_board_has_the_kiosk_record_that_somebody_left_and_by_whom(
    ground: Ground, kiosk: FakeKiosk, client: httpx.AsyncClient
) -> None:
    """F13: on site until the kiosk has recorded it; two taps are one order; the visit says who said so."""
    stay = await _overstay(ground, kiosk)
    kiosk.arrive(ground.clock.now(), name="Odalys Fernhollow")
    await ground.send(kiosk, kiosk.batch(3))
    board = (await client.get("/board")).text
    assert "Probably left, not verified" in board
    assert f'action="/visits/{stay}/left"' in board
    assert (await client.post(f"/visits/{stay}/left")).status_code == 303
    assert (await client.post(f"/visits/{stay}/here")).status_code == 303
    (order,) = await _orders(ground, kiosk)
    assert (order.kiosk, order.order, order.arguments["found"]) == (kiosk.identity.kiosk, "close_stay", "left")
    waiting = await _view(ground)
    assert ([row.id for row in waiting.presumed], waiting.asked, waiting.on_site_count) == ([stay], {stay: "left"}, 2)
    board = (await client.get("/board")).text
    assert "the kiosk is being told" in board
    assert "/left" not in board
    await _obey(ground, kiosk, order)
    done = await _view(ground)
    assert (done.presumed, done.asked, done.on_site_count) == ((), {}, 1)
    told = await VisitStories(ground.cloud.db, ground.cloud.ring, ground.clock).tell(ground.tenant, EVERYWHERE, stay)
    assert told is not None
    assert [(step.title, step.more) for step in told.steps][-2:] == [
        ("Departure assumed", "Their time was over, and nobody saw them go"),
        ("Left, as reception says", "By Ines Caldermoor, in the console"),
    ]
    assert (await client.post(f"/visits/{stay}/left")).status_code == 303  # a page that was not fresh
    assert await _orders(ground, kiosk) == []


async def test_f13_whoever_is_still_here_stands_among_the_others_again(
    ground: Ground, kiosk: FakeKiosk, client: httpx.AsyncClient
) -> None:
    stay = await _overstay(ground, kiosk)
    assert f'action="/visits/{stay}/here"' in (await client.get(f"/visits/{stay}")).text
    await client.post(f"/visits/{stay}/here")
    (order,) = await _orders(ground, kiosk)
    await _obey(ground, kiosk, order)
    seen = await _view(ground)
    assert ([row.id for row in seen.on_site], seen.presumed) == ([stay], ())
    page = (await client.get(f"/visits/{stay}")).text
    assert "Still here" in page
    assert "By Ines Caldermoor, in the console" in page
    assert f'action="/visits/{stay}/here"' not in page


async def test_f14_the_evacuation_list_counts_them_last_in_their_zone_and_says_so(
    ground: Ground, kiosk: FakeKiosk, client: httpx.AsyncClient
) -> None:
    await _overstay(ground, kiosk, "Abe Sample")
    await _overstay(ground, kiosk, "Ann Sample", assistance=True)
    first = len(kiosk.events) + 1
    kiosk.arrive(ground.clock.now(), name="Zoe Sample")
    await ground.send(kiosk, kiosk.batch(first))
    listed = await Board(ground.cloud.db, ground.cloud.ring, ground.clock).evacuation(ground.tenant, EVERYWHERE)
    assert listed is not None
    (group,) = listed.groups
    assert [row.name for row in group.rows] == ["Zoe Sample", "Abe Sample"]
    assert [row.name for row in listed.assistance] == ["Ann Sample"]
    page = " ".join((await client.get("/evacuation")).text.split())
    assert "2 of them probably left, not verified" in page
    assert page.count("<b>Probably left, not verified</b>") == 2


async def test_without_a_kiosk_that_could_record_it_that_is_said(
    ground: Ground, kiosk: FakeKiosk, client: httpx.AsyncClient
) -> None:
    stay = await _overstay(ground, kiosk)
    give = ground.cloud.commanding.command
    await give(ground.tenant, "wipe", site=None, kiosk=str(kiosk.identity.kiosk), hours=1, actor=OPERATOR)
    answer = await client.post(f"/visits/{stay}/left")
    assert (answer.status_code, "no kiosk that could record it" in answer.text) == (409, True)
    assert (await _view(ground)).on_site_count == 1
    assert (await client.post(f"/visits/{uuid4()}/left")).status_code == 404


def _contact(number: int, seen: int | None, **changes: object) -> KioskContact:
    facts: dict[str, object] = {
        "id": UUID(int=number),
        "site_id": UUID(int=99),
        "name": "",
        "created_at": from_unix_ms(0),
        "revoked_at": None,
        "last_seen_at": None if seen is None else from_unix_ms(seen * 60_000),
        "enrolled": True,
        "forked": False,
        "unconfirmed": False,
        "quarantined": 0,
        "software": "",
        "waiting": 0,
        **changes,
    }
    return KioskContact(**facts)  # type: ignore[arg-type]


def test_the_kiosk_of_the_arrival_is_asked_unless_it_is_silent_or_gone() -> None:
    now, arrival = from_unix_ms(100 * 60_000), UUID(int=1)
    other, silent, never = _contact(2, 99), _contact(3, 50), _contact(4, None)
    assert choose_kiosk([other, _contact(1, 98), silent], arrival, now) == arrival
    assert choose_kiosk([silent, _contact(1, 90), other], arrival, now) == other.id
    assert choose_kiosk([_contact(1, 98, revoked_at=now), silent, never], arrival, now) == silent.id
    assert choose_kiosk([_contact(1, 98, wipe_since=now), never], arrival, now) == never.id
    assert choose_kiosk([_contact(1, 98, enrolled=False)], arrival, now) is None
