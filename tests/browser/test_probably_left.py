"""The board's section of who has probably left: one tap is enough, at a desk and on a phone (F13, F16, F23)."""

from playwright.sync_api import Page, expect

from sync.protocol.kinds import AssumedFull, Kind
from tests.browser.accessible import check
from tests.browser.conftest import DESK, PHONE
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.console_server import Arrival, ConsoleServer

LONG = "Annelise-Marguerite Wrexleigh-Castellanos von Hohenbrunn-Siegertsbrunn"


def test_f13_whoever_has_probably_left_stands_apart_and_one_tap_closes_it(
    page: Page, server: ConsoleServer, kiosk: FakeKiosk
) -> None:
    """F13: marked in words, and nobody leaves the list before the kiosk has recorded it."""
    page.goto("/board")
    stays = []
    for name, company in ((LONG, "Brindlewick Lifts"), ("ليان وادي الظل", "")):
        stay = server.arrive(kiosk, Arrival(name, company, at="7:02"))
        stays.append(stay)
        assumed = AssumedFull(method="automatic")
        kiosk.act(Kind.DEPARTURE_ASSUMED, server.at("9:05"), stay=stay, full=assumed)
    server.send(kiosk)
    apart = page.get_by_role("region", name="Probably left, not verified 2")
    expect(apart.get_by_role("link", name=LONG)).to_be_visible()
    expect(page.get_by_role("region", name="On site", exact=True)).not_to_contain_text(LONG)
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        check(page, "Today at Mill Lane")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing sticks out"
    page.set_viewport_size(DESK)
    apart.get_by_role("button", name=f"They have left {LONG}").click()
    expect(apart).to_contain_text("Left: the kiosk is being told")
    expect(apart.get_by_role("button")).to_have_count(2)
    check(page, "Today at Mill Lane")
    page.goto("/evacuation")
    expect(page.get_by_text("2 of them probably left, not verified")).to_be_visible()
    check(page, "Evacuation list")
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing sticks out"
    page.set_viewport_size(DESK)
    page.goto(f"/visits/{stay}")
    expect(page.get_by_role("button", name="Still here")).to_be_visible()
    check(page, "ليان وادي الظل")
    page.goto("/board")
    for each in stays:
        kiosk.depart(server.at("9:06"), each)
    server.send(kiosk)
    expect(apart).to_have_count(0)
