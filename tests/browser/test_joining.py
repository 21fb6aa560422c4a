"""Somebody is invited and joins; and a host has no mails for a while: on a telephone, with axe on every page."""

from playwright.sync_api import Page, expect

from cloud_api.policy.roles import Grant, Role
from tests.browser import accessible
from tests.browser.conftest import PHONE
from tests.fakes.console_server import ConsoleServer


def check(page: Page, heading: str) -> None:
    accessible.check(page, heading)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def test_an_invitation_leads_into_the_console_and_a_host_s_link_to_their_own_page(
    page: Page, stranger: Page, server: ConsoleServer
) -> None:
    """R09, R10, F23."""
    for tab in (page, stranger):
        tab.set_viewport_size(PHONE)
    page.goto("/team")
    page.get_by_role("link", name="Invite somebody").click()
    check(page, "Invite somebody")
    page.get_by_label("E-mail").fill("robin@example.org")
    page.get_by_role("group", name="Receptionist").get_by_label("All locations").check()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("status")).to_contain_text("The invitation is on its way")
    check(page, "Team")
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("robin@example.org")).to_have_count(0)
    for path, heading in (("/invitations/domains", "Whose addresses"), ("/account/email", "Your e-mail address")):
        page.goto(path)
        check(page, heading)
    stranger.goto("/forgot")
    check(stranger, "Another password")
    stranger.goto("/join/nothing")
    check(stranger, "This link opens nothing")
    stranger.goto(server.host_link(server.run(server.ground.host("Ines Caldermoor"))))
    check(stranger, "Mails about your visitors")
    stranger.get_by_role("button", name="None for a week").click()
    expect(stranger.get_by_role("status")).to_contain_text("You get none until")
    check(stranger, "Mails about your visitors")
    stranger.get_by_role("button", name="Send them again").click()
    stranger.goto(server.invitation("robin@example.org", Grant(Role.RECEPTIONIST)))
    check(stranger, "Join Thistledown Works")
    stranger.get_by_label("Your name").fill("Robin Alder")
    stranger.get_by_label("Password").fill("nine herons on the jetty")
    stranger.get_by_role("button", name="Join").click()
    expect(stranger).to_have_url(f"{server.origin}/board")
