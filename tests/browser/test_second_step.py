"""Second factors in a browser: Chromium's own authenticator, and an app's codes (R07)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from cloud_api.policy.roles import Grant, Role
from cloud_api.services import totp
from tests.browser.accessible import check
from tests.browser.conftest import PHONE, WATCH_POLICY, sign_in
from tests.fakes.console_server import PASSWORD, ConsoleServer

_KEY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def tab(browser: Browser, server: ConsoleServer) -> Iterator[Page]:
    context = browser.new_context(ignore_https_errors=True, base_url=server.origin, reduced_motion="reduce")
    context.add_init_script(WATCH_POLICY)
    yield context.new_page()
    context.close()


def add_key(tab: Page) -> tuple[CDPSession, str]:
    """Plug a security key in; the session that steers it, and its id."""
    steering = tab.context.new_cdp_session(tab)
    steering.send("WebAuthn.enable")
    return steering, steering.send("WebAuthn.addVirtualAuthenticator", {"options": _KEY})["authenticatorId"]


def test_an_owner_sets_up_a_passkey_signs_in_with_it_and_proves_themselves(tab: Page, server: ConsoleServer) -> None:
    """R07, F23: on a telephone's screen, with axe on every page."""
    tab.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    server.add_account("wilmot@example.org", name="Wilmot Brackenrise", grants=(Grant(Role.OWNER),))
    steering, key = add_key(tab)
    sign_in(tab, email="wilmot@example.org")
    expect(tab).to_have_url("/account/second-factor")
    check(tab, "One more thing before you begin")
    tab.goto("/kiosks")
    expect(tab).to_have_url("/account/second-factor")
    tab.get_by_role("link", name="Set up a passkey").click()
    check(tab, "Set up a passkey")
    tab.get_by_label("What shall it be called?").fill("Key on my ring")
    tab.get_by_role("button", name="Go on").click()
    expect(tab.get_by_role("heading", name="Keep these recovery codes")).to_be_visible()
    check(tab, "Keep these recovery codes")
    expect(tab.get_by_role("list", name="Recovery codes").get_by_role("listitem")).to_have_count(10)
    tab.get_by_role("link", name="I have kept them").click()
    expect(tab).to_have_url("/board")
    tab.goto("/account")
    tab.get_by_role("button", name="Sign out").click()
    sign_in(tab, email="wilmot@example.org")
    check(tab, "Second step")
    steering.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})  # a wrong PIN
    tab.get_by_role("button", name="Use a passkey").click()
    expect(tab.get_by_role("alert")).to_contain_text("cancelled")
    steering.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": True})
    tab.get_by_role("button", name="Use a passkey").click()
    expect(tab).to_have_url("/board")
    before = server.clock.moment
    try:
        server.clock.advance(minutes=11)
        tab.goto("/account/password")
        expect(tab.get_by_role("heading", name="Is it you?")).to_be_visible()
        check(tab, "Is it you?")
        tab.get_by_role("button", name="Use a passkey").click()
        expect(tab.get_by_role("heading", name="Change your password")).to_be_visible()
        check(tab, "Change your password")
    finally:
        server.clock.moment = before


def test_an_app_is_set_up_from_the_page_and_an_act_goes_on_after_its_code(tab: Page, server: ConsoleServer) -> None:
    """R07, R09: codes of an app, step-up before an export, the list of sessions."""
    server.add_account("perrin@example.org", name="Perrin Ashcombe", grants=(Grant(Role.OWNER),))
    sign_in(tab, email="perrin@example.org")
    tab.get_by_role("link", name="Set up the app").click()
    check(tab, "Set up an authenticator app")
    code = AppCodes(tab.locator("#secret").inner_text(), server)
    tab.get_by_label("Six digits").fill(code.now())
    tab.get_by_role("button", name="Set up").click()
    tab.get_by_role("link", name="I have kept them").click()
    before = server.clock.moment
    try:
        server.clock.advance(minutes=11)
        tab.goto("/audit/export")
        tab.get_by_label("Reason").fill("Yearly audit")
        tab.get_by_role("button", name="Export").click()
        tab.get_by_label("Password").fill(PASSWORD)
        tab.get_by_label("Code of your authenticator app").fill(code.now())
        with tab.expect_download() as download:
            tab.get_by_role("button", name="Go on").click()
        assert download.value.suggested_filename.startswith("lodge-audit-")
        server.clock.advance(minutes=1)
        tab.goto("/account/sessions")
        expect(tab.get_by_text("This one")).to_be_visible()
        check(tab, "Where you are signed in")
        tab.goto("/account")
        check(tab, "Account")
        tab.get_by_role("button", name="Sign out").click()
        sign_in(tab, email="perrin@example.org")
        tab.get_by_label("Code of your authenticator app").fill(code.now())
        tab.get_by_role("button", name="Sign in").click()
        expect(tab).to_have_url("/board")
    finally:
        server.clock.moment = before


class AppCodes:
    """What an authenticator app shows, by the server's clock."""

    def __init__(self, secret: str, server: ConsoleServer) -> None:
        self._secret = totp.secret_of(secret)
        self._server = server

    def now(self) -> str:
        return totp.code_at(self._secret, totp.step_at(self._server.clock.now()))
