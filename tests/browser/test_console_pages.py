"""Every page of the console: accessible in light and dark, without a breach of the content policy, and at work."""

import io
from pathlib import Path
from uuid import UUID

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from cloud_api.services.enrolment import EnrolmentRefusal
from sync.archive_file import read_archive
from sync.protocol.archive import verify_archive
from sync.protocol.enrolment import parse_code
from tests.browser.accessible import check
from tests.browser.conftest import PHONE
from tests.fakes.cloud_kiosk import FakeKiosk, KioskKey
from tests.fakes.console_server import ConsoleServer

PAGES = {
    "/board": "Today",
    "/board?show=left": "Today",
    "/evacuation": "Evacuation list",
    "/kiosks": "Kiosks",
    "/kiosks/logo": "Logo",
    "/types": "Types of visitor",
    "/types/visitor": "Visitor",
    "/types/visitor/fields/_new": "New field",
    "/documents/rules": "Site rules",
    "/team": "Team",
    "/team/keys": "API keys",
    "/account/programs": "Programs that ask for you",
    "/audit": "Audit log",
    "/account": "Account",
}
"""By address, what stands at the top."""
EXPECTED_WORDS = "interest-cohort"  # Chromium names the feature that it no longer knows; R20 asks for it


@pytest.fixture(autouse=True)
def people(kiosk: FakeKiosk) -> FakeKiosk:
    return kiosk


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_passes_axe(page: Page, scheme: str) -> None:
    """F23: WCAG 2.2 AA."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for path, heading in PAGES.items():
        page.goto(path)
        check(page, heading)
    for sought in ("lark", "zzz"):
        page.goto("/account")
        page.get_by_role("searchbox").fill(sought)
        page.keyboard.press("Enter")
        check(page, f"found for “{sought}”")
        assert sought not in page.url  # ASVS 14.2.1
    page.goto("/team")
    page.get_by_role("link", name="Roles of Yuna Wrenhollow").click()
    check(page, "Roles of Yuna Wrenhollow")
    page.goto("/board")
    page.get_by_role("link", name="Odalys Fernhollow", exact=True).click()
    check(page, "This visit")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_pass_axe_on_a_phone_and_without_a_session(page: Page, stranger: Page, scheme: str) -> None:
    """F23."""
    for tab in (page, stranger):
        tab.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        tab.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    for path in ("/board", "/evacuation", "/kiosks", "/audit"):
        page.goto(path)
        check(page, PAGES[path])
    stranger.goto("/sign-in?ended=yes")
    check(stranger, "Sign in")
    stranger.goto("/no-such-page")
    check(stranger, "We do not have this page")


def test_no_page_breaks_the_content_policy_or_fails_in_the_browser(page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in PAGES:
        page.goto(path)
        page.wait_for_load_state("load")
        assert page.evaluate("window.violations") == []
    page.goto("/board")
    page.get_by_role("link", name="Odalys Fernhollow", exact=True).click()
    page.get_by_role("dialog").get_by_role("heading", name="This visit").wait_for()
    assert page.evaluate("window.violations") == []
    assert [line for line in said if EXPECTED_WORDS not in line] == []


def test_inline_code_does_not_run(page: Page) -> None:
    page.goto("/board")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=/nothing onerror=\"window.hit = 1\">')")
    page.wait_for_function("window.violations.length > 0")
    assert page.evaluate("window.hit") is None


def test_high_contrast_and_forced_colours_keep_outlines(page: Page) -> None:
    page.emulate_media(contrast="more")
    page.goto("/board")
    # The live stream may replace the list at any moment, and an element that has left the page has no style.
    expect(page.locator(".board-list")).to_have_css("border-top-width", "2px")
    page.emulate_media(contrast="no-preference", forced_colors="active")
    expect(page.locator(".board-list")).to_have_css("border-top-width", "1px")


def test_the_evacuation_list_prints_without_the_frame(page: Page) -> None:
    page.goto("/evacuation")
    first = page.locator(".muster").first
    expect(first).to_contain_text("Needs assistance")
    expect(first).to_contain_text("Odalys Fernhollow")
    expect(page.get_by_text("· Mill pond")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(page.get_by_role("button", name="Print the list")).to_be_hidden()
    expect(first).to_be_visible()


def test_a_new_kiosk_shows_a_code_once_that_a_camera_reads_and_that_enrols(page: Page, server: ConsoleServer) -> None:
    page.goto("/kiosks")
    page.get_by_label("Name").fill("Canteen kiosk")
    page.get_by_role("button", name="Create kiosk").click()
    expect(page.get_by_role("heading", name="Enrol Canteen kiosk")).to_be_visible()
    typed = page.locator("code.code").inner_text()
    picture = Image.open(io.BytesIO(page.locator(".qr").screenshot()))
    (read,) = zxingcpp.read_barcodes(picture)
    assert read.text == f"{server.origin}/enrol#{typed}"
    code, key = parse_code(typed), KioskKey()
    started = server.run(server.cloud.enrolment.start(key.start(code)))
    assert not isinstance(started, EnrolmentRefusal)
    assert not isinstance(
        server.run(server.cloud.enrolment.finish(key.finish(code, started), "127.0.0.1")), EnrolmentRefusal
    )
    page.goto("/kiosks")
    expect(page.get_by_text(typed)).to_have_count(0)
    row = page.get_by_role("listitem").filter(has_text="Canteen kiosk")
    expect(row).to_contain_text("Quiet")
    row.get_by_role("link", name="Revoke Canteen kiosk").click()
    page.get_by_label("Reason").fill("It was stolen")
    page.get_by_role("button", name="Revoke the kiosk").click()
    expect(page.get_by_role("listitem").filter(has_text="Canteen kiosk")).to_contain_text("Revoked")


def test_the_audit_log_is_exported_and_an_outsider_verifies_it(
    page: Page, server: ConsoleServer, tmp_path: Path
) -> None:
    """R26, R28: an entry is explained, and all is exported for a reason; on a telephone too, and axe-clean."""
    while server.run(server.cloud.sequencer.integrate(server.ground.tenant)):
        pass
    page.goto("/audit")
    expect(page.get_by_role("cell", name="A visitor arrived").first).to_be_visible()
    expect(page.get_by_role("cell", name="Yuna Wrenhollow").first).to_be_visible()
    page.set_viewport_size(PHONE)
    page.get_by_role("link", name="A visitor arrived").first.click()
    expect(page.get_by_text("Checked just now")).to_be_visible()
    check(page, "A visitor arrived")
    for part, heading in (
        ("/audit/security", "Security events"),
        ("/keys", "Keys and devices"),
        ("/audit/export", "Export the audit log"),
    ):
        page.goto(part)
        check(page, heading)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), part
    page.get_by_label("Reason").fill("yearly audit")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    path = tmp_path / "audit.zip"
    download.value.save_as(path)
    assert download.value.suggested_filename == "lodge-audit-20261121-0912.zip"
    verified = verify_archive(read_archive(path))
    assert verified.entries > 5
    assert isinstance(server.ground.tenant, UUID)
