"""A visitor's photo in a real browser: on the page and in the drawer, and words where it cannot be shown."""

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from sync.protocol.sealing import ObjectName
from tests.browser.accessible import check
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_photos import NamedPhoto, Post, jpeg, receipt_of, take_photo
from tests.fakes.console_server import ConsoleServer

SHOWN = "() => [...document.images].filter((image) => image.dataset.photo !== undefined && image.naturalWidth).length"


async def _arrive(server: ConsoleServer, kiosk: FakeKiosk, content: bytes) -> NamedPhoto:
    photo = await take_photo(server.ground, kiosk, content)
    await server.ground.send(kiosk, kiosk.batch(photo.seq))
    async with httpx.AsyncClient(base_url=server.origin, verify=False) as client:  # noqa: S501  its own certificate
        await receipt_of(server.ground, kiosk, await Post(client, kiosk).whole(photo))
    return photo


@pytest.fixture
def photo(server: ConsoleServer, kiosk: FakeKiosk) -> NamedPhoto:
    return server.run(_arrive(server, kiosk, jpeg()))


def test_the_photo_is_shown_on_the_page_and_in_the_drawer(page: Page, photo: NamedPhoto) -> None:
    """F23, R20: accessible, and nothing that the policy would have to refuse."""
    page.goto(f"/visits/{photo.stay}")
    page.wait_for_function(SHOWN)
    expect(page.get_by_role("img", name="Photo of Ada Sample")).to_be_visible()
    expect(page.get_by_text("Cannot be shown")).to_be_hidden()
    check(page, "This visit")
    page.goto("/board")
    page.locator(f"#visit-{photo.stay}").click()
    page.wait_for_function(SHOWN)
    expect(page.get_by_role("dialog").get_by_role("img", name="Photo of Ada Sample")).to_be_visible()
    assert page.evaluate("window.violations") == []


@pytest.mark.parametrize("place", ["page", "drawer"])
def test_c26_where_there_is_no_picture_initials_and_words_take_its_place(
    page: Page, server: ConsoleServer, kiosk: FakeKiosk, place: str
) -> None:
    """C26: what a kiosk sealed was no picture."""
    bad = server.run(_arrive(server, kiosk, b"<script>alert(1)</script>"))
    if place == "page":
        page.goto(f"/visits/{bad.stay}")
    else:
        page.goto("/board")
        page.locator(f"#visit-{bad.stay}").click()
    expect(page.get_by_text("Cannot be shown")).to_be_visible()
    expect(page.locator("img[data-photo]")).to_be_hidden()
    expect(page.locator(".arch.photo")).to_have_text("AS")
    check(page, "This visit")


def test_a_photo_that_was_lost_on_the_server_is_told_in_words(
    page: Page, server: ConsoleServer, photo: NamedPhoto
) -> None:
    server.run(server.cloud.objects.delete(ObjectName(server.ground.tenant, photo.photo.id)))
    page.goto(f"/visits/{photo.stay}")
    expect(page.get_by_text("Cannot be shown")).to_be_visible()
    assert not list(Path(server.cloud.settings.objects_folder).rglob(str(photo.photo.id)))
