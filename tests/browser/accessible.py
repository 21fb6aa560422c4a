"""Whether a page is accessible (F23: WCAG 2.2 AA), and does nothing that the content policy forbids."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def check(page: Page, heading: str) -> None:
    """``heading``: what stands at the top of the page that is meant. A click does not wait for the page that it leads
    to, and one that is being left can be taken apart under axe's hands.
    """
    expect(page.get_by_role("heading", name=heading).first).to_be_visible()
    page.wait_for_load_state()
    found = Axe().run(page, options=_RULES)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("window.violations ?? []") == []
