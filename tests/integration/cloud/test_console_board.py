"""What the board, a visit, the evacuation list and the audit page say, on real PostgreSQL."""

from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from cloud_api.policy.reach import EVERYWHERE
from cloud_api.services.board import Board, BoardView
from cloud_api.services.earlier_visits import EarlierVisits
from cloud_api.services.visit_story import Visit, VisitStories
from sync.protocol.hlc import ClockQuality
from sync.protocol.kinds import (
    ArrivedFull,
    ArrivedMuster,
    AssumedFull,
    BadgeOutcomeFull,
    BadgeRequestedFull,
    ConsentFull,
    DepartedFull,
    Kind,
    RevokedFull,
)
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_server import Ground

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]
ZEROS = "0" * 64


@pytest.fixture
async def kiosk(ground: Ground) -> FakeKiosk:
    return await ground.enrol()


async def view(ground: Ground, query: str = "", site: UUID | None = None) -> BoardView:
    found = await Board(ground.cloud.db, ground.cloud.ring, ground.clock).view(
        ground.tenant, EVERYWHERE, site_id=site, query=query
    )
    assert found is not None
    return found


async def story(ground: Ground, stay: UUID) -> Visit:
    told = await VisitStories(ground.cloud.db, ground.cloud.ring, ground.clock).tell(ground.tenant, EVERYWHERE, stay)
    assert told is not None
    return told


async def send(ground: Ground, kiosk: FakeKiosk, first: int = 1) -> None:
    await ground.send(kiosk, kiosk.batch(first))


async def test_people_are_listed_latest_first_with_all_that_reception_needs(ground: Ground, kiosk: FakeKiosk) -> None:
    now = ground.clock.now()
    grace = await ground.host()
    kiosk.arrive(now - timedelta(hours=2), name="Ada Sample", host_id=grace)
    stay = uuid4()
    muster = ArrivedMuster(name="Odalys", company="", host="Noel", zone="Front lobby", assistance=True)
    full = ArrivedFull(type="visitor", language="de", host_id=None, email="", phone="", answers={})
    kiosk.act(Kind.VISITOR_ARRIVED, now - timedelta(hours=1), stay=stay, muster=muster, full=full)
    await send(ground, kiosk)
    seen = await view(ground)
    latest, first = seen.on_site
    assert (latest.name, latest.assistance, latest.type, latest.told) == ("Odalys", True, "Visitor", "not told")
    assert (first.name, first.company, first.host, first.zone, first.kiosk) == (
        "Ada Sample", "Pebble & Co", "Grace Example", "Front lobby", "Lobby kiosk",
    )  # fmt: skip
    assert first.told == "being told"
    assert first.since == now - timedelta(hours=2)
    assert (seen.on_site_count, len(seen.left_today)) == (2, 0)
    assert [row.id for row in seen.not_told] == [stay]
    assert seen.site is not None
    assert str(seen.now.tzinfo) == seen.site.time_zone == "Europe/London"


async def test_who_needs_assistance_stands_first_on_the_board_and_is_marked(
    ground: Ground, kiosk: FakeKiosk, client: httpx.AsyncClient
) -> None:
    now = ground.clock.now()
    for minutes, name, assistance in ((40, "Ada", False), (30, "Odalys", True), (20, "Bram", False), (10, "Ian", True)):
        muster = ArrivedMuster(name=name, company="", host="", zone="", assistance=assistance)
        full = ArrivedFull(type="visitor", language="en", host_id=None, email="", phone="", answers={})
        at = now - timedelta(minutes=minutes)
        kiosk.act(Kind.VISITOR_ARRIVED, at, stay=uuid4(), muster=muster, full=full)
    await send(ground, kiosk)
    assert [row.name for row in (await view(ground)).on_site] == ["Ian", "Odalys", "Bram", "Ada"]
    shown = (await client.get("/board")).text
    assert shown.count("Needs assistance</span>") == 2


async def test_the_evacuation_page_says_how_fresh_it_is_and_renews_itself(
    ground: Ground, kiosk: FakeKiosk, client: httpx.AsyncClient
) -> None:
    kiosk.arrive(ground.clock.now())
    await send(ground, kiosk)
    page = (await client.get("/evacuation")).text
    assert "Complete as of 9:30." in page
    assert 'hx-get="/evacuation"' in page
    assert 'sse-connect="/board/changes"' in page
    ground.clock.advance(minutes=2)
    part = (await client.get("/evacuation", headers={"HX-Request": "true"})).text
    assert "Complete as of 9:30." in part
    assert ">9:32</time>" in part
    assert "<html" not in part
    place = (await client.get(f"/evacuation?site={kiosk.identity.site}")).text
    assert f'hx-get="/evacuation?site={kiosk.identity.site}"' in place


