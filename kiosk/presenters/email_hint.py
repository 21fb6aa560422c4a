"""A gentle word about an e-mail address. Decided here, from a short list; nothing is sent or looked up anywhere."""

from __future__ import annotations

import re

COMMON_DOMAINS = (
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "yahoo.com",
    "icloud.com",
    "live.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "t-online.de",
    "orange.fr",
    "free.fr",
    "laposte.net",
    "wanadoo.fr",
    "telefonica.net",
    "proton.me",
    "protonmail.com",
    "example.org",
)

_FORM = re.compile(r"^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$")


def looks_complete(address: str) -> bool:
    """Return whether mail could be sent to ``address`` as far as its form tells."""
    return bool(_FORM.match(address))


def suggestion(address: str) -> str | None:
    """Return the address with a well-known domain where the one typed is a slip away from it, else None."""
    local, at, domain = address.rpartition("@")
    domain = domain.lower()
    if not at or not local or domain in COMMON_DOMAINS:
        return None
    near = [known for known in COMMON_DOMAINS if _slips(domain, known) == 1]
    return f"{local}@{near[0]}" if len(near) == 1 else None


def _slips(one: str, other: str) -> int:
    """Return how many slips lie between two words, counted no further than 2: a letter more, less, other or swapped."""
    if abs(len(one) - len(other)) > 1:
        return 2
    at = 0
    while at < min(len(one), len(other)) and one[at] == other[at]:
        at += 1
    if at == len(one) == len(other):
        return 0
    rest, goal = one[at:], other[at:]
    swapped = len(rest) > 1 and len(goal) > 1 and (rest[0], rest[1]) == (goal[1], goal[0]) and rest[2:] == goal[2:]
    if rest[1:] == goal[1:] or rest[1:] == goal or rest == goal[1:] or swapped:
        return 1
    return 2
