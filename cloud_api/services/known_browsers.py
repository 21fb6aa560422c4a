"""Browsers that an account was signed in from: they have an allowance of their own, which no stranger can use up.

The browser keeps it, in a cookie, and the server keeps nothing: a random name for the browser, and for each account a
MAC over that name, the account's address and the day. It opens nothing; whoever steals it may try passwords as often
as anybody may from one network, and takes nobody's allowance but the browser's own.
"""

import hmac
import re
import secrets
from datetime import datetime
from hashlib import sha256

from cloud_api.clock import Clock
from cloud_api.services.server_keys import ServerKeys
from cloud_api.services.sign_in_names import normal_email
from sync.protocol.keys import base64url

KEPT_DAYS = 180
_SECRET = "known-browsers"  # noqa: S105  the name of a secret, not the secret
_MOST = 8
_MAC_BYTES = 16
_DAY_SECONDS = 86_400
_NAME = re.compile(r"[A-Za-z0-9_-]{22}")
_ENTRY = re.compile(r"([0-9]{1,6})-([A-Za-z0-9_-]{22})")
_LONGEST = 22 + _MOST * (6 + 1 + 22 + 1)


class KnownBrowsers:
    """Makes and reads such cookies."""

    def __init__(self, keys: ServerKeys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock

    async def name_of(self, cookie: str, email: str) -> str | None:
        """What the browser is called where the account was signed in from it of late, else ``None``."""
        read = _read(cookie)
        if read is None:
            return None
        name, entries = read
        today, found = _day(self._clock.now()), False
        for day, mac in entries:
            fits = hmac.compare_digest(mac, await self._mac(name, email, day))
            found = found or (fits and today - KEPT_DAYS <= day <= today)
        return name if found else None

    async def remember(self, cookie: str, email: str) -> str:
        """The cookie with this account first; the oldest of too many are dropped."""
        name, entries = _read(cookie) or (secrets.token_urlsafe(16), [])
        kept = [(day, mac) for day, mac in entries if not hmac.compare_digest(mac, await self._mac(name, email, day))]
        today = _day(self._clock.now())
        entries = [(today, await self._mac(name, email, today)), *kept][:_MOST]
        return ".".join([name, *(f"{day}-{mac}" for day, mac in entries)])

    async def _mac(self, name: str, email: str, day: int) -> str:
        text = f"{name}|{day}|{normal_email(email)}".encode()
        return base64url(hmac.new(await self._keys.get(_SECRET), text, sha256).digest()[:_MAC_BYTES])


def _read(cookie: str) -> tuple[str, list[tuple[int, str]]] | None:
    if len(cookie) > _LONGEST:
        return None
    name, *parts = cookie.split(".")
    entries = [_ENTRY.fullmatch(part) for part in parts]
    if not _NAME.fullmatch(name) or None in entries:
        return None
    return name, [(int(entry[1]), entry[2]) for entry in entries if entry is not None]


def _day(moment: datetime) -> int:
    return int(moment.timestamp()) // _DAY_SECONDS