async def test_left_today_are_those_since_midnight_where_the_place_is(ground: Ground, kiosk: FakeKiosk) -> None:
    yesterday = ground.clock.now() - timedelta(days=1)
    overnight = kiosk.arrive(yesterday, name="Night Owl")
    gone = kiosk.arrive(yesterday, name="Long Gone")
    kiosk.depart(yesterday + timedelta(hours=1), gone)
    kiosk.depart(ground.clock.now() - timedelta(minutes=1), overnight)
    await send(ground, kiosk)
    seen = await view(ground)
    assert [row.name for row in seen.left_today] == ["Night Owl"]
    assert seen.left_today[0].left is not None


async def test_the_list_says_how_fresh_it_is_and_names_quiet_kiosks(ground: Ground, kiosk: FakeKiosk) -> None:
    assert (await view(ground)).freshness.quiet[0].last_seen is None
    dock = await ground.enrol("Dock")
    for each in (kiosk, dock):
        each.arrive(ground.clock.now())
        await send(ground, each)
    assert (await view(ground)).freshness.quiet == ()
    heard = ground.clock.now()
    ground.clock.advance(minutes=4)
    kiosk.arrive(ground.clock.now())
    await send(ground, kiosk, 2)
    fresh = (await view(ground)).freshness
    assert (fresh.as_of, fresh.kiosks) == (ground.clock.now(), 2)
    assert [(item.name, item.last_seen) for item in fresh.quiet] == [("Dock", heard)]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("od", ["Odalys Férnhollow"]),
        ("fern oda", ["Odalys Férnhollow"]),
        ("larkspur", ["Odalys Férnhollow"]),
        ("ليان", ["ليان وادي"]),
        ("grace", ["ليان وادي", "Odalys Férnhollow"]),
        ("lobby", ["ليان وادي", "Odalys Férnhollow"]),
        ("dalys", []),
        ("%", ["ليان وادي", "Odalys Férnhollow"]),
    ],
)
async def test_people_are_found_by_how_words_begin(
    ground: Ground, kiosk: FakeKiosk, query: str, names: list[str]
) -> None:
    kiosk.arrive(ground.clock.now() - timedelta(minutes=1), name="Odalys Férnhollow", company="Larkspur Looms")
    kiosk.arrive(ground.clock.now(), name="ليان وادي", company="")
    await send(ground, kiosk)
    assert [row.name for row in (await view(ground, query)).on_site] == names


async def test_visits_before_today_are_found_through_blind_tokens(ground: Ground, kiosk: FakeKiosk) -> None:
    earlier = kiosk.arrive(ground.clock.now() - timedelta(days=9), name="Odalys Fernhollow")
    kiosk.depart(ground.clock.now() - timedelta(days=9), earlier)
    kiosk.arrive(ground.clock.now(), name="Odalys Fernhollow")
    await send(ground, kiosk)
    seen = await view(ground, "fernho")
    found = await EarlierVisits(ground.cloud.db, ground.cloud.ring).find(ground.tenant, EVERYWHERE, seen)
    assert len(seen.on_site) == 1
    assert [row.id for row in found] == [earlier]
    for query, expected in (("fernhollow", [earlier]), ("fernhollows", []), ("fernhollx", []), ("odalyss", [])):
        found = await EarlierVisits(ground.cloud.db, ground.cloud.ring).find(
            ground.tenant, EVERYWHERE, await view(ground, query)
        )
        assert [row.id for row in found] == expected, query


