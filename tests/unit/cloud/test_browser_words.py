"""Browsers and networks in words, for lists of sessions and for limits."""

import pytest

from cloud_api.services.browser_words import browser_words
from cloud_api.services.sign_in_guard import network_of

_CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
AGENTS = {
    _CHROME: "Chrome on Linux",
    _CHROME.replace("X11; Linux x86_64", "Windows NT 10.0; Win64; x64") + " Edg/130.0.0.0": "Edge on Windows",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:132.0) Gecko/20100101 Firefox/132.0": "Firefox on Mac",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile/15E148 Safari/604.1": "Safari on iPhone",
    "python-httpx/0.28": "An unknown browser",
    "\x1b[31mWindows": "A browser on Windows",
}


@pytest.mark.parametrize(("agent", "words"), AGENTS.items())
def test_a_browser_is_named_in_words_of_ours(agent: str, words: str) -> None:
    """C37: nothing that a browser says of itself is repeated."""
    assert browser_words(agent) == words


def test_addresses_of_one_ipv6_network_count_as_one() -> None:
    """R05: within its network, whoever tries has as many addresses as they like."""
    assert network_of("2001:db8:1:2:aaaa::1") == network_of("2001:db8:1:2:bbbb::9") != network_of("2001:db8:1:3::1")
    assert network_of("::ffff:192.0.2.9") == network_of("192.0.2.9") == "192.0.2.9"
    assert network_of("unknown") == "unknown"
