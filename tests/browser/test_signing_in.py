"""Signing in, in a browser (R01, R05, R19)."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in
from tests.fakes.console_server import ConsoleServer


def test_signing_in_leads_to_the_board_and_the_cookie_is_guarded(stranger: Page) -> None:
    stranger.goto("/")
    expect(stranger.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in(stranger)
    expect(stranger).to_have_url("/board")
    cookies = {cookie["name"]: cookie for cookie in stranger.context.cookies()}
    assert set(cookies) == {"__Host-lodge", "__Host-lodge-known"}
    cookie = cookies["__Host-lodge"]
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, True, "Lax", "/")
    assert stranger.evaluate("document.cookie") == ""


def test_a_wrong_password_is_refused_in_words_and_the_address_stays(stranger: Page) -> None:
    sign_in(stranger, password="not the right words")
    expect(stranger.get_by_role("alert")).to_contain_text("do not belong together")
    expect(stranger.get_by_label("E-mail")).to_have_value("rhona@example.org")
    expect(stranger.get_by_label("Password")).to_be_focused()
    assert stranger.context.cookies() == []


def test_the_sixth_try_is_told_when_to_try_again(stranger: Page, server: ConsoleServer) -> None:
    """R05."""
    wrong: dict[str, str | float | bool] = {"email": "nobody@example.org", "password": "not the right words"}
    for _ in range(4):
        tried = stranger.request.post("/sign-in", form=wrong, headers={"Origin": server.origin})
        assert tried.status == 401
    sign_in(stranger, password="not the right words")
    expect(stranger.get_by_role("alert")).to_contain_text("do not belong together")
    stranger.get_by_label("Password").fill("the kettle sings at noon")
    with stranger.expect_response(lambda answer: answer.request.method == "POST") as told:
        stranger.get_by_role("button", name="Sign in").click()
    assert told.value.status == 429
    assert told.value.headers["retry-after"] == "300"
    expect(stranger.get_by_role("alert")).to_contain_text("five wrong tries")
    expect(stranger.get_by_role("alert")).to_contain_text(re.compile(r"at \d{1,2}:\d\d\."))
    expect(stranger.get_by_role("alert")).to_contain_text("in 5 minutes, at")


def test_a_form_of_another_origin_is_refused(stranger: Page, server: ConsoleServer) -> None:
    """R19, C31."""
    stranger.route(
        "**/*", lambda route: route.fulfill(body=FOREIGN_PAGE.format(server.origin), content_type="text/html")
    )
    stranger.goto("https://elsewhere.example.org/")
    stranger.unroute("**/*")
    with stranger.expect_response(server.origin + "/sign-in") as answer:
        stranger.get_by_role("button", name="Win a kettle").click()
    assert answer.value.status == 403
    assert stranger.context.cookies(server.origin) == []


def test_signing_out_ends_the_session_on_the_server(stranger: Page, server: ConsoleServer) -> None:
    sign_in(stranger)
    stranger.goto("/account")
    (kept,) = (cookie for cookie in stranger.context.cookies() if cookie["name"] == "__Host-lodge")
    stranger.get_by_role("button", name="Sign out").click()
    expect(stranger).to_have_url("/sign-in")
    stranger.context.add_cookies([{"name": kept["name"], "value": kept["value"], "url": server.origin, "secure": True}])
    stranger.goto("/board")
    expect(stranger.get_by_role("heading", name="Sign in")).to_be_visible()


def test_an_idle_board_is_left_for_the_sign_in_page(stranger: Page, server: ConsoleServer) -> None:
    """R09: a page that refreshes by itself keeps nobody signed in."""
    sign_in(stranger)
    before = server.clock.moment
    try:
        server.clock.advance(minutes=29)
        stranger.evaluate("htmx.trigger('#people', 'lodge:refresh')")
        stranger.wait_for_timeout(300)
        server.clock.moment = before + timedelta(minutes=31)
        stranger.evaluate("htmx.trigger('#people', 'lodge:refresh')")
        expect(stranger.get_by_role("status")).to_contain_text("signed out")
        expect(stranger.get_by_role("heading", name="Sign in")).to_be_visible()
    finally:
        server.clock.moment = before


def test_a_password_can_be_looked_at_while_typing(stranger: Page) -> None:
    stranger.goto("/sign-in")
    stranger.get_by_label("Password").fill("the kettle sings at noon")
    stranger.get_by_role("button", name="Show").click()
    expect(stranger.get_by_label("Password")).to_have_attribute("type", "text")
    stranger.get_by_role("button", name="Hide").click()
    expect(stranger.get_by_label("Password")).to_have_attribute("type", "password")


FOREIGN_PAGE = """<!doctype html><form method="post" action="{}/sign-in">
<input name="email" value="rhona@example.org"><input name="password" value="the kettle sings at noon">
<button>Win a kettle</button></form>"""
