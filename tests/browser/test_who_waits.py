"""The board's band of who waits at a kiosk: live, for whom it is, gone once done (F09, F16, F23)."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from sync.protocol.kinds import ArrivedFull, ArrivedMuster, CalledFull, HeldFull, Kind
from tests.browser.accessible import check
from tests.browser.conftest import DESK, PHONE, WATCH_POLICY, sign_in
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.console_server import ConsoleServer

WATCHED = "Barnaby Thrale"


def call(server: ConsoleServer, kiosk: FakeKiosk, at: str = "9:10") -> UUID:
    stay = uuid4()
    full = CalledFull(zone="Front lobby", language="ar", assistance=True)
    kiosk.act(Kind.RECEPTION_CALLED, server.at(at), stay=stay, full=full)
    return stay


def hold(server: ConsoleServer, kiosk: FakeKiosk, name: str = "Odd Quillfeather") -> None:
    full = HeldFull(
        reason="screening", name=name, company="Brindlewick Lifts", host="Ines Caldermoor", assistance=False,
        type="visitor", language="de", host_id=None, email="", phone="", answers={}, watch=(uuid4(),),
    )  # fmt: skip
    kiosk.act(Kind.VISITOR_HELD, server.at("9:08"), stay=uuid4(), full=full)


def let_in_watched(server: ConsoleServer, kiosk: FakeKiosk) -> None:
    muster = ArrivedMuster(name=WATCHED, company="", host="Ines Caldermoor", zone="Front lobby", assistance=False)
    full = ArrivedFull(
        type="visitor", language="en", host_id=None, email="", phone="", answers={}, watch=(uuid4(),)
    )  # fmt: skip
    kiosk.act(Kind.VISITOR_ARRIVED, server.at("9:07"), stay=uuid4(), muster=muster, full=full)


@pytest.fixture
def reception(browser: Browser, server: ConsoleServer) -> Iterator[Page]:
    """The board as the receptionist sees it."""
    context = browser.new_context(ignore_https_errors=True, base_url=server.origin, viewport=DESK, timezone_id="UTC")
    context.add_init_script(WATCH_POLICY)
    opened = context.new_page()
    sign_in(opened)
    yield opened
    context.close()


def test_f09_f16_f23_who_waits_appears_for_whom_it_is_and_is_gone_once_done(
    page: Page, reception: Page, server: ConsoleServer, kiosk: FakeKiosk
) -> None:
    """F09: reception reads no reason, and nothing of an alert; F16: live, taken, done; F23: at a desk, on a phone."""
    page.goto("/board")
    reception.goto("/board")
    expect(reception.get_by_role("heading", name="Today at Mill Lane")).to_be_visible()
    expect(reception.get_by_role("heading", name="wait")).to_have_count(0)
    stay = call(server, kiosk)
    hold(server, kiosk)
    let_in_watched(server, kiosk)
    server.send(kiosk)
    band = reception.get_by_role("region", name="2 people wait")
    expect(band).to_contain_text("asked for help 9:10")
    expect(band).to_contain_text("Odd Quillfeather, Brindlewick Lifts, to Ines Caldermoor · reads German")
    for secret in ("watchlist", WATCHED):
        expect(band).not_to_contain_text(secret)
    security = page.get_by_role("region", name="2 people wait, 1 to look for")
    expect(security.get_by_text("On the watchlist")).to_have_count(2)
    expect(security.get_by_role("link", name=WATCHED)).to_be_visible()
    for size in (DESK, PHONE):
        for seen in (page, reception):
            seen.set_viewport_size(size)
            check(seen, "Today at Mill Lane")
            assert seen.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing sticks out"
    reception.get_by_role("button", name="I’m on it Lobby kiosk, asked for help").click()
    expect(reception.get_by_text("Rhona Fernhollow is on it")).to_be_visible()
    expect(page.get_by_text("Rhona Fernhollow is on it")).to_be_visible()
    page.get_by_role("button", name="I’m on it Lobby kiosk, held").click()
    page.get_by_role("button", name="Done Lobby kiosk, held").click()
    expect(page.get_by_text("Odd Quillfeather")).to_have_count(0)
    kiosk.arrive(server.at("9:11"), name="Pim Hazelgrove", stay=stay)
    server.send(kiosk)
    expect(reception.get_by_role("heading", name="wait")).to_have_count(0)
    expect(page.get_by_role("heading", name="Somebody to look for")).to_be_visible()
    page.get_by_role("button", name="I’m on it Lobby kiosk, went in").click()
    page.get_by_role("button", name="Done Lobby kiosk, went in").click()
    expect(page.get_by_role("heading", name="to look for")).to_have_count(0)
    while server.run(server.cloud.sequencer.integrate(server.ground.tenant)):
        pass
    page.goto("/audit")
    expect(page.get_by_text("Nobody waits any more at Lobby kiosk").first).to_be_visible()
    expect(page.get_by_text("Went to who waits at Lobby kiosk").first).to_be_visible()
