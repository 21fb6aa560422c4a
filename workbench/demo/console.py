"""Pictures of the console, by a real browser that signs in as a person does."""

import shutil
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright
from playwright.sync_api import Error as BrowserError

from cloud_api.clock import SystemClock
from cloud_api.services import totp
from workbench.demo.cloud import Account
from workbench.demo.endings import ignore_requests
from workbench.demo.processes import DemoError

BROWSERS = ("chromium", "chromium-browser")
"""Debian's name, and the one on Raspberry Pi OS."""

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
SETTLE_MS = 200
_PHOTOS_SHOWN = "[...document.querySelectorAll('img[data-photo]')].filter((photo) => photo.naturalWidth > 0).length"


class ConsoleCamera:
    """Signs in once and takes pictures of pages, at a desk's size and at a phone's."""

    def __init__(self, origin: str, account: Account, out: Path) -> None:
        self._origin = origin
        self._account = account
        self._out = out
        browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
        if browser is None:
            raise DemoError(f"no browser was found; it is called {' or '.join(BROWSERS)}")
        self._playwright = _start_driver()
        try:
            # The demo itself ends the browser when it is interrupted.
            self._browser = self._playwright.chromium.launch(
                executable_path=browser,
                args=list(FLAGS),
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
            )
        except BrowserError as error:
            self._playwright.stop()
            raise DemoError(f"the browser {browser} does not start: {_first_line(error)}") from error
        self._context: BrowserContext | None = None
        self._taken = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None and issubclass(kind, KeyboardInterrupt):
            ignore_requests()  # asked a second time, the browser would leave its folder behind
        with suppress(BrowserError):
            self._browser.close()
        self._playwright.stop()

    def photograph(self, page: str, name: str) -> int:
        """Write ``console-NN-name.png`` and ``console-NN-name-phone.png``; returns how many photos of visitors show.

        Raises:
            DemoError: the page does not answer as it must.
        """
        self._taken += 1
        try:
            return self._take(page, name)
        except BrowserError as error:
            raise DemoError(f"the console's page {page} cannot be photographed: {_first_line(error)}") from error

    def _take(self, page: str, name: str) -> int:
        tab = self._signed_in().new_page()
        try:
            answer = tab.goto(self._origin + page)
            if answer is None or not answer.ok:
                raise DemoError(f"the console's page {page} answers {answer.status if answer else 'nothing'}")
            for size, suffix in ((DESK, ""), (PHONE, "-phone")):
                tab.set_viewport_size({"width": size["width"], "height": size["height"]})
                tab.wait_for_load_state("load")
                tab.wait_for_timeout(SETTLE_MS)
                tab.screenshot(path=self._out / f"console-{self._taken:02d}-{name}{suffix}.png")
            return int(tab.evaluate(_PHOTOS_SHOWN))
        finally:
            tab.close()

    def _signed_in(self) -> BrowserContext:
        if self._context is None:
            self._context = self._browser.new_context(ignore_https_errors=True, locale="en-GB")
            tab = self._context.new_page()
            tab.goto(f"{self._origin}/sign-in")
            _sign_in(tab, self._account)
            tab.close()
        return self._context


def _start_driver() -> Playwright:
    try:
        return sync_playwright().start()
    except Exception as error:
        # Where the driver's program does not run, Playwright raises nothing more specific.
        raise DemoError(f"the browser's driver does not start: {error}") from error


def _first_line(error: BrowserError) -> str:
    return error.message.strip().partition("\n")[0]


def _sign_in(tab: Page, account: Account) -> None:
    """As an owner does for the first time: the password, then an authenticator app is set up, then the board."""
    tab.get_by_label("E-mail").fill(account.email)
    tab.get_by_label("Password").fill(account.password)
    tab.get_by_role("button", name="Sign in").click()
    tab.get_by_role("link", name="Set up the app").click()
    secret = totp.secret_of(tab.locator("#secret").inner_text())
    tab.get_by_label("Six digits").fill(totp.code_at(secret, totp.step_at(SystemClock().now())))
    tab.get_by_role("button", name="Set up").click()
    tab.get_by_role("link", name="I have kept them").click()
    tab.wait_for_url("**/board")
