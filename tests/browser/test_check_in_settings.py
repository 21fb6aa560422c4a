"""F01 in a real browser: what the console asks of visitors is edited on a telephone, with scripts and without."""

import re

from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from cloud_api.services.configuring import Configuring
from cloud_api.services.file_visits import VisitorTypeEntry
from tests.browser.accessible import check
from tests.browser.conftest import PHONE
from tests.fakes.console_server import ConsoleServer


def saved(server: ConsoleServer, key: str) -> VisitorTypeEntry:
    """A type as it is on record."""
    cloud = server.cloud
    read = Configuring(cloud.db, cloud.ring, cloud.feed, cloud.trail, cloud.clock).read(server.ground.tenant)
    return next(kind for kind in server.run(read).visitor_types if kind.id == key)


def without_scripts(browser: Browser, server: ConsoleServer, signed_in: StorageState) -> BrowserContext:
    return browser.new_context(
        ignore_https_errors=True, base_url=server.origin, storage_state=signed_in, java_script_enabled=False
    )


def test_f01_a_type_is_made_and_changed_on_a_phone_with_scripts_and_without(
    page: Page, browser: Browser, server: ConsoleServer, signed_in: StorageState
) -> None:
    """F01, F23: buttons change the form in place and keep the focus; without scripts the same buttons do the same."""
    page.set_viewport_size(PHONE)
    page.goto("/types")
    page.get_by_role("link", name="New type").click()
    page.get_by_role("group", name="Name").get_by_label("English").fill("Gardener")
    page.get_by_role("button", name="Make the type").click()
    expect(page.get_by_text("Made. Kiosks that are connected have it within a minute.")).to_be_visible()
    page.get_by_role("group", name="Name").get_by_text("Other languages").click()
    page.get_by_role("group", name="Name").get_by_label("Arabic").fill("بستاني")
    page.get_by_role("button", name="Move up: Photo").click()
    expect(page.get_by_text("Changed here, not saved yet")).to_be_visible()
    expect(page.get_by_role("button", name="Move up: Photo")).to_be_focused()
    page.get_by_label("Hours that it is valid").fill("soon")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Badge hours")).to_be_visible()
    check(page, "Gardener")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("Hours that it is valid").fill("9")
    page.get_by_label("Hours that it is valid").press("Enter")
    expect(page.get_by_text("Saved. Kiosks")).to_be_visible()
    kind = saved(server, "gardener")
    assert (kind.words, kind.badge_hours) == ({"en": "Gardener", "ar": "بستاني"}, 9)
    assert kind.steps == ("details", "host", "photo", "document")
    plain = without_scripts(browser, server, signed_in).new_page()
    plain.goto("/types/gardener")
    plain.get_by_role("button", name="Take away: Photo").click()
    plain.get_by_role("button", name="Site rules", exact=True).click()
    plain.get_by_role("button", name="Save").click()
    expect(plain.get_by_text("Saved. Kiosks")).to_be_visible()
    kind = saved(server, "gardener")
    assert (kind.steps, kind.documents) == (("details", "host", "document"), ("rules",))
    plain.goto("/types")
    plain.get_by_role("button", name="Move up: Gardener").click()
    expect(plain.locator("h2.name")).to_have_text([re.compile("Gardener"), re.compile("Visitor")])
    plain.get_by_role("link", name="Remove Gardener").click()
    plain.get_by_role("button", name="Remove the type").click()
    expect(plain.get_by_text("Removed.")).to_be_visible()
    plain.context.close()
