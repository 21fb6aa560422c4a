"""Who may try to sign in, and how often: so that strangers are slowed down and nobody is locked out by them (ADR 62).

* A stranger's tries count for the network that they come from, five in five minutes (R05), whatever account they name.
  Nothing that a stranger does is counted against an account: knowing an address locks nobody out.
* A browser that the account was signed in from has an allowance of its own, which nobody behind the same address can
  use up. When it has used that up itself it is a stranger.
* Codes of an app, which are short, have ten tries a day for each account, beside those of each browser that it knows.
  Only who has the password comes to try one, and passkeys and recovery codes go on beside it.
"""

import ipaddress
from dataclasses import dataclass
from uuid import UUID

from cloud_api.services.known_browsers import KnownBrowsers
from cloud_api.services.rate_limits import Fallback
from cloud_api.services.sign_in_names import normal_email

_NETWORK_BITS = 64  # what a subscriber gets of IPv6 (RFC 6177); within it addresses cost nothing


@dataclass(frozen=True, slots=True)
class Admission:
    """``wait``: ``None`` where the try may be looked at, else the seconds to wait; ``counted``: as what, and whose."""

    wait: int | None
    counted: tuple[str, str] | None = None


class SignInGuard:
    """Counts tries before they are looked at, and gives back those that were right."""

    def __init__(self, limit: Fallback, known: KnownBrowsers) -> None:
        self._limit = limit
        self.known = known

    async def admit(self, email: str, cookie: str, address: str) -> Admission:
        """A try at a password or a second step; ``cookie`` is what the browser is known by."""
        browser = await self.known.name_of(cookie, email)
        if browser is not None:
            own = f"{browser}|{normal_email(email)}"
            if await self._limit.check("sign-in-known", own) is None:
                return Admission(None, ("sign-in-known", own))
        return await self._admit("sign-in", network_of(address))

    async def admit_code(self, user_id: UUID, email: str, cookie: str) -> Admission:
        """A try at a code of an app."""
        browser = await self.known.name_of(cookie, email)
        return await self._admit("second-step", f"{user_id}|{browser or 'strangers'}")

    async def give_back(self, *admissions: Admission) -> None:
        """Uncount tries that were right, or were not looked at."""
        for admission in admissions:
            if admission.counted is not None:
                await self._limit.give_back(*admission.counted)

    async def is_new_siege(self, user_id: UUID) -> bool:
        """Count a failure at an account, from wherever; ``True`` when there are very many, and once an hour only. It
        refuses nobody: it is there to be told.
        """
        if await self._limit.check("guesses", str(user_id)) is None:
            return False
        return await self._limit.check("guesses-told", str(user_id)) is None

    async def _admit(self, name: str, who: str) -> Admission:
        wait = await self._limit.check(name, who)
        return Admission(wait, None if wait is not None else (name, who))


def network_of(address: str) -> str:
    """What tries are counted by: an IPv4 address itself, of an IPv6 address its network."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:  # noqa: PLR2004  the version of the protocol
        return address
    mapped = parsed.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.ip_network((parsed, _NETWORK_BITS), strict=False))