async def test_a_visit_is_told_in_plain_words(ground: Ground, kiosk: FakeKiosk) -> None:
    now = ground.clock.now()
    stay = kiosk.arrive(now - timedelta(minutes=20), host_id=await ground.host(), quality=ClockQuality.UNSYNCED)
    rules = ConsentFull(purpose="document", document="rules", version="1", sha256=ZEROS, language="en", granted=True)
    photo = ConsentFull(purpose="photo", document="photo", version="1", sha256=ZEROS, language="ar", granted=False)
    wanted = BadgeRequestedFull(medium="62x100", photo=False)
    failed = BadgeOutcomeFull(printer="Desk", reason="no paper", unsure=True)
    printed = BadgeOutcomeFull(printer="Desk", reason="", unsure=False)
    again = BadgeRequestedFull(medium="", photo=False, copy=2, by="Reception", why="fell into the river")
    lapsed = BadgeOutcomeFull(printer="", reason="left", unsure=False, copy=2, abandoned=True)
    for minute, kind, full in (
        (19, Kind.CONSENT_RECORDED, rules),
        (18, Kind.CONSENT_RECORDED, photo),
        (17, Kind.BADGE_REQUESTED, wanted),
        (16, Kind.BADGE_FAILED, failed),
        (15, Kind.BADGE_PRINTED, printed),
        (14, Kind.BADGE_REQUESTED, again),
        (13, Kind.BADGE_FAILED, lapsed),
        (9, Kind.VISITOR_DEPARTED, DepartedFull(method="desk", by="reception")),
        (8, Kind.DEPARTURE_REVOKED, RevokedFull(reason="Came back for the umbrella")),
        (7, "visitor.waved", {}),
        (6, Kind.DEPARTURE_ASSUMED, AssumedFull(method="automatic")),
    ):
        kiosk.act(kind, now - timedelta(minutes=minute), stay=stay, full=full)
    await send(ground, kiosk)
    told = await story(ground, stay)
    assert [(step.title, step.more) for step in told.steps] == [
        ("Arrived at Lobby kiosk", "In English · The kiosk's clock was not set · The server heard of it at 9:30"),
        ("Agreed to “Site rules”, version 1", "In English"),
        ("No photo taken", "In Arabic"),
        ("Badge not printed", "no paper · paper may have come out · Desk"),
        ("Badge printed", "Desk"),
        ("Badge asked for again", "By Reception at Lobby kiosk · fell into the river"),
        ("Badge 2 not printed", "They had left by then"),
        ("Left, as reception says", "By the staff PIN reception"),
        ("Departure taken back", "Came back for the umbrella"),
        ("Visitor waved", "At Lobby kiosk"),
        ("Departure assumed", "Their time was over, and nobody saw them go"),
        ("Grace Example is being told", "By e-mail"),
    ]
    assert told.email == "ada@example.org"
    assert "departure-assumed" in told.row.flags
    assert told.row.left is None  # nobody has said so yet: the person stays on the list


async def test_a_host_whose_message_is_not_taken_is_said_not_to_know(ground: Ground) -> None:
    """F11: after two minutes somebody at the desk should call."""
    kiosk = await ground.enrol()
    stay = kiosk.arrive(ground.clock.now(), host_id=await ground.host())
    await send(ground, kiosk)
    assert (await story(ground, stay)).row.told == "being told"
    ground.clock.advance(minutes=2, seconds=1)
    told = await story(ground, stay)
    assert told.row.told == "not told"
    assert (told.steps[-1].title, told.steps[-1].wrong) == ("Grace Example is not told yet", True)


async def test_a_person_whose_details_are_unreadable_is_listed_and_said_to_be(
    ground: Ground, kiosk: FakeKiosk, client: httpx.AsyncClient
) -> None:
    """C13: a poison body is somebody on the list."""
    stay = uuid4()
    kiosk.act(Kind.VISITOR_ARRIVED, ground.clock.now(), stay=stay, muster={"name": 7}, full={})
    await send(ground, kiosk)
    seen = await view(ground)
    assert [row.name for row in seen.on_site] == [None]
    assert dict(seen.quarantined) == {"Lobby kiosk": 1}
    board = await client.get("/board")
    assert "Unnamed person" in board.text
    assert "1 entry could not be read" in board.text
    assert "Unnamed person" in (await client.get("/evacuation")).text
    assert [step.title for step in (await story(ground, stay)).steps] == ["An entry that could not be read"]


async def test_an_evacuation_lists_assistance_first_and_zones_with_their_muster_points(
    ground: Ground, kiosk: FakeKiosk
) -> None:
    for name, zone, assistance in (("Zoe", "Front lobby", False), ("Abe", "Front lobby", False), ("Ian", "", True)):
        muster = ArrivedMuster(name=name, company="", host="", zone=zone, assistance=assistance)
        full = ArrivedFull(type="visitor", language="en", host_id=None, email="", phone="", answers={})
        kiosk.act(Kind.VISITOR_ARRIVED, ground.clock.now(), stay=uuid4(), muster=muster, full=full)
    await send(ground, kiosk)
    listed = await Board(ground.cloud.db, ground.cloud.ring, ground.clock).evacuation(ground.tenant, EVERYWHERE)
    assert listed is not None
    assert [row.name for row in listed.assistance] == ["Ian"]
    (group,) = listed.groups
    assert (group.zone, group.muster_point, [row.name for row in group.rows]) == (
        "Front lobby", "Car park B", ["Abe", "Zoe"],
    )  # fmt: skip
