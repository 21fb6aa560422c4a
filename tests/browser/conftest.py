"""A real browser (the system's Chromium) against the real application over TLS on real PostgreSQL."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    StorageState,
    ViewportSize,
    expect,
    sync_playwright,
)

from cloud_api.policy.roles import Grant, Role
from cloud_api.services.organisation_file import HostEntry, OrganisationFile, SiteEntry, VisitorTypeEntry, ZoneEntry
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_postgres import Servers
from tests.fakes.cloud_server import sample_file
from tests.fakes.console_server import EMAIL, PASSWORD, Arrival, ConsoleServer, run_console
from tests.fakes.installed_postgres import INSTALLED

RECEPTION = "rhona@example.org"
"""Signs in with the password alone."""
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
# Both cores of a small machine may be busy with other tests; what is waited for is a state, never a time.
expect.set_options(timeout=20_000)
WATCH_POLICY = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""


def organisation() -> OrganisationFile:
    """One place with two zones and hosts who can be told."""
    zones = (
        ZoneEntry(key="lobby", name="Front lobby", muster_point="Car park B"),
        ZoneEntry(key="workshop", name="Workshop", muster_point="Mill pond"),
    )
    return sample_file(
        sites=(SiteEntry(key="mill-lane", name="Mill Lane", time_zone="UTC", staff_pin="246813", zones=zones),),
        hosts=(
            HostEntry(key="ines", name="Ines Caldermoor", email="ines@example.org"),
            HostEntry(key="tobiah", name="Tobiah Wrenfield", email="tobiah@example.org"),
        ),
        visitor_types=(VisitorTypeEntry(id="visitor", words={"en": "Visitor"}, badge="visitor"),),
    )


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": CHROMIUM, "args": FLAGS}


# Playwright's own loop runs in this thread for as long as it is started, and asynchronous tests of other folders need
# one of theirs: what the plugin keeps for the whole session ends with this package instead.


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browser(playwright: Playwright, browser_type_launch_args: dict[str, Any]) -> Iterator[Browser]:
    running = playwright.chromium.launch(**browser_type_launch_args)
    yield running
    running.close()


@pytest.fixture(scope="package")
def server(postgres_servers: Servers) -> Iterator[ConsoleServer]:
    yield from serve_console(postgres_servers)


@pytest.fixture(scope="package")
def spare_server(postgres_servers: Servers) -> Iterator[ConsoleServer]:
    """A second one, for tests that stop it."""
    yield from serve_console(postgres_servers)


@pytest.fixture(scope="package")
def kiosk(server: ConsoleServer) -> FakeKiosk:
    """A kiosk at which three people have checked in."""
    enrolled = server.enrol("Lobby kiosk")
    ines = server.run(server.ground.host("Ines Caldermoor"))
    for arrival in (
        Arrival("ليان وادي النسيم", "مصاعد برندلويك", "Ines Caldermoor", "8:12", "Workshop", host_id=ines),
        Arrival("Odalys Fernhollow", "Larkspur Looms", "Ines Caldermoor", "8:54", assistance=True, host_id=ines),
        Arrival("Bram Oakentide", "Brindlewick Lifts", "Somebody Unknown", "9:06"),
    ):
        server.arrive(enrolled, arrival)
    server.send(enrolled)
    return enrolled


@pytest.fixture(autouse=True)
def fresh_allowance(server: ConsoleServer) -> None:
    server.forget_attempts()


@pytest.fixture(scope="package")
def signed_in(browser: Browser, server: ConsoleServer) -> StorageState:
    """The cookies of the owner, who has signed in."""
    context = browser.new_context(ignore_https_errors=True, base_url=server.origin)
    sign_in(context.new_page(), email=EMAIL)
    server.vouch()
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def browser_context_args(server: ConsoleServer, signed_in: StorageState) -> dict[str, Any]:
    return {
        "ignore_https_errors": True,
        "base_url": server.origin,
        "viewport": DESK,
        "storage_state": signed_in,
        "locale": "en-GB",
        "timezone_id": "UTC",
        "reduced_motion": "reduce",
    }


@pytest.fixture
def stranger(browser: Browser, server: ConsoleServer) -> Iterator[Page]:
    """Somebody who has not signed in."""
    context = browser.new_context(ignore_https_errors=True, base_url=server.origin, viewport=DESK)
    yield context.new_page()
    context.close()


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    context.add_init_script(WATCH_POLICY)
    return context


def serve_console(servers: Servers) -> Iterator[ConsoleServer]:
    addresses = servers.new_database(servers.of(INSTALLED[0]))
    with run_console(addresses, file=organisation()) as running:
        add_receptionist(running)
        yield running


def add_receptionist(server: ConsoleServer) -> None:
    server.add_account(RECEPTION, name="Rhona Fernhollow", grants=(Grant(Role.RECEPTIONIST),))


def sign_in(page: Page, *, email: str = RECEPTION, password: str = PASSWORD) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()
